"""`python -m bench scale`: what sign-in, refresh and account search cost with few accounts and with many."""

import asyncio
import os
import subprocess
import sys
import tempfile
from base64 import b64encode
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count, islice
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter, process_time
from urllib.parse import urlencode

from bench.browser import CLIENT_SECRET, REDIRECT_URI
from bench.cores import cpu_time
from bench.our_store import CLIENT, CLIENT_ID
from clients.metadata import parse_entry
from clients.plan import plan
from clients.service import apply
from idp.adapters.hashing.argon2_pool import Argon2Parameters, Argon2Pool
from idp.app.citizens import compose_citizens
from idp.app.foundation import CLIENT_SECRETS, NUMBER_INDEX, Foundation, open_foundation
from idp.app.house import compose_house
from idp.app.web import compose_web
from idp.audit.model import Origin
from idp.cli.invented_people import INVENTED_PASSWORD, Spoilt, invent
from idp.endpoints.back_channel import BackChannelRequest
from idp.endpoints.codes import CodeShelf
from idp.grants.model import AuthorizationCode
from idp.kernel.ids import new_id
from idp.kernel.secrets import new_secret
from idp.protocol.forms import parse_form
from idp.selfservice.sign_in import Arriving, SignedIn
from idp.settings import Settings
from tests.support.servers import REPOSITORY, PostgresServer

SIZES = (10_000, 1_000_000)
SEED, PEOPLE, BATCHES, WARM_UP = 1, 900, 15, 150
# So cheap that the hash hides nothing that grows.
_SMALL = Argon2Parameters(memory_kib=64, passes=1)
_BASIC = "Basic " + b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()

HOW: Mapping[str, str] = {
    "costs": "median processor time of one act, our process and PostgreSQL's together, over "
    f"{BATCHES} batches of {(PEOPLE - WARM_UP) // BATCHES} after {WARM_UP} to warm up; differences: to the first line",
    "sign-in": "by an imported hash ({SSHA512}) that is renewed; Argon2 so small that it hides nothing",
    "code": "redeemed for the first refresh token of each person, with the read of the session before it",
    "search": "by number, then by account id",
}

Act = Callable[[int], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class ScaleLine:
    """One size: what an act costs in microseconds of processor time, server and PostgreSQL together."""

    accounts: int
    import_rate: float
    import_seconds: float
    bytes_each: float
    costs: Mapping[str, float]


def measure_scale(sizes: Sequence[int], tell: Callable[[str], None]) -> list[ScaleLine]:
    """Return a line for each size; each has a database of its own, deleted afterwards."""
    lines = []
    with PostgresServer() as server, tempfile.TemporaryDirectory(prefix="idp-scale-") as name:
        for size in sizes:
            url = server.create_database()
            lines.append(_measure(server, url, Path(name), size, tell))
            server.drop_database(url)
    return lines


def _measure(server: PostgresServer, url: str, folder: Path, size: int, tell: Callable[[str], None]) -> ScaleLine:
    file = folder / f"{size}.jsonl"
    environment = {
        "PATH": os.environ["PATH"],
        "LC_ALL": "C.UTF-8",
        "IDP_ISSUER": "http://localhost:8000",
        "IDP_DATABASE_URL": url,
        "IDP_MASTER_KEY_FILE": str(folder / f"{size}.key"),
    }
    _operator(environment, "prepare")
    _operator(environment, "accounts", "generate", str(size), "--out", str(file), "--hash", "ssha", "--seed", str(SEED))
    began = perf_counter()
    _operator(environment, "accounts", "import", str(file), "--json")
    seconds = perf_counter() - began
    file.unlink()
    tell(f"{size} accounts imported in {seconds:.0f} s")
    settings = Settings(
        issuer=environment["IDP_ISSUER"],
        database_url=url,
        master_key_file=Path(environment["IDP_MASTER_KEY_FILE"]),
        strangers_per_minute=1_000_000,
    )
    costs, stored = asyncio.run(_costs(server, settings, size))
    return ScaleLine(size, size / seconds, seconds, stored / size, costs)


def _operator(environment: Mapping[str, str], *arguments: str) -> None:
    command = [sys.executable, "-m", "idp.cli", *arguments]
    subprocess.run(command, cwd=REPOSITORY, env=dict(environment), check=True, capture_output=True)


async def _costs(server: PostgresServer, settings: Settings, size: int) -> tuple[Mapping[str, float], int]:
    async with AsyncExitStack() as stack:
        opened = await open_foundation(settings, stack)
        foundation = replace(opened, hasher=Argon2Pool(_SMALL))
        stack.callback(foundation.hasher.close)
        await _register(foundation)
        # A database's size is an operator's question, asked past the stores.
        stored = await foundation.database.operations.size()
        rig = _Rig(foundation, size)
        costs = {name: await _cost(server, act) for name, act in rig.acts.items()}
        return costs, stored


async def _register(foundation: Foundation) -> None:
    now, pepper = foundation.clock.now(), foundation.root_key.raw(CLIENT_SECRETS)
    await apply(foundation.database.clients, plan((), (parse_entry(CLIENT, now),), pepper, now), pepper, now)
    await foundation.refresh()


async def _cost(server: PostgresServer, act: Act) -> float:
    """Return the median over batches of processor microseconds for one act."""
    for place in range(WARM_UP):
        await act(place)
    each = (PEOPLE - WARM_UP) // BATCHES
    costs = []
    for batch in range(BATCHES):
        ours, theirs = process_time(), _cpu_of(server)
        for place in range(each):
            await act(WARM_UP + batch * each + place)
        spent = process_time() - ours + (_cpu_of(server) - theirs).total_seconds()
        costs.append(spent / each * 1_000_000)
    return median(costs)


def _cpu_of(server: PostgresServer) -> timedelta:
    pids = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
    return sum((cpu_time(int(pid)) for pid in pids), timedelta())


class _Rig:
    """The acts, each about another of the imported people, spread over the whole of them."""

    def __init__(self, foundation: Foundation, size: int) -> None:
        self._foundation, self._house = foundation, compose_house(foundation)
        self._sign_in = compose_citizens(foundation, self._house).sign_in
        self._token = compose_web(foundation).token
        self._codes = CodeShelf(foundation.shortlived, self._house.policy.code_memory)
        self._addresses, self._refresh_tokens = count(1), dict[int, str]()
        places = Random(SEED).sample(range(size), min(3 * PEOPLE, size))
        people = (next(iter(invent(1, SEED, [], Spoilt(), first=place))) for place in places)
        self._numbers = [row["number"] for row in islice((row for row in people if row["status"] == "open"), PEOPLE)]
        self._cookies: dict[int, str] = {}

    @property
    def acts(self) -> Mapping[str, Act]:
        """Return the acts in the order in which each makes what the next needs."""
        return {"sign-in": self.sign_in, "code": self.code, "refresh": self.refresh, "search": self.search}

    async def sign_in(self, place: int) -> None:
        """Sign in with the password of the imported hash, which is renewed."""
        outcome = await self._sign_in.attempt(self._numbers[place], INVENTED_PASSWORD, self._arriving())
        if not isinstance(outcome, SignedIn):
            raise TypeError(f"no sign-in: {outcome}")
        self._cookies[place] = outcome.cookie.reveal()

    async def code(self, place: int) -> None:
        """Redeem a code."""
        self._refresh_tokens[place] = await self._redeem(place)

    async def refresh(self, place: int) -> None:
        """Rotate a refresh token."""
        form = {"grant_type": "refresh_token", "refresh_token": self._refresh_tokens[place]}
        self._refresh_tokens[place] = await self._ask(form)

    async def search(self, place: int) -> None:
        """Find an account by its number, then by its id, as `idp accounts show` does."""
        index = self._foundation.root_key.hash_key(NUMBER_INDEX).digest(self._numbers[place])
        record = await self._foundation.database.accounts.for_sign_in(index)
        if record is None:
            raise RuntimeError("not found")
        ((person_id, account_id),) = await self._foundation.database.operations.accounts_of(record.account.id)
        await self._foundation.database.accounts.by_id(person_id, account_id)

    def _arriving(self) -> Arriving:
        address = f"2001:db8::{next(self._addresses):x}"
        return Arriving(None, new_secret(), (), Origin(new_id(), address, 50_000))

    async def _redeem(self, place: int) -> str:
        now, code = datetime.now(UTC), new_secret()
        secret_hash = self._house.token_hash.digest(self._cookies[place])
        view = await self._foundation.database.sessions.live(secret_hash, CLIENT_ID, now)
        if view is None:
            raise RuntimeError("the session is gone")
        session = view.session
        record = AuthorizationCode(
            client_id=CLIENT_ID,
            redirect_uri=REDIRECT_URI,
            redirect_uri_given=True,
            scope=("openid", "profile"),
            nonce=None,
            code_challenge=None,
            session_id=session.id,
            person_id=session.person_id,
            account_id=session.account_id,
            auth_time=session.auth_time,
            acr=session.acr,
            amr=session.amr,
            issued_at=now,
            expires_at=now + timedelta(minutes=1),
        )
        await self._codes.put(self._house.token_hash.digest(code), record)
        return await self._ask({"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT_URI})

    async def _ask(self, form: Mapping[str, str]) -> str:
        parsed = parse_form(urlencode(form).encode())
        answer = await self._token.answer(BackChannelRequest(parsed, _BASIC, Origin(new_id())))
        if answer.status != 200 or answer.body is None:
            raise RuntimeError(f"no tokens: {answer.body}")
        return str(answer.body["refresh_token"])


def render_scale(lines: Sequence[ScaleLine], conditions: Mapping[str, str]) -> str:
    """Return the table as Markdown."""
    first = lines[0].costs
    heads = ["accounts", "import, accounts/s", "import, s", "bytes each on disk", *(f"{name}, µs" for name in first)]
    rows = [_row(heads), _row(["---:"] * len(heads))]
    for line in lines:
        numbers = (line.accounts, line.import_rate, line.import_seconds, line.bytes_each)
        costs = [f"{line.costs[name]:,.0f} ({line.costs[name] / first[name] - 1:+.1%})" for name in first]
        rows.append(_row([*(f"{number:,.0f}" for number in numbers), *costs]))
    told = [f"- {name}: {value}" for name, value in conditions.items()]
    return "\n".join(["# Cost by number of accounts", "", *told, "", *rows, ""])


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
