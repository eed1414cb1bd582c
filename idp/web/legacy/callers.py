"""Who calls: a portal's server, or a browser. The legacy sign-on mixed the two up; here each has its own door."""

from starlette.requests import Request

from idp.web.http.cookies import Cookies

# Browsers add these by themselves to what a page sends (Fetch 3.2, Fetch Metadata 2). `Sec-Fetch-Mode` is no sign:
# servers that run on Node.js send it too.
_OF_BROWSERS = ("origin", "sec-fetch-site", "sec-fetch-dest")
# Fetch Metadata 2.1: where a navigation is shown inside another page.
_FRAMES = frozenset({"iframe", "frame", "embed", "object", "fencedframe"})


def is_from_browser(request: Request, cookies: Cookies) -> bool:
    """Say whether a browser sent the request: by its own headers, or by a cookie of ours.

    Other cookies prove nothing: a server keeps those of the load balancer before us.
    """
    if cookies.session(request) or cookies.browser(request):
        return True
    return any(name in request.headers for name in _OF_BROWSERS)


def is_framed(request: Request) -> bool:
    """Say whether the answer would be shown inside another page."""
    return request.headers.get("sec-fetch-dest", "document") in _FRAMES
