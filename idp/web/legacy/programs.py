"""The old addresses that servers call: token, userinfo, introspection, revocation."""

from starlette.requests import Request
from starlette.responses import Response

from idp.protocol.forms import EMPTY_FORM
from idp.protocol.legacy.refusals import DialectRefusedError
from idp.protocol.legacy.requests import refuse_disclosure
from idp.web.http.cookies import Cookies
from idp.web.http.requests import query_form
from idp.web.legacy.callers import is_from_browser
from idp.web.legacy.dependencies import LegacyDependencies
from idp.web.oauth.back_channel import UseCase, answer_form, render, shown_tokens


class OldProgramHandlers:
    """Refuses what must not come this way, calls one use case, renders JSON."""

    def __init__(self, dependencies: LegacyDependencies, cookies: Cookies) -> None:
        """Take the use cases, and the cookies by which a browser is told from a server."""
        self._dialect = dependencies.dialect
        self._cookies = cookies

    async def token(self, request: Request) -> Response:
        """POST /oauth2/token."""
        return await self._answer(request, self._dialect.token)

    async def introspect(self, request: Request) -> Response:
        """POST /oauth2/introspect."""
        return await self._answer(request, self._dialect.introspect)

    async def revoke(self, request: Request) -> Response:
        """POST /oauth2/revoke."""
        return await self._answer(request, self._dialect.revoke)

    async def userinfo(self, request: Request) -> Response:
        """GET or POST /oauth2/userinfo: old portals post an empty body and call it JSON."""
        try:
            self._refuse_strangers(request)
            return render(await self._dialect.userinfo(await shown_tokens(request)))
        except DialectRefusedError as error:
            return refused(error)

    async def _answer(self, request: Request, use_case: UseCase) -> Response:
        try:
            self._refuse_strangers(request)
            return await answer_form(request, use_case)
        except DialectRefusedError as error:
            return refused(error)

    def _refuse_strangers(self, request: Request) -> None:
        refuse_disclosure(EMPTY_FORM, query_form(request))
        if is_from_browser(request, self._cookies):
            raise DialectRefusedError("called_by_browser")


def refused(error: DialectRefusedError) -> Response:
    """Return a refusal to a program (RFC 6749 5.2)."""
    text = error.refusal.description
    if error.ended_on is not None:
        text = f"{text} Last day: {error.ended_on.isoformat()}."
    return render(error.refusal.error.because(text).answer())
