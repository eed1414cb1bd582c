"""What trusted proxies say of a connection: whose it is, and which certificate its client proved to hold in TLS."""

import structlog
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from idp.protocol.sender.certificates import BadCertificateError, CertificateForm, read_certificate
from idp.web.http.requests import CERTIFICATE

_log = structlog.get_logger("idp.app")
_HEADER = b"client-cert"
# The chain is not read: intermediate authorities are named in the settings (decision 85).
_TAKEN_AWAY = frozenset({_HEADER, b"client-cert-chain"})


class TrustedProxies:
    """Stands in front of the application, where the address of who speaks to this server is still known."""

    def __init__(self, app: ASGIApp, trusted: str, form: CertificateForm | None) -> None:
        """Take whom to believe, comma-separated, and in which form certificates come; None: they are not believed."""
        self._forwarded = ProxyHeadersMiddleware(app, trusted or [])  # type: ignore[arg-type]  # Starlette's types
        self._form = form

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Believe a trusted proxy; from everybody else the headers are taken away (RFC 9440 4)."""
        if scope["type"] == "http":
            self._take_certificate(scope)
        await self._forwarded(scope, receive, send)  # type: ignore[arg-type]  # likewise

    def _take_certificate(self, scope: Scope) -> None:
        values = [value for name, value in scope["headers"] if name == _HEADER]
        if not values and not any(name in _TAKEN_AWAY for name, _ in scope["headers"]):
            return
        scope["headers"] = [(name, value) for name, value in scope["headers"] if name not in _TAKEN_AWAY]
        peer = scope["client"][0] if scope.get("client") else None
        if self._form is None or peer not in self._forwarded.trusted_hosts:
            return
        try:
            certificate = read_certificate(values, self._form)
        except BadCertificateError as error:
            # As without a certificate: who needs one is refused for want of it.
            _log.warning("client_certificate_unreadable", proxy=peer, reason=str(error))
            return
        if certificate is not None:
            scope.setdefault("state", {})[CERTIFICATE] = certificate
