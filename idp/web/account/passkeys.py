"""A person's own passkeys: list, add, rename, remove."""

from typing import get_args
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from idp.accounts.passkeys import PASSKEY_LIMIT
from idp.kernel.locales import Locale
from idp.selfservice.own_passkeys import NamedPasskey
from idp.selfservice.profiles import MASKED_NUMBER
from idp.sessions.model import SessionView
from idp.web.account.guard import AccountGuard
from idp.web.errors import WebError
from idp.web.local_time import local_time
from idp.web.page_desk import PageDesk
from idp.web.pages.passkeys import ADD_REFUSALS, Change, PasskeyPage, PasskeyRow, PasskeysPage
from idp.web.parts import Parts
from idp.web.profiles import person_of
from idp.web.requests import origin_of, query_form
from idp.web.texts import Message

PATH, EDIT_PATH = "/account/passkeys", "/account/passkeys/edit"
_PLACE = "passkeys"


class OwnPasskeyHandlers:
    """GET and POST /account/passkeys, /account/passkeys/edit?key=REFERENCE."""

    def __init__(self, parts: Parts, desk: PageDesk, guard: AccountGuard) -> None:
        """Take the use cases, the desk and the guard."""
        self._parts = parts
        self._desk = desk
        self._guard = guard

    async def show(self, request: Request) -> Response:
        """GET /account/passkeys."""
        view = await self._guard.strong_visitor(request, _PLACE)
        if isinstance(view, Response):
            return view
        return await self._list(request, view)

    async def submit(self, request: Request) -> Response:
        """POST /account/passkeys: add one."""
        view = await self._guard.strong_visitor(request, _PLACE)
        if isinstance(view, Response):
            return view
        form, browser = await self._desk.accept_form(request, _about(view))
        label, answer = form.get("label") or "", form.get("credential") or ""
        if not answer:
            return await self._list(request, view, label, Message("passkey_unsupported"))
        name, origin = form.get("challenge") or "", origin_of(request)
        refusal = await self._parts.passkeys.own.add(view, name, answer, label, browser, origin)
        if refusal is not None:
            return await self._list(request, view, label, ADD_REFUSALS[refusal])
        return self._done("added")

    async def show_one(self, request: Request) -> Response:
        """GET /account/passkeys/edit."""
        view = await self._guard.strong_visitor(request, _PLACE)
        if isinstance(view, Response):
            return view
        passkey = await self._parts.passkeys.own.find(view, _key(request))
        return self._one(request, view, passkey) if passkey else await self._gone(request, view)

    async def submit_one(self, request: Request) -> Response:
        """POST /account/passkeys/edit: rename or remove."""
        view = await self._guard.strong_visitor(request, _PLACE)
        if isinstance(view, Response):
            return view
        form, _ = await self._desk.accept_form(request, _about(view))
        own, key, origin = self._parts.passkeys.own, _key(request), origin_of(request)
        match form.get("action"):
            case "rename":
                label = form.get("label") or ""
                passkey = await own.find(view, key)
                if passkey is not None and not label.strip():
                    return self._one(request, view, passkey, Message("required"))
                done = await own.rename(view, key, label, origin)
                return self._done("renamed") if done else await self._gone(request, view)
            case "remove":
                done = await own.remove(view, key, origin)
                return self._done("removed") if done else await self._gone(request, view)
            case _:
                raise WebError(400, "invalid_request", "no such action")

    def _done(self, change: Change) -> Response:
        return self._desk.see_other(f"{PATH}?{urlencode({'done': change})}")

    async def _gone(self, request: Request, view: SessionView) -> Response:
        return await self._list(request, view, "", Message("passkey_gone"), 404)

    async def _list(
        self, request: Request, view: SessionView, label: str = "", error: Message | None = None, status: int = 400
    ) -> Response:
        locale = self._desk.locale(request, view.account.locale)
        browser, new = self._desk.cookies.ensure_browser(request)
        own, profile = self._parts.passkeys.own, person_of(view, self._parts)
        passkeys = await own.all(view)
        prompt = await own.begin(view, browser, str(profile.get(MASKED_NUMBER, "")), str(profile.get("name", "")))
        page = PasskeysPage(
            other_language_url=self._desk.other_language_url(request, locale),
            action=PATH,
            hidden=self._desk.hidden(browser, _about(view)),
            passkeys=tuple(_row(passkey, locale) for passkey in passkeys),
            prompt=prompt,
            label=label or view.session.browser,
            full=len(passkeys) >= PASSKEY_LIMIT,
            done=_change(request) if error is None else None,
            error=error,
        )
        response = self._desk.respond(request, page, locale, 200 if error is None else status)
        if new:
            self._desk.cookies.set_browser(response, browser)
        return response

    def _one(
        self, request: Request, view: SessionView, passkey: NamedPasskey, error: Message | None = None
    ) -> Response:
        locale = self._desk.locale(request, view.account.locale)
        browser, new = self._desk.cookies.ensure_browser(request)
        page = PasskeyPage(
            other_language_url=self._desk.other_language_url(request, locale),
            action=_edit_url(passkey),
            hidden=self._desk.hidden(browser, _about(view)),
            passkey=_row(passkey, locale),
            back_url=PATH,
            error=error,
        )
        response = self._desk.respond(request, page, locale, 200 if error is None else 400)
        if new:
            self._desk.cookies.set_browser(response, browser)
        return response


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
