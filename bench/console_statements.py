"""How many statements a page sends to the database, counted in this process, where no job runs beside it."""

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import httpx2
from starlette.types import ASGIApp, Receive, Scope, Send

from bench.console_lookups import LOOKUPS, command_for, look_in
from idp.adapters.sql.database import Database, open_database
from idp.app.foundation.opening import open_foundation
from idp.app.web import compose_web
from idp.environment import Settings
from idp.kernel.ids import AccountId
from idp.web.routes import web_application
from records.structs import replace

_WRITTEN = re.compile(r"(?:INSERT INTO|UPDATE|DELETE FROM) (\w+)")
# What nobody waits for: enqueued events, and that a session was used.
_NOTED = frozenset({"audit_events", "sessions"})


class _Observer:
    """Keeps what is sent. Implements `RoundTrips`."""

    def __init__(self) -> None:
        self.statements: list[str] = []

    def sent(self, statement: str) -> None:
        """Keep a statement."""
        self.statements.append(statement)


@dataclass(frozen=True, slots=True)
class StatementCount:
    """The provider over a database that tells what it is sent."""

    client: httpx2.AsyncClient
    database: Database
    observer: _Observer

    async def of(self, address: str, headers: Mapping[str, str]) -> int:
        """Return how many statements an answer takes, without those that nobody waits for."""
        await self.database.ledger.flush()
        self.observer.statements.clear()
        answer = await self.client.get(address, headers=dict(headers))
        await self.database.ledger.flush()
        if answer.status_code != httpx2.codes.OK:
            raise RuntimeError(f"{address}: {answer.status_code}")
        return sum(not _is_noted(one) for one in self.observer.statements)

    async def look_for(self, account_id: AccountId, headers: Mapping[str, str]) -> str:
        """Look for somebody in this process, and return the look: no other process has its store."""
        body, more = command_for(account_id)
        answer = await self.client.post(LOOKUPS, content=body, headers={**headers, **more})
        return look_in(answer.status_code, answer.content)

    async def most_and_least(self, addresses: Sequence[str], headers: Mapping[str, str]) -> tuple[int, int]:
        """Return the smallest and the largest count."""
        found = [await self.of(address, headers) for address in addresses]
        return min(found), max(found)


def _is_noted(statement: str) -> bool:
    written = set(_WRITTEN.findall(statement))
    return bool(written) and written <= _NOTED


@asynccontextmanager
async def counting(settings: Settings) -> AsyncIterator[StatementCount]:
    """Compose the provider without its jobs."""
    async with AsyncExitStack() as stack:
        observer, foundation = _Observer(), await open_foundation(settings, stack)
        database = await open_database(settings.database_url, observer=observer)
        stack.push_async_callback(database.close)
        web = web_application(compose_web(replace(foundation, database=database)))
        transport = httpx2.ASGITransport(app=_with_state(web))
        client = await stack.enter_async_context(httpx2.AsyncClient(transport=transport, base_url=settings.issuer))
        yield StatementCount(client, database, observer)


def _with_state(web: ASGIApp) -> ASGIApp:
    """Give each request the state that a server gives it."""

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        await web({**scope, "state": {}}, receive, send)

    return serve
