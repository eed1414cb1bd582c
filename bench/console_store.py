"""A store as large as the country's: agencies, clients, administrators, changes, and the rows of `console_rows`."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

import asyncpg
import msgspec

from bench import timing_store
from bench.console_changes import commit_all, load_changes
from bench.console_rows import DAYS, Tell, load_events, load_metrics, load_people
from clients.document import Document
from clients.metadata import parse_entry
from clients.model import Client
from clients.plan import plan
from clients.service import apply
from clients.templates import TEMPLATES
from idp.agencies.effects import FoundAgency
from idp.agencies.model import SignInName
from idp.agencies.tree import AgencyKind, AgencyNames
from idp.app.audit import SEALING_POLICY
from idp.app.foundation.opening import Foundation, open_foundation
from idp.app.officers import compose_officer_accounts
from idp.audit.checkpoints import CHECKPOINT_TYPE, Checkpoint, Link, digest_hex
from idp.audit.model import EventName, Origin, RecordEvent
from idp.cli.demonstration.officer import DemonstrationOfficer, make_ready
from idp.environment import Settings
from idp.kernel.effects import Effect
from idp.kernel.ids import EventId, RoleGrantId, new_id
from idp.kernel.key_purposes import KeyPurpose
from idp.officers.model import Officer
from idp.officers.posts import NewPost
from idp.officers.roles import NATIONAL, OPERATOR, GrantRole, Role, RoleGrant
from keys.signer import Signer
from migrations.runner import upgrade
from tests.support.running.servers import PostgresServer

PROGRAM, PROGRAM_SECRET = "bench-quan-tri", "a-secret-for-load-tests-on-one-machine"
REDIRECT_URI = "https://console.example/callback"
# One who sees everything, and one who sees the largest province.
PROVINCE = "H01"
OPERATOR_POST = DemonstrationOfficer("G01", "bench-operator", "Vương Thị Mẫu", "Quản trị viên", "G01-BENCH1", "",
                                     "DEMO2ONLY2SECRET2OF2THE2OPERATOR")  # fmt: skip
PROVINCE_POST = DemonstrationOfficer(PROVINCE, "bench-admin", "Ngô Văn Mẫu", "Quản trị viên", "H01-BENCH1", "",
                                     "DEMO2ONLY2SECRET2OF2HANOI2ADMIN2")  # fmt: skip
_LONG_AGO, _TERM, _BASIS = date(2025, 7, 1), timedelta(days=365), {"profile": "NĐ 224/2026/NĐ-CP"}
_MINISTRIES, _PROVINCES, _COMMUNES = 22, 34, 3321
# While rows are made, nothing needs to survive a power cut: what is half made is thrown away.
_LOADING = {
    "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "wal_level": "minimal",
    "max_wal_senders": "0", "max_wal_size": "16GB", "checkpoint_timeout": "30min", "shared_buffers": "2GB",
    "maintenance_work_mem": "1GB", "work_mem": "256MB", "autovacuum": "off", "jit": "off",
    "plan_cache_mode": "force_custom_plan",
}  # fmt: skip


class Size(msgspec.Struct, frozen=True):
    """How much is loaded. `loaded_at` is when: what is looked up by time counts from then."""

    accounts: int
    clients: int
    events: int
    loaded_at: datetime

    def same_as(self, other: "Size") -> bool:
        """Say whether both are as large."""
        return (self.accounts, self.clients, self.events) == (other.accounts, other.clients, other.events)


@dataclass(frozen=True, slots=True)
class ConsoleStore:
    """Where the data are, and what they are sealed with."""

    folder: Path

    @property
    def server_folder(self) -> Path:
        """Return PostgreSQL's own folder."""
        return self.folder / "postgres"

    @property
    def master_key(self) -> Path:
        """Return the file of the master key."""
        return self.folder / "master.key"

    @property
    def size(self) -> Size | None:
        """Return what is loaded; None while it is not whole."""
        file = self.folder / "loaded.json"
        return msgspec.json.decode(file.read_bytes(), type=Size) if file.exists() else None

    def settings(self, url: str, issuer: str) -> Settings:
        """Return the settings of a provider on this store."""
        return Settings(issuer=issuer, database_url=url, master_key_file=self.master_key)

    def load(self, size: Size, issuer: str, tell: Tell) -> None:
        """Fill an empty folder."""
        self.folder.mkdir(parents=True, exist_ok=True)
        # PostgreSQL's own user goes through it.
        self.folder.chmod(0o755)
        with PostgresServer(_LOADING, kept=self.server_folder) as server:
            upgrade(server.url)
            asyncio.run(_fill(self.settings(server.url, issuer), size, tell))
            server.settle(server.url)
        (self.folder / "loaded.json").write_bytes(msgspec.json.encode(size))


async def _fill(settings: Settings, size: Size, tell: Tell) -> None:
    async with AsyncExitStack() as stack:
        foundation = await open_foundation(settings, stack)
        connection = await asyncpg.connect(settings.database_url.replace("+asyncpg", ""), command_timeout=None)
        stack.push_async_callback(connection.close)
        codes = await _agencies(foundation, size)
        await _named(connection, "bench_agencies", "code", codes)
        tell(f"{len(codes):,} agencies")
        clients = await _clients(foundation, size, codes)
        # The busiest do not stand beside each other in any list.
        shuffled = Random(4).sample(clients, len(clients))
        await _named(connection, "bench_clients", "client_id", [one.client_id for one in shuffled])
        tell(f"{len(clients):,} clients")
        await _administrators(foundation, max(4, size.clients // 10), codes)
        await connection.execute("""
            CREATE TABLE bench_actors AS SELECT row_number() OVER (ORDER BY account_id) - 1 AS n, account_id,
            officer_code FROM officers
        """)
        await load_people(connection, size.accounts, size.loaded_at)
        await timing_store.fill(foundation, 25)
        tell(f"{size.accounts:,} accounts")
        await load_changes(foundation, connection, clients)
        # Of 125,000 events a day, every fifth is a sign-in.
        await load_metrics(connection, max(1, size.events // (DAYS * 24) // 5), size.loaded_at)
        tell("numbers of quality")
        await load_events(connection, size.events, size.loaded_at, tell)
        await _checkpoints(foundation, connection, size)


async def _named(connection: asyncpg.Connection, table: str, column: str, names: Sequence[str]) -> None:
    await connection.execute(f"CREATE TABLE {table} (n bigint, {column} text)")
    await connection.copy_records_to_table(table, records=list(enumerate(names)))


async def _agencies(foundation: Foundation, size: Size) -> list[str]:
    """Found the country's agencies, as many communes as clients justify, and return their codes."""
    ministries = [f"G{n:02}" for n in range(1, _MINISTRIES + 1)]
    provinces = [f"H{n:02}" for n in range(1, _PROVINCES + 1)]
    # The largest province has twice as many communes as the others.
    hosts = [PROVINCE, *provinces]
    communes = [f"{hosts[n % len(hosts)]}.{n}" for n in range(min(_COMMUNES, size.clients))]
    founding = [
        *(
            FoundAgency(code=code, kind=AgencyKind.MINISTRY, day=_LONG_AGO, parent=NATIONAL, names=_names("Bộ", code))
            for code in ministries
        ),
        *(
            FoundAgency(code=code, kind=AgencyKind.PROVINCE, day=_LONG_AGO, parent=NATIONAL, names=_names("Tỉnh", code))
            for code in provinces
        ),
        *(
            FoundAgency(code=one, kind=AgencyKind.COMMUNE, day=_LONG_AGO, parent=one[:3], names=_names("Xã", one))
            for one in communes
        ),
    ]
    await commit_all(foundation, founding)
    return [*provinces, *ministries, *communes]


def _names(kind: str, code: str) -> AgencyNames:
    return AgencyNames(f"{kind} Mẫu {code}", f"Agency {code}")


async def _clients(foundation: Foundation, size: Size, codes: Sequence[str]) -> list[Client]:
    """Register clients; every fifth is a bank's or another's that is no agency's."""
    pepper, now = foundation.root_key.raw(KeyPurpose.CLIENT_SECRETS), size.loaded_at
    own = [code for code in codes if code.startswith(PROVINCE)]
    entries = [
        _entry(n, own[n // 20 % len(own)] if n % 20 == 1 else codes[n * 7 % len(codes)]) for n in range(size.clients)
    ]
    read = [parse_entry(entry, now) for entry in (*entries, _program())]
    saved = await apply(foundation.database.clients, plan((), read, pepper, now), pepper, now)
    await foundation.refresh()
    return [one for one in saved.clients if one.client_id != PROGRAM]


def _entry(n: int, agency: str) -> Document:
    host = f"https://dichvucong.mau-{n}.gov.vn" if n % 5 else f"https://ngan-hang-{n}.example"
    shared: Document = {
        "client_id": f"cong-{n:05}",
        "redirect_uris": [f"{host}/callback"],
        "post_logout_redirect_uris": [f"{host}/bye"],
        "client_secret": f"a-secret-for-load-tests-on-one-machine-{n}",
        "legal_basis": _BASIS,
        "stage": "sandbox" if n % 4 == 3 else "production",
    }
    if n % 5 == 0:
        shared |= {"sector": "other", "require_consent": True, "client_name": f"Ngân hàng Mẫu {n}"}
    else:
        shared |= {"client_name": f"Cổng dịch vụ công Mẫu {n}", "client_name#en": f"Portal {n}", "agency": agency}
    return {**TEMPLATES["web_portal"].members, **shared}


def _program() -> Document:
    """Return what the administration API is used with."""
    return {
        "client_id": PROGRAM,
        "client_name": "Chương trình quản trị",
        "redirect_uris": [REDIRECT_URI],
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "client_secret": PROGRAM_SECRET,
        "scope": "openid admin:read admin:write",
        "governed_claims": ["admin:read", "admin:write"],
        "account_kinds": ["officer"],
        "id_token_signed_response_alg": "ES256",
        "sector": "state",
        "require_consent": False,
        "agency": "G01",
        "officer_agencies": ["*"],
    }


async def _administrators(foundation: Foundation, count: int, codes: Sequence[str]) -> None:
    """Make the two who measure, and others who hold a role each at the agencies in turn."""
    now = foundation.clock.now()
    await make_ready(foundation, OPERATOR_POST, lambda one: [_role(one, Role.NATIONAL_OPERATOR, NATIONAL, now)])
    await make_ready(foundation, PROVINCE_POST, lambda one: [_role(one, Role.AGENCY_ADMINISTRATOR, PROVINCE, now)])
    accounts, roles = compose_officer_accounts(foundation), list(Role)[1:]
    for n in range(count):
        agency, role = codes[n % len(codes)] if n % 10 else PROVINCE, roles[n % len(roles)]
        name = SignInName.of(agency, f"quan-tri-{n}")
        post = NewPost(
            name, f"Quản Trị Mẫu {n}", agency, "Quản trị viên", f"{agency}-QT{n}", now, now + _TERM, OPERATOR
        )
        event = RecordEvent(
            id=EventId(new_id()), name=EventName.OFFICER_ISSUED, at=now, origin=Origin(new_id()), reason="bench"
        )

        def then(officer: Officer, role: Role = role) -> Sequence[Effect]:
            return (_role(officer, role, officer.agency, now),)

        if await accounts.issue(post, event, then=then) is None:
            raise RuntimeError("the store was not empty")


def _role(officer: Officer, role: Role, agency: str, now: datetime) -> GrantRole:
    grant = RoleGrant(
        RoleGrantId(new_id()),
        officer.person_id,
        officer.account_id,
        role,
        agency,
        OPERATOR,
        now,
        now,
        now + _TERM,
        approves_from=now,
    )
    return GrantRole(grant=grant)


async def _checkpoints(foundation: Foundation, connection: asyncpg.Connection, size: Size) -> None:
    """Sign a checkpoint over the whole log, older than what is looked at for late events, at the end of a long chain.

    Those before it are of the usual size, and nobody signed them: no page reads them.
    """
    number = max(2, min(DAYS * 24 * 60, size.events // 87))
    await connection.execute(_CHAIN, number - 1)
    last = str(await connection.fetchval("SELECT event_id FROM audit_events ORDER BY event_id DESC LIMIT 1"))
    checkpoint = Checkpoint(
        number=number,
        sealed_at=size.loaded_at - 2 * SEALING_POLICY.late_for,
        after_id="",
        to_id=last,
        count=0,
        late=0,
        total=size.events,
        root=digest_hex(b"bench"),
        listing=digest_hex(b""),
        previous=digest_hex(b"bench"),
    )
    now = foundation.clock.now()
    signer, claims = Signer(await foundation.keys.current(now)), checkpoint.claims(foundation.settings.issuer)
    # Of then, but with today's key: there was none before.
    signed = signer.sign(claims, algorithm="ES256", typ=CHECKPOINT_TYPE, now=now)
    if not await foundation.database.checkpoints.add(Link(number, signed), b"", 0):
        raise RuntimeError("the chain was not empty")
    await connection.execute("UPDATE transparency_position SET read_to = $1", number)


_CHAIN = """
    INSERT INTO audit_checkpoints (number, signed, listing, late)
    SELECT n, repeat(md5(n::text), 20), sha512(n::text::bytea), 0 FROM generate_series(1, $1::bigint) n
"""
