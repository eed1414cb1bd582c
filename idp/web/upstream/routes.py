"""The routes of other providers: away, back, the first time, and one's own links."""

from idp.upstream.service import CALLBACK_PATH
from idp.web.http.page_context import PageContext
from idp.web.http.route import ANYONE, CITIZENS, GET, GET_POST, POST, Route, bind
from idp.web.http.router import Row
from idp.web.sign_in.flow import Flow
from idp.web.upstream.dependencies import UpstreamDependencies
from idp.web.upstream.first_time import UpstreamFirstHandlers
from idp.web.upstream.offer import START_PATH
from idp.web.upstream.own_links import UpstreamsHandlers
from idp.web.upstream.paths import LINK, OWN_LINKS
from idp.web.upstream.sign_in import FIRST_PATH, UpstreamHandlers

ROUTES = (
    Route(START_PATH, UpstreamHandlers, methods=POST, visitors=ANYONE, post=UpstreamHandlers.start),
    Route(f"{CALLBACK_PATH}{{name}}", UpstreamHandlers, methods=GET, visitors=ANYONE, get=UpstreamHandlers.callback),
    Route(FIRST_PATH, UpstreamFirstHandlers, methods=GET_POST, visitors=ANYONE),
    Route(OWN_LINKS, UpstreamsHandlers, methods=GET_POST, visitors=CITIZENS, returns="upstreams"),
    Route(LINK, UpstreamsHandlers, methods=POST, visitors=CITIZENS, post=UpstreamsHandlers.link),
)


def upstream_rows(dependencies: UpstreamDependencies, context: PageContext, flow: Flow) -> list[Row]:
    """Return the routes with their handlers."""
    return bind(
        ROUTES,
        UpstreamHandlers(dependencies, context, flow),
        UpstreamFirstHandlers(dependencies, context, flow),
        UpstreamsHandlers(dependencies, context),
    )
