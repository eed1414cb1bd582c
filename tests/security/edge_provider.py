"""The bare web edge as a town: relying parties, browsers and programs speak to it as they speak to a server."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2

from tests.flows.running_provider import AGENCIES, RunningProvider
from tests.security.in_process import Edge, Sent, running_edge
from tests.security.prepared_store import PreparedStore
from tests.support.plain.browser import Browser


@dataclass(frozen=True, slots=True)
class EdgeTransport(httpx2.BaseTransport):
    """Hands the requests of a client to the edge."""

    edge: Edge

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Serve one request to its end."""
        path = request.url.raw_path.partition(b"?")[0].decode("ascii")
        sent = Sent(request.method, path, request.url.query, tuple(request.headers.raw), (request.read(),))
        answered = self.edge.ask(sent)
        return httpx2.Response(answered.status, headers=answered.headers, stream=httpx2.ByteStream(answered.body))


class EdgeBrowser(Browser):
    """A person's browser at the edge."""

    def __init__(self, edge: Edge) -> None:
        super().__init__(edge.issuer)
        self.http.close()
        self.http = httpx2.Client(base_url=edge.issuer, follow_redirects=False, transport=EdgeTransport(edge))


@dataclass(frozen=True, slots=True)
class Attacked:
    """A town with a way to make further browsers: on a running server, or at the edge."""

    running: RunningProvider
    browser: Callable[[], Browser]
    edge: Edge | None = None


def at_server(running: RunningProvider) -> Attacked:
    """Return a running provider as what is attacked."""
    return Attacked(running, lambda: Browser(running.provider.base()))


@contextmanager
def at_edge(store: PreparedStore, folder: Path) -> Iterator[Attacked]:
    """Return the edge over a copy of a store, with the agencies of the running providers."""
    provider = store.copied_to(folder)
    with running_edge(folder, provider.database_url, provider.issuer) as edge:
        for code in AGENCIES:
            edge.found(code)
        with httpx2.Client(transport=EdgeTransport(edge)) as http:
            running = RunningProvider(provider, store.portals, store.listener, http)
            yield Attacked(running, lambda: EdgeBrowser(edge), edge)
