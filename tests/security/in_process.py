"""The provider's web edge without a server around it: requests go in as ASGI messages, whatever bytes they hold."""

import asyncio
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import AsyncExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from starlette.types import ASGIApp, Message

from clients.model import ClientId
from idp.admin.agencies.commands import Found
from idp.admin.agencies.register import AgencyRegister
from idp.agencies.tree import AgencyKind, AgencyNames
from idp.app.foundation.opening import Foundation, open_foundation
from idp.app.web import compose_web
from idp.audit.model import EventName, Origin, RecordEvent
from idp.environment import Settings
from idp.kernel.ids import AccountId, EventId, new_id
from idp.officers.roles import NATIONAL, OPERATOR
from idp.web.routes import page_desk, rows, web_application

ISSUER = "http://localhost:8000"


@dataclass(frozen=True, slots=True)
class Sent:
    """A request as bytes. `cut`: the sender hangs up before the body has ended."""

    method: str
    path: str
    query: bytes = b""
    headers: tuple[tuple[bytes, bytes], ...] = ()
    pieces: tuple[bytes, ...] = (b"",)
    cut: bool = False
    address: str = "192.0.2.7"


@dataclass(slots=True)
class Answered:
    """What came back."""

    status: int = 0
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytes = b""

    def header(self, name: str) -> str | None:
        """Return the one header of a name; two of a kind are a mistake, except for cookies."""
        found = [value.decode("latin-1") for known, value in self.headers if known == name.encode()]
        assert len(found) < 2, f"{name} came {len(found)} times"
        return found[0] if found else None

    @property
    def cookies(self) -> Mapping[str, str]:
        """Return the cookies that were set."""
        texts = [value.decode("latin-1") for name, value in self.headers if name == b"set-cookie"]
        return {name: value for name, _, value in (text.partition(";")[0].partition("=") for text in texts)}


_KINDS = "UPDATE accounts SET account_kind = 'officer' WHERE account_id IN (SELECT account_id FROM officers)"
# The end of the century.
_LAST_DAY = 4102444800000000
_OFFICERS = f"""
    INSERT INTO officers (person_id, account_id, agency, post, officer_code, starts_at, ends_at, issued_by, created_at)
    SELECT person_id, account_id, :agency, 'post', account_id, 0, {_LAST_DAY}, 'test', 0 FROM sessions
    ORDER BY session_id DESC LIMIT 1
"""
_ROLES = f"""
    INSERT INTO admin_roles
        (person_id, grant_id, account_id, role, agency, given_by, given_at, starts_at, ends_at)
    SELECT person_id, account_id, account_id, :role, :agency, 'test', 0, 0, {_LAST_DAY} FROM officers
    ORDER BY (SELECT MAX(session_id) FROM sessions WHERE sessions.account_id = officers.account_id) DESC LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Edge:
    """The application and the loop it lives in."""

    runner: asyncio.Runner
    app: ASGIApp
    # Method and path of each.
    routes: frozenset[tuple[str, str]]
    database: Path
    foundation: Foundation
    issuer: str = ISSUER

    @property
    def paths(self) -> frozenset[str]:
        """Return every path that leads somewhere."""
        return frozenset(path for _, path in self.routes)

    def strengthen(self) -> None:
        """Make every session one of two factors, as if a code had come by a phone."""
        with closing(sqlite3.connect(self.database)) as store, store:
            both = "'pwd:' || factor_at || ' sms:' || factor_at"
            store.execute(f"UPDATE sessions SET amr = 'pwd sms mfa', acr = 'loa3', shown = {both}")

    def appoint(self, role: str | None, agency: str) -> None:
        """Make whoever signed in last an officer who holds a role, or none, with two factors shown."""
        self.strengthen()
        with closing(sqlite3.connect(self.database)) as store, store:
            store.execute(_OFFICERS, {"agency": agency or "G22"})
            if role is not None:
                store.execute(_ROLES, {"role": role, "agency": agency})
            store.execute(_KINDS)

    def let_an_hour_pass(self, account_id: AccountId) -> None:
        """Make the factors of an account's sessions ones that were shown an hour ago."""
        hour = 3_600_000_000
        with closing(sqlite3.connect(self.database)) as store, store:
            changes = "factor_at = factor_at - :hour, auth_time = auth_time - :hour, shown = ''"
            store.execute(f"UPDATE sessions SET {changes} WHERE account_id = :id", {"hour": hour, "id": account_id})

    def event_of(self, client_id: ClientId) -> str:
        """Return the first event of a client."""
        with closing(sqlite3.connect(self.database)) as store:
            asked = "SELECT event_id FROM audit_events WHERE client_id = ? ORDER BY event_id LIMIT 1"
            ((found,),) = store.execute(asked, (client_id,)).fetchall()
        return str(found)

    def last_account(self) -> str:
        """Return the account of whoever signed in last."""
        with closing(sqlite3.connect(self.database)) as store:
            ((found,),) = store.execute("SELECT account_id FROM sessions ORDER BY session_id DESC LIMIT 1").fetchall()
        return str(found)

    def session_of(self, account_id: AccountId) -> str:
        """Return the newest session of an account."""
        with closing(sqlite3.connect(self.database)) as store:
            asked = "SELECT session_id FROM sessions WHERE account_id = ? ORDER BY session_id DESC LIMIT 1"
            ((found,),) = store.execute(asked, (account_id,)).fetchall()
        return str(found)

    def found(self, code: str) -> None:
        """Found a province, so that the console's pages have an agency to show and to change."""
        agencies = self.foundation.database.agencies
        register = AgencyRegister(agencies, self.foundation.database.ledger, self.foundation.clock)
        command = Found(code, AgencyKind.PROVINCE, NATIONAL, AgencyNames(code, code))

        def event_of(name: EventName, details: Mapping[str, str]) -> RecordEvent:
            return RecordEvent(
                id=EventId(new_id()), name=name, at=self.foundation.clock.now(), origin=Origin(""), details=details
            )

        self.runner.run(register.change(command, register.act("NQ 1", OPERATOR), event_of))

    def ask(self, sent: Sent) -> Answered:
        """Serve one request to its end."""
        return self.runner.run(_serve(self.app, sent))


async def _serve(app: ASGIApp, sent: Sent) -> Answered:
    answered, messages = Answered(), _messages(sent)

    async def receive() -> Message:
        return next(messages)

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            assert answered.status == 0, "answered twice"
            answered.status, answered.headers = message["status"], list(message["headers"])
        else:
            answered.body += message.get("body", b"")

    await app(_scope(sent), receive, send)
    return answered


def _scope(sent: Sent) -> dict[str, object]:
    """Return the scope as uvicorn makes it of a request line and headers."""
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "scheme": "http",
        "server": ("127.0.0.1", 8000),
        "client": (sent.address, 40000),
        "root_path": "",
        "method": sent.method,
        "path": unquote(sent.path),
        "raw_path": sent.path.encode("utf-8", "replace"),
        "query_string": sent.query,
        "headers": [(name.lower(), value) for name, value in sent.headers],
        "state": {},
    }


def _messages(sent: Sent) -> Iterator[Message]:
    last = len(sent.pieces) - 1
    for place, piece in enumerate(sent.pieces):
        yield {"type": "http.request", "body": piece, "more_body": sent.cut or place < last}
    while True:
        yield {"type": "http.disconnect"}


@contextmanager
def running_edge(folder: Path, database_url: str, issuer: str = ISSUER) -> Iterator[Edge]:
    """Compose the web edge over a prepared store, without background jobs."""
    settings = Settings(
        issuer=issuer,
        database_url=database_url,
        master_key_file=folder / "master.key",
        # Nobody is there, and private addresses are not called: claims of organisations wait.
        enterprise_register_url="http://127.0.0.1:9/enterprise",
    )
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        foundation = runner.run(open_foundation(settings, stack))
        dependencies = compose_web(foundation)
        context = page_desk(dependencies)
        found = frozenset((method, path) for path, _, methods in rows(dependencies, context) for method in methods)
        yield Edge(runner, web_application(dependencies), found, folder / "idp.db", foundation, issuer)
        runner.run(stack.aclose())
