"""Changing one's own contacts: confirmed by a code at the new one before it counts, told at the old ones too."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

import orjson

from idp.accounts.contacts import ContactKind, RemoveContact, SetContact
from idp.accounts.email_addresses import EmailAddress
from idp.accounts.factors import ForgetTries
from idp.accounts.model import EMAIL_PLACE, PHONE_PLACE, PROFILE_PLACE, SealedValue
from idp.accounts.notices import AddNotice, NoticeKind
from idp.accounts.own_choices import ReplaceProfile
from idp.audit.model import EventName, Origin, RecordEvent
from idp.authentication.levels import SMS
from idp.grants.model import ClaimOnce
from idp.kernel.clock import Clock
from idp.kernel.effects import Effect, Ledger
from idp.kernel.ids import new_id
from idp.kernel.locales import Locale
from idp.kernel.messages import MessageChannel
from idp.kernel.secrets import HashKey, Sealer
from idp.kernel.shortlived import ShortLivedStore
from idp.national.limits import BOUNDS, STANDARD, Limit, LimitReader
from idp.proofing.phones import PhoneNumber
from idp.selfservice.drafts import DraftShelf
from idp.selfservice.message_ceilings import Asker
from idp.selfservice.notices import Notices, Reachable
from idp.selfservice.one_time_codes import CodeDraft, CodeVerdict, OneTimeCodes
from idp.sessions.model import SessionView

# Codes to new addresses, for each account and for each address: SMS pumping and harassment (vietnam.md 5.2).
CODES_AN_HOUR = BOUNDS[Limit.CONTACT_CODES].default
HOUR = timedelta(hours=1)
_PURPOSES: Mapping[ContactKind, str] = {"phone": "phone", "email": "email"}
_CHANNELS: Mapping[ContactKind, MessageChannel] = {"phone": "sms", "email": "email"}
_PLACES: Mapping[ContactKind, str] = {"phone": PHONE_PLACE, "email": EMAIL_PLACE}
_CLAIMS: Mapping[ContactKind, str] = {"phone": "phone_number", "email": "email"}

Address = PhoneNumber | EmailAddress


@dataclass(frozen=True, slots=True, repr=False)
class ContactDraft:
    """A new contact on its way: whose, which, and the code that was sent to it."""

    account_id: str
    kind: ContactKind
    address: str
    indexed: str
    code: CodeDraft

    def masked(self) -> str:
        """Return what a page may show of the address."""
        return PhoneNumber(self.address).masked() if self.kind == "phone" else EmailAddress(self.address).masked()


class ContactRefusal(StrEnum):
    """Why a contact was not changed, besides a wrong code."""

    TOO_MANY = "code_sends_used"
    # The account changed in another window meanwhile: nothing was written.
    CHANGED_MEANWHILE = "contact_changed_meanwhile"


@dataclass(frozen=True, slots=True)
class OwnContacts:
    """Changes contacts of somebody who has just shown two factors. E-mail reaches people and never signs them in."""

    drafts: DraftShelf[ContactDraft]
    codes: OneTimeCodes
    store: ShortLivedStore
    ledger: Ledger
    notices: Notices
    sealer: Sealer
    phone_index: HashKey
    email_index: HashKey
    clock: Clock
    limits: LimitReader = STANDARD

    async def begin(self, view: SessionView, address: Address, browser: str, locale: Locale) -> str | ContactRefusal:
        """Send a code to a new phone or e-mail address and return the draft's name."""
        kind, text, indexed = _read(address)
        if await self._too_many(view, kind, indexed):
            return ContactRefusal.TOO_MANY
        asker = Asker.of_account(view.account.id)
        code = await self.codes.send(_PURPOSES[kind], text, locale, self.clock.now(), _CHANNELS[kind], asker=asker)
        return await self.drafts.start(ContactDraft(view.account.id, kind, text, indexed, code), browser)

    async def load(self, name: str, view: SessionView, browser: str) -> ContactDraft | None:
        """Return a draft of this browser and this account."""
        draft = await self.drafts.load(name, browser)
        return draft if draft is not None and draft.account_id == view.account.id else None

    async def resend(self, name: str, draft: ContactDraft, view: SessionView, browser: str, locale: Locale) -> bool:
        """Send another code, which ends the one before; False when enough were sent."""
        if await self._too_many(view, draft.kind, draft.indexed):
            return False
        code = await self.codes.resend(draft.code, locale, self.clock.now())
        if code is not None:
            await self.drafts.save(name, replace(draft, code=code), browser)
        return code is not None

    async def confirm(
        self, name: str, draft: ContactDraft, entered: str, view: SessionView, origin: Origin
    ) -> CodeVerdict | ContactRefusal:
        """Judge the code. RIGHT: the contact counts from now on, and the claims of the profile say so."""
        now = self.clock.now()
        verdict = await self.codes.check(draft.code, entered, now)
        if verdict is not CodeVerdict.RIGHT:
            self.ledger.note(_event(EventName.CODE_REFUSED, draft.kind, view, origin, now))
            return verdict
        # The claim is durable, so that a code works once even if the short-lived store forgets (I12).
        once = ClaimOnce("one_time_code", draft.code.code_hash, draft.code.expires_at)
        if not await self.ledger.commit(once, *self._change(draft, view, origin, now)):
            return ContactRefusal.CHANGED_MEANWHILE
        await self.drafts.drop(name)
        return CodeVerdict.RIGHT

    async def remove_email(self, view: SessionView, origin: Origin) -> bool:
        """Forget the e-mail address; False if there is none or the account changed meanwhile."""
        if view.email_sealed is None:
            return False
        now, account = self.clock.now(), view.account
        return await self.ledger.commit(
            self._profile(view, "email", None, now),
            RemoveContact(account.id, account.person_id, "email"),
            _event(EventName.CONTACT_REMOVED, "email", view, origin, now),
            *self.notices.tell(_reach(view), NoticeKind.CONTACT_CHANGED, now, {"contact": "email"}),
        )

    def _change(self, draft: ContactDraft, view: SessionView, origin: Origin, now: datetime) -> tuple[Effect, ...]:
        account, kind = view.account, draft.kind
        key = self.phone_index if kind == "phone" else self.email_index
        sealed = self.sealer.seal(draft.address.encode(), _PLACES[kind])
        contact = SealedValue(key.digest(draft.indexed), sealed)
        # Wrong codes at the old phone say nothing of the new one.
        forget = (ForgetTries(account.person_id, account.id, SMS),) if kind == "phone" else ()
        return (
            self._profile(view, kind, draft.address, now),
            SetContact(account.id, account.person_id, kind, contact, now),
            *forget,
            _event(EventName.CONTACT_CHANGED, kind, view, origin, now),
            *self._told(kind, sealed, view, now),
        )

    def _told(self, kind: ContactKind, sealed: bytes, view: SessionView, now: datetime) -> tuple[Effect, ...]:
        """Return the notices to the contacts until now, and one message to the new one; the page shows one notice."""
        details = {"contact": kind}
        new = Reachable(view.account, sealed, None) if kind == "phone" else Reachable(view.account, None, sealed)
        to_new = self.notices.tell(new, NoticeKind.CONTACT_CHANGED, now, details)
        return (
            *self.notices.tell(_reach(view), NoticeKind.CONTACT_CHANGED, now, details),
            *(effect for effect in to_new if not isinstance(effect, AddNotice)),
        )

    def _profile(self, view: SessionView, kind: ContactKind, address: str | None, now: datetime) -> ReplaceProfile:
        """Return the claims with the contact as they will be released (OIDC Core 5.1), or without it."""
        profile = orjson.loads(self.sealer.open(view.profile_sealed, PROFILE_PLACE))
        name = _CLAIMS[kind]
        changed = {key: value for key, value in profile.items() if key not in {name, f"{name}_verified"}}
        if address is not None:
            changed |= {name: address, f"{name}_verified": True}
        changed["updated_at"] = int(now.timestamp())
        sealed = self.sealer.seal(orjson.dumps(changed), PROFILE_PLACE)
        return ReplaceProfile(view.account.person_id, view.profile_sealed, sealed)

    async def _too_many(self, view: SessionView, kind: ContactKind, indexed: str) -> bool:
        by_account = await self.store.count(f"contact-codes:{view.account.id}", HOUR)
        digest = (self.phone_index if kind == "phone" else self.email_index).digest(indexed).hex()
        by_address = await self.store.count(f"contact-codes-to:{digest}", HOUR)
        return max(by_account, by_address) > self.limits.limit(Limit.CONTACT_CODES)


def _read(address: Address) -> tuple[ContactKind, str, str]:
    match address:
        case PhoneNumber():
            return "phone", address.e164, address.e164
        case EmailAddress():
            return "email", address.text, address.indexed


def _reach(view: SessionView) -> Reachable:
    return Reachable(view.account, view.phone_sealed, view.email_sealed)


def _event(name: EventName, kind: ContactKind, view: SessionView, origin: Origin, now: datetime) -> RecordEvent:
    return RecordEvent(
        id=new_id(),
        name=name,
        at=now,
        origin=origin,
        person_id=view.account.person_id,
        session_id=view.session.id,
        details={"contact": kind},
    )
