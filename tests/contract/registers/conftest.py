"""The implementations of the ports: SOAP and REST against the real simulator process, and the plain dictionary."""

import asyncio
import logging
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType

import aiohttp
import pytest
import uvicorn

from idp.adapters.memory.shortlived import MemoryShortLivedStore
from idp.adapters.registers.gate import RegisterGate
from idp.adapters.registers.rest.register import RestCredentials, RestPopulationRegister
from idp.adapters.registers.soap.register import SoapCredentials, SoapPopulationRegister
from idp.kernel.clock import SystemClock
from idp.outbound.breaker import CircuitBreaker
from idp.outbound.bulkhead import Bulkhead
from idp.outbound.health_board import HealthBoard
from idp.outbound.http import EgressError, OutboundRequest, OutboundResponse
from idp.proofing.model import NameParts, RegisterRecord
from idp.proofing.registers.feed import ChangeKind, RegisterChange
from idp.proofing.registers.health import RegisterName
from idp.proofing.registers.ports import Found, Garbled, NoAnswer, RegisterAnswer
from idp.proofing.values.birth_dates import BirthDate
from idp.proofing.values.personal_numbers import PersonalNumber
from idp.proofing.values.sexes import Sex
from portals.simulator.app import build_app
from portals.simulator.people import PEOPLE
from portals.simulator.person import Person, Status
from records.structs import replace
from tests.contract.until import until
from tests.support.patience import patiently
from tests.support.plain.register import PlainRegister
from tests.support.running.free_ports import free_port
from tests.support.running.server_process import ServerProcess

SECRET = "only-for-the-contract-tests"
# For an answer that must come, and for one that must not: the simulator, when it is slow, takes longer than both.
ENOUGH, TOO_SHORT, DELAY = patiently(3), timedelta(seconds=0.2), 60


class AiohttpCaller:
    """A caller without guards, for tests that talk to their own process on the loopback."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session
        self.requests: list[OutboundRequest] = []

    async def call(self, request: OutboundRequest) -> OutboundResponse:
        self.requests.append(request)
        timeout = aiohttp.ClientTimeout(total=request.deadline.total_seconds())
        try:
            async with self._session.request(
                request.method, request.url, data=request.body, headers=request.headers, timeout=timeout
            ) as answer:
                body = await answer.content.read(request.max_response_bytes + 1)
                while body and not answer.content.at_eof() and len(body) <= request.max_response_bytes:
                    body += await answer.content.readany()
                if len(body) > request.max_response_bytes:
                    raise EgressError("oversized")
                return OutboundResponse(answer.status, body, answer.content_type)
        except TimeoutError as cause:
            raise EgressError("timeout") from cause
        except aiohttp.ClientError as cause:
            raise EgressError("connection") from cause


Line = SoapPopulationRegister | RestPopulationRegister


@dataclass(frozen=True, slots=True)
class RegisterUnderTest:
    """One implementation, how to make it behave as the simulator's mode of that name, and how to make things happen."""

    register: Line | PlainRegister
    behave: Callable[[str], Awaitable[None]]
    happen: Callable[[Mapping[str, str]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class World:
    """An adapter with its parts in sight, and the simulator it talks to."""

    register: Line
    caller: AiohttpCaller
    session: aiohttp.ClientSession
    base_url: str
    kind: str

    def rebuilt(self, *, secret: str = SECRET, bulkhead: Bulkhead | None = None) -> Line:
        """Return the adapter anew, with another secret or bulkhead."""
        return line(self.kind, self.caller, self.base_url, secret, bulkhead)


@pytest.fixture(scope="session")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The simulator as a process of its own, in which nothing happens to anybody; gives its address."""
    with running_simulator(tmp_path_factory.mktemp("simulator") / "log.txt") as base_url:
        yield base_url


@contextmanager
def running_simulator(log: Path) -> Iterator[str]:
    """Run a simulator, and look for errors in its log afterwards."""
    port = free_port()
    argv = (sys.executable, "-m", "uvicorn", "--factory", "portals.simulator.app:build_app", "--port", str(port))
    with ServerProcess(
        argv,
        base_url=f"http://127.0.0.1:{port}",
        environment={"SIMULATOR_REGISTER_SECRET": SECRET},
        log_path=log,
        ready_path="/people.json",
    ) as server:
        yield server.base_url
        assert "Traceback" not in server.log_text()


@asynccontextmanager
async def own_simulator() -> AsyncIterator[str]:
    """Run a fresh simulator in this process, on a port of its own: its book begins anew in 0.02 s."""
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(build_app(SECRET), port=port, log_config=None, access_log=False))
    serving = asyncio.create_task(server.serve())
    await until(lambda: server.started)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    await serving


@pytest.fixture(params=["soap", "rest"])
async def world(simulator: str, request: pytest.FixtureRequest) -> AsyncIterator[World]:
    """Each adapter afresh, and the simulator back in its normal mode."""
    async with aiohttp.ClientSession() as session:
        yield await make_world(request.param, session, simulator)


@pytest.fixture(params=["soap", "rest", "plain"])
async def under_test(simulator: str, request: pytest.FixtureRequest) -> AsyncIterator[RegisterUnderTest]:
    """Each implementation in turn; nothing may happen to anybody."""
    async with aiohttp.ClientSession() as session:
        yield await implementation(request.param, session, simulator)


@pytest.fixture(params=["soap", "rest", "plain"])
async def eventful(
    request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture
) -> AsyncIterator[RegisterUnderTest]:
    """Each implementation in turn with a register of its own, so that things may happen to people."""
    if request.param == "plain":
        yield _plain()
        return
    async with own_simulator() as base_url, aiohttp.ClientSession() as session:
        yield await implementation(request.param, session, base_url)
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


async def implementation(kind: str, session: aiohttp.ClientSession, base_url: str) -> RegisterUnderTest:
    """Return an implementation by its name."""
    if kind == "plain":
        return _plain()
    world = await make_world(kind, session, base_url)

    async def behave(mode: str) -> None:
        await set_mode(session, base_url, mode)

    async def happen(change: Mapping[str, str]) -> None:
        async with session.post(f"{base_url}/controls/changes", json=dict(change)) as answer:
            assert answer.status == 201

    return RegisterUnderTest(world.register, behave, happen)


async def make_world(kind: str, session: aiohttp.ClientSession, base_url: str) -> World:
    """Return an adapter to a simulator that behaves."""
    await set_mode(session, base_url, "ok")
    caller = AiohttpCaller(session)
    return World(line(kind, caller, base_url), caller, session, base_url, kind)


def line(
    kind: str, caller: AiohttpCaller, base_url: str, secret: str = SECRET, bulkhead: Bulkhead | None = None
) -> Line:
    """Return an adapter behind a closed gate."""
    clock = SystemClock()
    board = HealthBoard(RegisterName.POPULATION, MemoryShortLivedStore(clock), clock)
    gate = RegisterGate(board, CircuitBreaker(clock), bulkhead or Bulkhead(max_concurrent=100))
    url = f"{base_url}/population"
    if kind == "rest":
        return RestPopulationRegister(caller, url, RestCredentials("contract-tests", secret), gate, clock)
    credentials = SoapCredentials("contract-tests", secret, "VN/GOV/TEST/idp")
    return SoapPopulationRegister(caller, url, credentials, gate, clock)


async def set_mode(session: aiohttp.ClientSession, base_url: str, mode: str, register: str = "population") -> None:
    """Turn the fault control of a register."""
    body = {"mode": mode, "delay_seconds": DELAY}
    async with session.put(f"{base_url}/controls/{register}", json=body) as answer:
        assert answer.status == 200


def record_of(person: Person) -> RegisterRecord:
    """What the register is to answer about a demonstration person."""
    parts = NameParts(person.family.upper(), person.middle.upper(), person.given.upper())
    return RegisterRecord(
        number=PersonalNumber(person.number),
        full_name=person.full_name.upper(),
        birth_date=BirthDate.parse(person.born),
        sex=Sex(person.sex.value),
        parts=parts if person.extra.in_parts else None,
    )


def _plain() -> RegisterUnderTest:
    living = [record_of(person) for person in PEOPLE if person.extra.status is Status.LIVING]
    register = PlainRegister(living)
    register.guardians = {PersonalNumber(one.number): one.extra.guardian for one in PEOPLE if one.extra.guardian}
    troubles: Mapping[str, RegisterAnswer | None] = MappingProxyType(
        {
            "ok": None,
            "slow": NoAnswer("timeout"),
            "failing": NoAnswer("http_500"),
            "fault": NoAnswer("fault"),
            "garbled": Garbled("not_xml"),
            "maintenance": Garbled("declaration"),
            "wrong_person": Found(living[-1]),
            "down": NoAnswer("connection"),
            "hanging": NoAnswer("timeout"),
            "dripping": NoAnswer("timeout"),
            "oversized": Garbled("oversized"),
        }
    )

    async def behave(mode: str) -> None:
        register.trouble = troubles[mode]

    async def happen(change: Mapping[str, str]) -> None:
        _apply(register, change)

    return RegisterUnderTest(register, behave, happen)


def _apply(register: PlainRegister, change: Mapping[str, str]) -> None:
    """Do to the dictionary what the simulator's control does to its book."""
    kind, number = ChangeKind(change["kind"]), PersonalNumber(change["number"])
    record = register.records.pop(number)
    new_number = PersonalNumber(change["new_number"]) if "new_number" in change else None
    new_name = change["new_name"].upper() if "new_name" in change else None
    if new_number is not None:
        register.records[new_number] = replace(record, number=new_number)
    if new_name is not None:
        register.records[number] = replace(record, full_name=new_name, parts=None)
    reported = len(register.happened)
    register.happened.append(RegisterChange(f"BD-{reported}", kind, number, datetime.now(UTC), new_number, new_name))
