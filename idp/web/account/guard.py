"""Who may see a page of the account, and when it asks for a factor first."""

from urllib.parse import urlencode

from starlette.requests import Request

from clients.model import ClientId
from idp.account.model import AccountKind
from idp.sessions.model import SessionView
from idp.sessions.policy import kept
from idp.sign_in.recent import is_recent_and_strong
from idp.web.account.person import head_shared_pages
from idp.web.http.dependencies import WebDependencies
from idp.web.http.errors import WebError
from idp.web.http.leaving import LeaveEarly
from idp.web.http.page_context import PageDesk

# An officer's account has no identity of its own to prove, no contacts, no upstream and nobody to act for, and it is
# closed by its agency: what is not named here is not for officers.
FOR_OFFICERS = frozenset(
    {
        "/account",
        "/account/notices",
        "/account/not-me",
        "/account/activity",
        "/account/sessions",
        "/account/portals",
        "/account/factors",
        "/account/totp",
        "/account/passkeys",
        "/account/passkeys/edit",
        "/account/password",
        "/account/confirm",
        "/account/language",
        "/counter/recovery",
        "/counter/recovery/code",
        "/counter/recovery/identity",
    }
)


# An invented person's password is public: whoever holds it may look, and change nothing.
FOR_TRIAL = frozenset({"/account", "/account/sessions", "/account/portals", "/account/activity", "/account/language"})
_ALLOWED = {AccountKind.OFFICER: FOR_OFFICERS, AccountKind.TRIAL: FOR_TRIAL}


# What is made or shown here stays behind for whoever sits down next.
NOT_ON_SHARED = frozenset(
    {
        "/account/passkeys",
        "/account/recovery-codes",
        "/account/joining",
        "/account/joining/factor",
        "/account/joining/confirm",
        "/account/data",
        "/account/data/file",
        "/account/data/copy",
    }
)


class AccountGuard:
    """Lets the person of a live session in."""

    def __init__(self, web: WebDependencies, desk: PageDesk) -> None:
        """Take the use cases and the desk."""
        self._web = web
        self._desk = desk

    async def visitor(self, request: Request) -> SessionView:
        """Return the session of the visitor, or lead to the sign-in page."""
        cookie, now = self._desk.cookies.session(request), self._web.clock.now()
        view = None
        if cookie is not None:
            view = await self._web.sessions.live(self._web.cookie_hash.digest(cookie), ClientId(""), now)
        if view is None:
            raise LeaveEarly(self._desk.see_other("/sign-in"))
        self._desk.enter_session(request, view.session.id)
        allowed = _ALLOWED.get(view.account.kind)
        if allowed is not None and request.scope["path"] not in allowed:
            raise LeaveEarly(self._desk.see_other("/account"))
        if view.session.shared_computer and request.scope["path"] in NOT_ON_SHARED:
            raise WebError(403, "not_on_shared_computer")
        self._web.ledger.note(*kept(view.session, now))
        head_shared_pages(request, view, self._web)
        return view

    async def strong_visitor(self, request: Request, place: str) -> SessionView:
        """Return the session of a visitor who has shown two factors a short while ago, or lead to showing them.

        `place` is the word in `idp.web.http.places` that the person comes back to.
        """
        view = await self.visitor(request)
        if not is_recent_and_strong(view, self._web.clock.now()):
            raise LeaveEarly(self._desk.see_other(f"/account/confirm?{urlencode({'to': place})}"))
        return view
