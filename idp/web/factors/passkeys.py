"""A person's own passkeys: list, add, rename, remove."""

from typing import get_args
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from idp.account.profiles import MASKED_NUMBER
from idp.factors.passkey.credentials import PASSKEY_LIMIT
from idp.factors.passkey.own_passkeys import NamedPasskey, RemoveRefusal
from idp.kernel.locales import Locale
from idp.sessions.model import SessionView
from idp.web.account.person import person_of
from idp.web.account.shell import AccountShell, Frame
from idp.web.factors.dependencies import FactorDependencies
from idp.web.factors.passkey_pages import ADD_REFUSALS, Change, PasskeyPage, PasskeyRow, PasskeysPage
from idp.web.http.errors import WebError
from idp.web.http.local_time import local_time
from idp.web.http.page_context import PageContext
from idp.web.http.requests import origin_of, query_form
from idp.web.http.texts import Message

PATH, EDIT_PATH = "/account/passkeys", "/account/passkeys/edit"
_PLACE = "passkeys"


class OwnPasskeyHandlers:
    def __init__(self, dependencies: FactorDependencies, context: PageContext) -> None:
        self._dependencies = dependencies
        self._web = dependencies.web
        self._context = context
        self._shell = AccountShell(dependencies.web, context)

    async def show(self, request: Request) -> Response:
        frame = await self._visit(request)
        return await self._list(request, frame)

    async def submit(self, request: Request) -> Response:
        """Add one."""
        frame = await self._visit(request)
        form, browser = await self._context.accept_form(request, _about(frame.view))
        label, answer = form.get("label") or "", form.get("credential") or ""
        if not answer:
            return await self._list(request, frame, label, Message("passkey_unsupported"))
        name, origin = form.get("challenge") or "", origin_of(request)
        refusal = await self._dependencies.passkeys.add(frame.view, name, answer, label, browser, origin)
        if refusal is not None:
            return await self._list(request, frame, label, ADD_REFUSALS[refusal])
        return self._done("added")

    async def show_one(self, request: Request) -> Response:
        frame = await self._visit(request)
        passkey = await self._dependencies.passkeys.find(frame.view, _key(request))
        return self._one(request, frame, passkey) if passkey else await self._gone(request, frame)

    async def submit_one(self, request: Request) -> Response:
        """Rename or remove."""
        frame = await self._visit(request)
        form, _ = await self._context.accept_form(request, _about(frame.view))
        own, key, origin = self._dependencies.passkeys, _key(request), origin_of(request)
        match form.get("action"):
            case "rename":
                label = form.get("label") or ""
                passkey = await own.find(frame.view, key)
                if passkey is not None and not label.strip():
                    return self._one(request, frame, passkey, Message("required"))
                done = await own.rename(frame.view, key, label, origin)
                return self._done("renamed") if done else await self._gone(request, frame)
            case "remove":
                refusal = await own.remove(frame.view, key, origin)
                return self._done("removed") if refusal is None else await self._not_removed(request, frame, refusal)
            case _:
                raise WebError(400, "invalid_request", "no such action")

    async def _visit(self, request: Request) -> Frame:
        return await self._shell.strong_visit(request, "factors", _PLACE)

    def _done(self, change: Change) -> Response:
        return self._context.see_other(f"{PATH}?{urlencode({'done': change})}")

    async def _gone(self, request: Request, frame: Frame) -> Response:
        return await self._list(request, frame, "", Message("passkey_gone"), 404)

    async def _not_removed(self, request: Request, frame: Frame, refusal: RemoveRefusal) -> Response:
        if refusal is RemoveRefusal.GONE:
            return await self._gone(request, frame)
        # The list is where another one is added, which is what the message asks for.
        return await self._list(request, frame, "", Message("last_second_factor"), 409)

    async def _list(
        self, request: Request, frame: Frame, label: str = "", error: Message | None = None, status: int = 400
    ) -> Response:
        view, own = frame.view, self._dependencies.passkeys
        number = str(person_of(view, self._web).get(MASKED_NUMBER, ""))
        passkeys = await own.all(view)
        prompt = await own.begin(view, frame.browser, number, frame.shell.display_name)
        page = PasskeysPage(
            other_language_url=frame.other_language_url,
            action=PATH,
            hidden=self._shell.hidden(frame, _about(frame.view)),
            shell=frame.shell,
            passkeys=tuple(_row(passkey, frame.locale) for passkey in passkeys),
            prompt=prompt,
            label=label or view.session.browser,
            full=len(passkeys) >= PASSKEY_LIMIT,
            done=_change(request) if error is None else None,
            error=error,
        )
        return self._shell.respond(request, page, frame, 200 if error is None else status)

    def _one(self, request: Request, frame: Frame, passkey: NamedPasskey, error: Message | None = None) -> Response:
        page = PasskeyPage(
            other_language_url=frame.other_language_url,
            action=_edit_url(passkey),
            hidden=self._shell.hidden(frame, _about(frame.view)),
            shell=frame.shell,
            passkey=_row(passkey, frame.locale),
            back_url=PATH,
            error=error,
        )
        return self._shell.respond(request, page, frame, 200 if error is None else 400)


def _about(view: SessionView) -> str:
    """Return what these forms are about: a form of an earlier session is no form of this one."""
    return f"passkeys:{view.session.id}"


def _key(request: Request) -> str:
    return query_form(request).get("key") or ""


def _change(request: Request) -> Change | None:
    said = query_form(request).get("done")
    changes: tuple[Change, ...] = get_args(Change)
    return next((change for change in changes if change == said), None)


def _edit_url(passkey: NamedPasskey) -> str:
    return f"{EDIT_PATH}?{urlencode({'key': passkey.reference})}"


def _row(passkey: NamedPasskey, locale: Locale) -> PasskeyRow:
    return PasskeyRow(
        label=passkey.label,
        shared=passkey.shared,
        created=local_time(passkey.created_at, locale),
        last_used=local_time(passkey.last_used_at, locale) if passkey.last_used_at else "",
        edit_url=_edit_url(passkey),
    )
