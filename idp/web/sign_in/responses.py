"""An authorization response as HTTP: one row for each mode."""

from collections.abc import Callable, Mapping

from starlette.responses import Response

from idp.protocol.authorize.checked_request import ResponseMode
from idp.protocol.authorize.response import AuthorizationResponse
from idp.web.http.page_context import PageContext

Renderer = Callable[[PageContext, AuthorizationResponse], Response]


def _as_redirect(context: PageContext, response: AuthorizationResponse) -> Response:
    return context.see_other(response.in_query())


RENDERERS: Mapping[ResponseMode, Renderer] = {ResponseMode.QUERY: _as_redirect}


def render(context: PageContext, response: AuthorizationResponse) -> Response:
    """Return the answer that carries a response to its client (RFC 6749 4.1.2)."""
    answer = RENDERERS[response.mode](context, response)
    if response.browser_state is not None:
        context.cookies.set_browser_state(answer, response.browser_state.value, response.browser_state.until)
    return answer
