"""A provider with its clients and its people: embedded, and as a cluster of two processes."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import date
from itertools import count
from pathlib import Path
from urllib.parse import urljoin

import httpx2
from msgspec import Struct, field

from clients.model import ClientId
from idp.adapters.sql.database import open_database
from idp.agencies.effects import FoundAgency
from idp.agencies.tree import AgencyKind, AgencyNames
from idp.officers.roles import NATIONAL
from migrations.runner import upgrade
from tests.flows.portals import Portal, make_portals
from tests.support.parties.relying_party import RelyingParty
from tests.support.plain.browser import HOME, Browser
from tests.support.running.listener import MESSAGES, Listener
from tests.support.running.provider import Citizen, Provider
from tests.support.running.servers import PostgresServer, RedisServer
from tests.support.waiting import wait_for

# Enough that no test meets what another left behind. Nobody in Viet Nam has a phone that begins with 050.
NO_MORE: Mapping[str, str] = {}
_LONG_AGO, AGENCIES = date(2020, 7, 22), ("H55", "H26", "G15", "G22")
CITIZENS = tuple(Citizen(f"001899000{n:03d}", phone=f"+845000{n:05d}") for n in range(1, 1000))


class RunningProvider(Struct):
    """The provider with its clients, its people, and who receives its calls."""

    provider: Provider
    portals: dict[str, Portal]
    listener: Listener
    http: httpx2.Client
    # Where the browsers of its tests come from.
    network: str = HOME
    _next: Iterator[int] = field(default_factory=count)

    def party(self, client_id: ClientId = ClientId("quoc-gia")) -> RelyingParty:
        """Return a client's relying party at the first process."""
        return self.portals[client_id].party(self.http, self.provider)

    def apply(self, made: Portal) -> None:
        """Register a client while the provider runs, and wait until its first process has heard of it."""
        self.provider.apply_clients([made.entry])
        start = urljoin(self.provider.base(), made.party(self.http, self.provider).start().location)

        def known() -> bool | None:
            return self.http.get(start).status_code < 400 or None

        wait_for(f"{made.entry['client_id']} to be known", known)

    def browser(self) -> Browser:
        """Return a new browser at the first process."""
        return Browser(self.provider.base(), network=self.network)

    def citizen(self) -> Citizen:
        """Return a person nobody else uses."""
        return CITIZENS[next(self._next)]


def gateway_settings(listener: Listener) -> dict[str, str]:
    """Return where the provider hands over SMS. Every test signs in from one address: a fast machine does it often."""
    return {"IDP_MESSAGE_GATEWAY_URL": listener.url + MESSAGES, "IDP_STRANGERS_PER_NETWORK": "1000000"}


def embedded_provider(
    folder: Path, http: httpx2.Client, more: Mapping[str, str] = NO_MORE
) -> Iterator[RunningProvider]:
    """SQLite and the in-process store, one process."""
    with Listener() as listener:
        settings = {**gateway_settings(listener), **more}
        provider = Provider(folder, f"sqlite+aiosqlite:///{folder}/idp.db", settings=settings)
        yield from running_provider(provider, listener, http)


def cluster_of_two(
    folder: Path, http: httpx2.Client, postgres: PostgresServer, redis: RedisServer
) -> Iterator[RunningProvider]:
    """PostgreSQL and an empty Redis, two processes behind one issuer."""
    url = postgres.create_database(postgres.template("migrated", upgrade))
    redis.flush()
    with Listener() as listener:
        provider = Provider(folder, url, redis.url, count=2, settings=gateway_settings(listener))
        yield from running_provider(provider, listener, http)
    postgres.drop_database(url)


def running_provider(
    provider: Provider, listener: Listener, http: httpx2.Client, people: Sequence[Citizen] = CITIZENS
) -> Iterator[RunningProvider]:
    """Prepare the store and run the provider for as long as the generator lives; `people` are the first citizens."""
    portals = make_portals(listener)
    provider.prepare([one.entry for one in portals.values()], people)
    provider.run(_found(provider.database_url))
    with provider:
        yield RunningProvider(provider, portals, listener, http)


async def _found(database_url: str) -> None:
    """Found the agencies of the tests: as soon as one stands anywhere, every other code is nobody's."""
    async with AsyncExitStack() as stack:
        database = await open_database(database_url)
        stack.push_async_callback(database.close)
        for code in AGENCIES:
            names = AgencyNames(f"Tỉnh {code}", f"Province {code}")
            assert await database.ledger.commit(
                FoundAgency(code=code, kind=AgencyKind.PROVINCE, day=_LONG_AGO, parent=NATIONAL, names=names)
            )
