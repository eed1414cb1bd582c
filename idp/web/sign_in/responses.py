"""An authorization response as HTTP: one row for each way to the client."""

from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from idp.protocol.authorize.checked_request import ResponseMode
from idp.protocol.authorize.response import AuthorizationResponse
from idp.web.http.page_context import PageContext
from idp.web.sign_in.pages import FormPostPage

Renderer = Callable[[PageContext, Request, AuthorizationResponse], Response]


def _in_query(context: PageContext, request: Request, response: AuthorizationResponse) -> Response:  # noqa: ARG001 - a row
    return context.see_other(response.in_query())


def _in_fragment(context: PageContext, request: Request, response: AuthorizationResponse) -> Response:  # noqa: ARG001 - a row
    return context.see_other(response.in_fragment())


def _by_form(context: PageContext, request: Request, response: AuthorizationResponse) -> Response:
    """Return the page that posts the parameters, to the client alone (OAuth 2.0 Form Post Response Mode 2)."""
    locale = context.locale(request)
    page = FormPostPage(
        other_language_url=context.other_language_url(request, locale),
        action=response.redirect_uri,
        hidden=tuple(response.parameters.items()),
        host=urlsplit(response.redirect_uri).hostname or "",
    )
    return context.respond(request, page, locale, targets=(response.redirect_uri,))


RENDERERS: Mapping[ResponseMode, Renderer] = {
    ResponseMode.QUERY: _in_query,
    ResponseMode.FRAGMENT: _in_fragment,
    ResponseMode.FORM_POST: _by_form,
}


def render(context: PageContext, request: Request, response: AuthorizationResponse) -> Response:
    """Return the answer that carries a response to its client (RFC 6749 4.1.2)."""
    answer = RENDERERS[response.carrier](context, request, response)
    if response.browser_state is not None:
        context.cookies.set_browser_state(answer, response.browser_state.value, response.browser_state.until)
    return answer
