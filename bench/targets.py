"""What is measured: our provider on both kinds of stores, a bare server, and the peer; each started and stopped."""

import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bench import our_store, peer_package, second_steps
from bench.browser import (
    CLIENT_SECRET,
    REDIRECT_URI,
    Browser,
    Endpoints,
    UnexpectedAnswerError,
    Visitor,
    authorization_address,
    discover,
    follow,
    open_form,
)
from bench.cores import ON_SERVER_CORE
from clients.model import ClientId
from idp.environment import Settings
from idp.kernel.secrets import Sealer
from tests.support.running.servers import PROVIDER, PostgresServer, RedisServer, ServerProcess, free_port

_PEER_PATH = "/.well-known/openid-configuration"


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider under test, and how to have browsers that are signed in there, one for each person."""

    endpoints: Endpoints
    client_id: ClientId
    # For userinfo and introspection; another client where those endpoints take only opaque tokens.
    inspecting_client_id: ClientId
    signed_in: Callable[[], Sequence[Browser]]
    has_passwords: bool
    # What a store of ours seals challenges with; None where nobody has a passkey.
    sealer: Sealer | None = None
    # Who has not signed in with an authenticator app yet; nobody where nobody has one.
    two_steps_left: Iterator[Visitor] | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """A running server. `provider` is None for the bare one."""

    base_url: str
    server: ServerProcess
    provider: Provider | None


Opener = Callable[[], AbstractContextManager[Target]]


def ours_embedded(python: Sequence[str] = PROVIDER) -> AbstractContextManager[Target]:
    """Run our provider on SQLite and the in-process store."""
    return _on_sqlite(python)


@contextmanager
def _on_sqlite(python: Sequence[str]) -> Iterator[Target]:
    with tempfile.TemporaryDirectory(prefix="idp-bench-") as folder:
        stores = {"IDP_DATABASE_URL": f"sqlite+aiosqlite:///{folder}/idp.db"}
        with _ours(python, stores, Path(folder)) as target:
            yield target


@contextmanager
def ours_production(python: Sequence[str] = PROVIDER) -> Iterator[Target]:
    """Run our provider on PostgreSQL, durable, and Redis."""
    with tempfile.TemporaryDirectory(prefix="idp-bench-") as folder, PostgresServer() as sql, RedisServer() as redis:
        stores = {"IDP_DATABASE_URL": sql.create_database(), "IDP_REDIS_URL": redis.url}
        with _ours(python, stores, Path(folder)) as target:
            yield target


@contextmanager
def _ours(python: Sequence[str], stores: Mapping[str, str], folder: Path) -> Iterator[Target]:
    port = free_port()
    base_url = f"http://127.0.0.1:{port}"
    environment = {
        # https, as behind the proxy in production: cookies and headers are what they are there.
        "IDP_ISSUER": our_store.ISSUER,
        "IDP_LISTEN": f"127.0.0.1:{port}",
        "IDP_MASTER_KEY_FILE": str(folder / "master.key"),
        # The load generator stands where the proxy stands in production and says where each person comes from.
        "IDP_TRUSTED_PROXIES": "127.0.0.1",
        # The server has one core, which one hashing thread fills.
        "IDP_HASH_THREADS": "1",
        **stores,
    }
    sealer = our_store.prepare(_settings(environment))
    argv = [*ON_SERVER_CORE, *python]
    with ServerProcess(argv, base_url=base_url, environment=environment, log_path=folder / "server.log") as server:

        @cache
        def signed_in() -> Sequence[Browser]:
            return [_sign_in_at_ours(base_url, visitor) for visitor in our_store.visitors()]

        client_id = ClientId(our_store.CLIENT_ID)
        endpoints = discover(base_url)
        provider = Provider(
            endpoints,
            client_id,
            client_id,
            signed_in,
            has_passwords=True,
            sealer=sealer,
            two_steps_left=second_steps.people(),
        )
        yield Target(base_url, server, provider)


def _settings(environment: Mapping[str, str]) -> Settings:
    named = {name.removeprefix("IDP_").lower(): value for name, value in environment.items()}
    return Settings.model_validate(named)


def _sign_in_at_ours(base_url: str, visitor: Visitor) -> Browser:
    browser = Browser(base_url, visitor.address)
    form = open_form(browser, "/sign-in") | {"identifier": visitor.number, "password": our_store.PASSWORD}
    reply = browser.send("POST", "/sign-in", form)
    if reply.status != 303:
        raise UnexpectedAnswerError("nobody could sign in", reply)
    return browser


@contextmanager
def hello() -> Iterator[Target]:
    """Run a bare ASGI program on the settings of our server."""
    port = free_port()
    base_url = f"http://127.0.0.1:{port}"
    argv = [*ON_SERVER_CORE, sys.executable, "-m", "bench.hello", str(port)]
    with (
        tempfile.TemporaryDirectory(prefix="idp-bench-") as folder,
        ServerProcess(argv, base_url=base_url, environment={}, log_path=Path(folder) / "log", ready_path="/") as server,
    ):
        yield Target(base_url, server, None)


@contextmanager
def oidc_provider() -> Iterator[Target]:
    """Run the npm package oidc-provider with its memory adapter; raises `NotInstalledError` where it cannot be had."""
    peer_package.install()
    port = free_port()
    base_url = f"http://127.0.0.1:{port}"
    environment = {
        "PORT": str(port),
        "NODE_ENV": "production",
        "BENCH_CLIENT_SECRET": CLIENT_SECRET,
        "BENCH_REDIRECT_URI": REDIRECT_URI,
    }
    argv = [*ON_SERVER_CORE, "node", str(peer_package.PROGRAM)]
    with (
        tempfile.TemporaryDirectory(prefix="idp-bench-") as folder,
        ServerProcess(
            argv, base_url=base_url, environment=environment, log_path=Path(folder) / "log", ready_path=_PEER_PATH
        ) as server,
    ):
        endpoints = discover(base_url)

        # New sessions each time: its memory adapter walks through every token of a grant whenever it writes one, so
        # sessions that had served a round would make the next one slower.
        def signed_in() -> Sequence[Browser]:
            return [_sign_in_at_peer(base_url, endpoints, visitor.number) for visitor in our_store.visitors()]

        yield Target(
            base_url,
            server,
            Provider(endpoints, ClientId("bench"), ClientId("bench-opaque"), signed_in, has_passwords=False),
        )


def _sign_in_at_peer(base_url: str, endpoints: Endpoints, person: str) -> Browser:
    browser = Browser(base_url)
    page = browser.send("GET", authorization_address(endpoints, ClientId("bench")))
    form = {"prompt": "login", "login": person, "password": "any"}
    reply = follow(browser, browser.send("POST", page.headers.get("location", ""), form))
    if not reply.headers.get("location", "").startswith(REDIRECT_URI):
        raise UnexpectedAnswerError("nobody could sign in at the peer", reply)
    return browser


TARGETS: Mapping[str, Opener] = {
    "SQLite": ours_embedded,
    "PostgreSQL + Redis": ours_production,
    "bare ASGI": hello,
    "oidc-provider": oidc_provider,
}
