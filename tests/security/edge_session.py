"""The bare edge behind the HTTP client that schemathesis sends its cases with."""

from collections.abc import Mapping
from io import BytesIO

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPHeaderDict, HTTPResponse

from tests.security.in_process import Edge, Sent


class EdgeAdapter(HTTPAdapter):
    """Hands prepared requests to the edge. The sockets of the base class are never opened."""

    def __init__(self, edge: Edge) -> None:
        super().__init__()
        self._edge = edge

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: float | tuple[float | None, float | None] | None = None,
        verify: bool | str = True,
        cert: bytes | str | tuple[bytes | str, bytes | str] | None = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Serve one request to its end."""
        path, _, query = request.path_url.partition("?")
        headers = tuple((_bytes(name), _bytes(value)) for name, value in request.headers.items())
        sent = Sent(str(request.method), path, query.encode(), headers, (_bytes(request.body or b""),))
        answered = self._edge.ask(sent)
        reported = HTTPHeaderDict(
            [(name.decode("latin-1"), value.decode("latin-1")) for name, value in answered.headers]
        )
        raw = HTTPResponse(BytesIO(answered.body), reported, answered.status, preload_content=False)
        return self.build_response(request, raw)


def _bytes(text: object) -> bytes:
    assert isinstance(text, str | bytes), "what is sent is known when it is sent"
    return text.encode("utf-8") if isinstance(text, str) else text


def edge_session(edge: Edge) -> requests.Session:
    """Return a session whose every request goes to the edge."""
    session = requests.Session()
    # Proxies and passwords of the environment would be read again for each request.
    session.trust_env = False
    session.mount(edge.issuer, EdgeAdapter(edge))
    return session
