"""Leaving: when the person asks for it, and at the provider's notice."""

import secrets
from hmac import compare_digest
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from portals.relying_party.errors import SignInError, TokenRefusedError
from portals.relying_party.logout_token import LogoutNotice, LogoutTokens
from portals.relying_party.pages import SignedOutPage
from portals.relying_party.site import Site, go, log

# A logout token has some 700 bytes; whoever posts more is not the provider.
MAX_NOTICE_BYTES = 16_384
FORM = "application/x-www-form-urlencoded"
NO_STORE = {"Cache-Control": "no-store"}


class Logout:
    """The handlers."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._tokens = LogoutTokens(site.portal, site.provider.keys)

    async def logout(self, request: Request) -> Response:
        """End the session here at once, then at the provider (OpenID RP-Initiated Logout 1.0 2).

        The order matters: the person is signed out here even if the provider cannot be reached.
        """
        session = self._site.session(request)
        if session is None or session.signed_in is None:
            return go("/signed-out")
        if self._site.asked_elsewhere(request):
            return go("/")
        state = secrets.token_urlsafe(24)
        self._site.sessions.sign_out(session, state)
        try:
            url = await self._site.provider.logout_url(session.signed_in, state, self._site.locale(request))
        except SignInError as error:
            log.warning("the provider was not told of a logout: %s %s", error.code, error.detail)
            return go("/signed-out")
        return go(url)

    async def signed_out(self, request: Request) -> Response:
        """Show the end. Only our own `state` coming back proves that the provider took part (section 3)."""
        session = self._site.session(request)
        if session is not None and session.signed_in is not None:
            return go("/")
        expected = session.logout_state if session is not None else None
        returned = request.query_params.get("state", "")
        everywhere = expected is not None and compare_digest(expected.encode(), returned.encode())
        if session is not None and everywhere:
            self._site.sessions.allow_silent_try(session, left_everywhere=True)
        return self._site.page(request, SignedOutPage(everywhere=everywhere))

    async def backchannel(self, request: Request) -> Response:
        """Take the provider's notice (OpenID Back-Channel Logout 1.0 2.5 to 2.8)."""
        try:
            notice = await self._tokens.read(await _posted_token(request), self._site.now())
        except SignInError as error:
            log.warning("logout notice refused: %s", error)
            return JSONResponse({"error": "invalid_request"}, status_code=400, headers=NO_STORE)
        log.info("logout notice: %d sessions ended", self._end(notice))
        return Response(status_code=200, headers=NO_STORE)

    def _end(self, notice: LogoutNotice) -> int:
        if notice.sid is not None:
            return self._site.sessions.end_session(notice.sid, notice.subject, self._site.now())
        return self._site.sessions.end_subject(notice.subject or "")


async def _posted_token(request: Request) -> str:
    """Read the one form field of section 2.5, and no more bytes than a token can have."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise TokenRefusedError("the notice is no form")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_NOTICE_BYTES:
            raise TokenRefusedError("the notice is too large")
    try:
        tokens = parse_qs(body.decode("ascii"), max_num_fields=10).get("logout_token", [])
    except ValueError as error:
        raise TokenRefusedError("the notice is no form") from error
    if len(tokens) != 1:
        raise TokenRefusedError("not exactly one logout_token")
    return tokens[0]
