"""Changing one's own phone number and e-mail address."""

from urllib.parse import urlencode

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response

from idp.account.model import EMAIL_PLACE, PHONE_PLACE
from idp.factors.change_model import ContactChange
from idp.factors.contacts.email_addresses import EmailAddress, InvalidEmailError
from idp.factors.contacts.model import ContactKind
from idp.factors.contacts.phone_ages import PhoneAge, due_before
from idp.factors.contacts.service import HOUR, Address, ContactDraft, ContactRefusal
from idp.factors.one_time_codes.service import CodeVerdict
from idp.kernel.ids import PersonId
from idp.kernel.locales import Locale
from idp.proofing.values.errors import InvalidPhoneError
from idp.proofing.values.phones import PhoneNumber
from idp.protocol.forms import Form
from idp.web.account.shell import ABOUT, AccountShell, Frame
from idp.web.factors.credential_pages import ContactCodePage, ContactsPage, PhoneState, ShownPhoneAge, WaitingContact
from idp.web.factors.dependencies import FactorDependencies
from idp.web.http.declared_messages import message_of
from idp.web.http.local_time import local_time
from idp.web.http.page_context import PageContext
from idp.web.http.requests import origin_of, query_form
from idp.web.http.texts import Message

PATH, CODE_PATH = "/account/contacts", "/account/contacts/code"
_LONGEST_TYPED = 320
_TOO_MANY = Message("code_sends_used", {"retry_after": HOUR})
_MESSAGES: dict[CodeVerdict | ContactRefusal, Message] = {
    CodeVerdict.WRONG: Message("code_wrong"),
    CodeVerdict.EXPIRED: Message("code_expired"),
    CodeVerdict.TRIES_USED: Message("code_tries_used"),
    ContactRefusal.TOO_MANY: _TOO_MANY,
    ContactRefusal.CHANGED_MEANWHILE: Message("contact_changed_meanwhile"),
}


class _Typed(Struct, frozen=True):
    """The entries as they came, and what is wrong with one of them."""

    phone: str = ""
    email: str = ""
    phone_error: Message | None = None
    email_error: Message | None = None


class ContactHandlers:
    def __init__(self, dependencies: FactorDependencies, context: PageContext) -> None:
        self._web = dependencies.web
        self._own = dependencies.contacts
        self._context = context
        self._shell = AccountShell(dependencies.web, context)

    async def show(self, request: Request) -> Response:
        frame = await self._shell.strong_visit(request, "contacts")
        return await self._contacts_page(request, frame, _Typed())

    async def submit(self, request: Request) -> Response:
        """Send a code to a new contact, or remove the e-mail address."""
        form, browser = await self._context.accept_form(request, ABOUT)
        frame = await self._shell.strong_visit(request, "contacts")
        action, _, withdrawn = (form.get("action") or "").partition(":")
        if action == "withdraw":
            await self._own.withdraw(frame.view, "email" if withdrawn == "email" else "phone", origin_of(request))
            return self._context.see_other(PATH)
        if form.get("action") == "remove_email":
            removed = await self._own.remove_email(frame.view, origin_of(request))
            return self._context.see_other(f"{PATH}?done=email" if removed else PATH)
        kind: ContactKind = "email" if form.get("action") == "change_email" else "phone"
        address = _read(kind, form)
        if isinstance(address, Message):
            return await self._contacts_page(request, frame, _wrong(kind, form, address), 422)
        name = await self._own.begin(frame.view, address, browser, frame.locale)
        if isinstance(name, ContactRefusal):
            return await self._contacts_page(request, frame, _wrong(kind, form, _TOO_MANY), 429)
        return self._context.see_other(f"{CODE_PATH}?{urlencode({'c': name})}")

    async def show_code(self, request: Request) -> Response:
        frame = await self._shell.strong_visit(request, "contacts")
        draft = await self._draft(request, frame)
        return self._context.see_other(PATH) if draft is None else self._code_page(request, frame, draft)

    async def submit_code(self, request: Request) -> Response:
        form, browser = await self._context.accept_form(request, ABOUT)
        frame = await self._shell.strong_visit(request, "contacts")
        draft, action = await self._draft(request, frame), form.get("action")
        if draft is None or action == "cancel":
            return self._context.see_other(PATH)
        name = _name(request)
        if action == "resend":
            sent = await self._own.resend(name, draft, frame.view, browser, frame.locale)
            return self._code_page(request, frame, draft, error=None if sent else _TOO_MANY, resent=sent)
        entered = form.get("code") or ""
        verdict = await self._own.confirm(name, draft, entered, frame.view, origin_of(request))
        if verdict is CodeVerdict.RIGHT:
            return self._context.see_other(f"{PATH}?{urlencode({'done': draft.kind})}")
        return self._code_page(request, frame, draft, error=_MESSAGES[verdict], status=401)

    async def _draft(self, request: Request, frame: Frame) -> ContactDraft | None:
        return await self._own.load(_name(request), frame.view, frame.browser)

    async def _contacts_page(self, request: Request, frame: Frame, typed: _Typed, status: int = 200) -> Response:
        done = query_form(request).get("done")
        page = ContactsPage(
            other_language_url=frame.other_language_url,
            action=PATH,
            hidden=self._shell.hidden(frame),
            shell=frame.shell,
            masked_phone=self._masked_phone(frame.view.account.person_id, frame.view.phone_sealed),
            masked_email=self._masked_email(frame.view.account.person_id, frame.view.email_sealed),
            phone_age=self._age(await self._own.phone_age(frame.view), frame.locale),
            waiting=tuple(self._waiting(one, frame.locale) for one in await self._own.waiting(frame.view)),
            phone=typed.phone,
            email=typed.email,
            phone_error=typed.phone_error,
            email_error=typed.email_error,
            done="phone" if done == "phone" else "email" if done == "email" else None,
        )
        return self._shell.respond(request, page, frame, status)

    def _code_page(
        self,
        request: Request,
        frame: Frame,
        draft: ContactDraft,
        *,
        error: Message | None = None,
        resent: bool = False,
        status: int = 200,
    ) -> Response:
        page = ContactCodePage(
            other_language_url=frame.other_language_url,
            action=f"{CODE_PATH}?{urlencode({'c': _name(request)})}",
            hidden=self._shell.hidden(frame),
            shell=frame.shell,
            kind=draft.kind,
            masked=draft.masked(),
            valid_for=draft.code.life,
            resent=resent,
            error=error,
        )
        return self._shell.respond(request, page, frame, status)

    def _waiting(self, change: ContactChange, locale: Locale) -> WaitingContact:
        sealed = change.contact.sealed if change.contact else None
        mask = self._masked_phone if change.kind == "phone" else self._masked_email
        masked = mask(change.person_id, sealed)
        return WaitingContact(change.kind, masked, local_time(change.pending_until, locale))

    def _age(self, age: PhoneAge | None, locale: Locale) -> ShownPhoneAge | None:
        if age is None:
            return None
        now = self._own.clock.now()
        state: PhoneState = "counts" if due_before(now) < age.confirmed_at else "asked"
        return ShownPhoneAge(
            local_time(age.confirmed_at, locale),
            local_time(age.counts_until(now), locale),
            "stale" if age.stale_at(now) else state,
        )

    def _masked_phone(self, person_id: PersonId, sealed: bytes | None) -> str:
        if not sealed:
            return ""
        return PhoneNumber(self._web.sealer.open(sealed, PHONE_PLACE.of(person_id)).decode()).masked()

    def _masked_email(self, person_id: PersonId, sealed: bytes | None) -> str:
        if not sealed:
            return ""
        return EmailAddress(self._web.sealer.open(sealed, EMAIL_PLACE.of(person_id)).decode()).masked()


def _name(request: Request) -> str:
    return query_form(request).get("c") or ""


def _read(kind: ContactKind, form: Form) -> Address | Message:
    typed = (form.get(kind) or "")[:_LONGEST_TYPED]
    try:
        return PhoneNumber.parse_mobile(typed) if kind == "phone" else EmailAddress.parse(typed)
    except InvalidPhoneError as error:
        return message_of(error)
    except InvalidEmailError:
        return Message("email_format")


def _wrong(kind: ContactKind, form: Form, error: Message) -> _Typed:
    phone, email = ((form.get(name) or "")[:_LONGEST_TYPED] for name in ("phone", "email"))
    return _Typed(phone, email, *((error, None) if kind == "phone" else (None, error)))
