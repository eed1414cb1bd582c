"""The old addresses that servers call: token, userinfo, introspection, revocation."""

from starlette.requests import Request
from starlette.responses import Response

from idp.protocol.forms import EMPTY_FORM
from idp.protocol.legacy.refusals import LegacyRefusedError
from idp.protocol.legacy.requests import refuse_disclosure
from idp.web.http.cookies import Cookies
from idp.web.http.requests import query_form, sender_of
from idp.web.legacy.callers import is_from_browser
from idp.web.legacy.dependencies import LegacyDependencies
from idp.web.oauth.back_channel import UseCase, answer_form, render, shown_tokens


class OldProgramHandlers:
    """Refuses what must not come this way, calls one use case, renders JSON."""

    def __init__(self, dependencies: LegacyDependencies, cookies: Cookies) -> None:
        """Take the use cases, and the cookies by which a browser is told from a server."""
        self._legacy = dependencies.legacy
        self._cookies = cookies

    async def token(self, request: Request) -> Response:
        return await self._answer(request, self._legacy.token)

    async def introspect(self, request: Request) -> Response:
        return await self._answer(request, self._legacy.introspect)

    async def revoke(self, request: Request) -> Response:
        return await self._answer(request, self._legacy.revoke)

    async def userinfo(self, request: Request) -> Response:
        """Old portals post an empty body and call it JSON."""
        try:
            self._refuse_unknown_clients(request)
            return render(await self._legacy.userinfo(await shown_tokens(request), sender_of(request)))
        except LegacyRefusedError as error:
            return refused(error)

    async def _answer(self, request: Request, use_case: UseCase) -> Response:
        try:
            self._refuse_unknown_clients(request)
            return await answer_form(request, use_case)
        except LegacyRefusedError as error:
            return refused(error)

    def _refuse_unknown_clients(self, request: Request) -> None:
        refuse_disclosure(EMPTY_FORM, query_form(request))
        if is_from_browser(request, self._cookies):
            raise LegacyRefusedError("called_by_browser")


def refused(error: LegacyRefusedError) -> Response:
    """Return a refusal to a program (RFC 6749 5.2)."""
    text = error.refusal.description
    if error.ended_on is not None:
        text = f"{text} Last day: {error.ended_on.isoformat()}."
    return render(error.refusal.error.because(text).answer())
