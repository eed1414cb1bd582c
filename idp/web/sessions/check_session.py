"""The page that a client shows in a hidden frame to see whether the session changed (OIDC Session Management 3.2)."""

from base64 import b64encode
from hashlib import sha256

from starlette.requests import Request
from starlette.responses import Response

from idp.web.http.page_context import PageContext

# It is the same for everybody, and changes with a release only.
_CACHE = "public, max-age=3600"
_SCRIPT = "check_session.js"


class CheckSessionHandlers:
    """Answers from bytes made once: no session is looked at, no cookie read, nobody asked."""

    def __init__(self, context: PageContext) -> None:
        script = context.pages.assets.content(_SCRIPT).decode()
        self._body = (
            f'<!doctype html><html lang="en" data-cookie="{context.cookies.browser_state_name}">'
            f'<meta charset="utf-8"><title>check_session_iframe</title><script>{script}</script></html>'
        ).encode()
        digest = b64encode(sha256(script.encode()).digest()).decode()
        # Any portal may show it, but no page that was changed on its way: those are not loaded over https.
        embedders = "https:" if context.cookies.secure else "http: https:"
        self._headers = {
            "ETag": f'"{sha256(self._body).hexdigest()[:32]}"',
            "Cache-Control": _CACHE,
            "Content-Security-Policy": (
                f"default-src 'none'; script-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'; "
                f"require-trusted-types-for 'script'; trusted-types 'none'; frame-ancestors {embedders}"
            ),
        }

    async def show(self, request: Request) -> Response:
        """GET /check-session."""
        if request.headers.get("if-none-match") == self._headers["ETag"]:
            return Response(b"", 304, self._headers)
        return Response(self._body, headers=self._headers, media_type="text/html; charset=utf-8")
