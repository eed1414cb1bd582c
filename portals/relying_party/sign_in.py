"""The front page, and everything that sends the browser to the provider to sign in or takes it back."""

from collections.abc import Mapping
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from portals.relying_party.config import BUSINESS_POWER, STEP_UP_ACR
from portals.relying_party.errors import ProviderError, SignInError
from portals.relying_party.pages import HomePage
from portals.relying_party.sessions import PendingSignIn, Purpose, Session, SignedIn
from portals.relying_party.site import Site, go

# For demonstration, /login hands these on to the provider (OIDC Core 3.1.2.1); a real portal decides them itself.
PASSED_ON = ("prompt", "acr_values", "ui_locales", "login_hint")
# An address line is finite, and so is the provider's patience with long parameters.
MAX_VALUE = 500

# The answers to prompt=none that only say "not without a page" (OIDC Core 3.1.2.6).
NEEDS_A_PAGE = frozenset(
    {"login_required", "consent_required", "interaction_required", "account_selection_required"},
)


class SignIn:
    """The handlers."""

    def __init__(self, site: Site) -> None:
        self._site = site

    async def home(self, request: Request) -> Response:
        """Show who is signed in. If nobody is, the provider is asked first without a page, where the portal does so."""
        session = self._site.session(request)
        if self._site.portal.silent_sign_in and _may_be_known(session):
            return self._site.remember_language(request, go("/login?prompt=none"))
        if session is not None and session.silent_tried:
            self._site.sessions.allow_silent_try(session)
        return self._site.page(request, HomePage(session.signed_in if session else None))

    async def login(self, request: Request) -> Response:
        """Start a sign-in."""
        return self._site.remember_language(request, await self._login(request))

    async def _login(self, request: Request) -> Response:
        session = self._site.session_or_new(request)
        request_parameters = {
            name: request.query_params[name][:MAX_VALUE] for name in PASSED_ON if name in request.query_params
        }
        if request_parameters.get("prompt") != "none":
            return await self._start(request, session, "sign-in", request_parameters)
        if session.signed_in is not None:
            return go("/")
        return await self._start_silently(request, session, request_parameters)

    async def step_up(self, request: Request) -> Response:
        """Ask for the higher level (RFC 9470 4); whether it was reached is looked up in the answer's `acr`."""
        request_parameters = {"acr_values": STEP_UP_ACR}
        return await self._start(request, self._site.session_or_new(request), "step-up", request_parameters)

    async def act_for(self, request: Request) -> Response:
        """Let the person choose anew for whom they act; the provider asks, and no new sign-in is needed."""
        return await self._start(request, self._site.session_or_new(request), "act-for", {"acting_for": "choose"})

    async def business(self, request: Request) -> Response:
        """Ask for an organisation, and for somebody who may bind it; the answer is looked at when it comes."""
        request_parameters = {"acting_for": "organisation", "acting_power": BUSINESS_POWER}
        return await self._start(request, self._site.session_or_new(request), "business", request_parameters)

    async def counter(self, request: Request) -> Response:
        """Let an officer file for a citizen at the counter, who confirms it at the provider."""
        return await self._start(request, self._site.session_or_new(request), "counter", {"assisted": "1"})

    async def share_name(self, request: Request) -> Response:
        """Ask for the name, with a consent page every time: pseudonymous until the person chooses otherwise."""
        if self._site.asked_elsewhere(request):
            return go("/")
        request_parameters = {"scope": "openid profile", "prompt": "consent"}
        return await self._start(request, self._site.session_or_new(request), "share-name", request_parameters)

    async def callback(self, request: Request) -> Response:
        """Take the provider's answer: RFC 6749 4.1.2, RFC 9207, OIDC Core 3.1.2.5 to 3.1.3.8."""
        answer = dict(request.query_params)
        try:
            session, pending = self._expected(request, answer)
            signed_in = await self._finish(pending, answer)
        except SignInError as error:
            # Back and reload bring old answers: they change nothing, so who is signed in sees no error.
            if error.code == "mismatching_state" and self._is_signed_in(request):
                return go("/")
            return self._site.failure(request, error)
        if signed_in is None:
            return go("/")
        new = self._site.sessions.sign_in(session, signed_in, pending.started_at, self._site.now())
        if new is None:
            return self._site.failure(request, SignInError("session_ended"))
        return self._site.keep(go("/"), new)

    async def refresh(self, request: Request) -> Response:
        """Use the refresh token once; a session that the provider has ended ends here too."""
        session = self._site.session(request)
        if session is None or session.signed_in is None or session.signed_in.refresh_token is None:
            return go("/")
        if self._site.asked_elsewhere(request):
            return go("/")
        try:
            renewed = await self._site.provider.refresh(session.signed_in, self._site.now())
        except SignInError as error:
            if error.code == "invalid_grant":
                self._site.sessions.sign_out(session)
            return self._site.failure(request, error)
        self._site.sessions.renew(session, renewed)
        return go("/")

    async def _start(
        self, request: Request, session: Session, purpose: Purpose, request_parameters: Mapping[str, str]
    ) -> Response:
        parameters = dict(request_parameters)
        locale = self._site.chosen_locale(request)
        if locale is not None:
            parameters.setdefault("ui_locales", locale)
        try:
            max_age = _max_age(request) if purpose == "sign-in" else None
            url, pending = await self._site.provider.begin(purpose, parameters, max_age, self._site.now())
        except SignInError as error:
            return self._site.failure(request, error)
        self._site.sessions.add_pending(session, pending)
        return self._site.keep(go(url), session)

    async def _start_silently(
        self, request: Request, session: Session, request_parameters: Mapping[str, str]
    ) -> Response:
        """Try once before the next page; that it was tried is noted first, so that no failure can make a loop."""
        session = self._site.sessions.note_silent_try(session)
        response = await self._start(request, session, "silent", request_parameters)
        return response if response.status_code == 303 else self._site.keep(go("/"), session)

    def _expected(self, request: Request, answer: Mapping[str, str]) -> tuple[Session, PendingSignIn]:
        """Return the session and the request that this answers; RFC 6749 3.1: no parameter comes twice."""
        if len(answer) != len(request.query_params.multi_items()):
            raise SignInError("invalid_response")
        session = self._site.session(request)
        if session is None:
            raise SignInError("mismatching_state")
        pending = self._site.sessions.take_pending(session, answer.get("state", ""))
        if pending is None or self._site.now() - pending.started_at >= self._site.portal.session_idle:
            raise SignInError("mismatching_state")
        return session, pending

    def _is_signed_in(self, request: Request) -> bool:
        session = self._site.session(request)
        return session is not None and session.signed_in is not None

    async def _finish(self, pending: PendingSignIn, answer: Mapping[str, str]) -> SignedIn | None:
        """Return the sign-in, or None when a silent try only found that nobody is signed in."""
        try:
            return await self._site.provider.finish(pending, answer, self._site.now())
        except ProviderError as error:
            if pending.purpose == "silent" and error.code in NEEDS_A_PAGE:
                return None
            raise


def _may_be_known(session: Session | None) -> bool:
    return session is None or not (session.signed_in or session.silent_tried or session.stay_out)


def _max_age(request: Request) -> timedelta | None:
    value = request.query_params.get("max_age")
    if value is None:
        return None
    if not (value.isascii() and value.isdigit() and len(value) <= 9):
        raise SignInError("invalid_request", "max_age is no number of seconds")
    return timedelta(seconds=int(value))
