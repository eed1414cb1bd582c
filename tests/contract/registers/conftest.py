"""Both implementations of the port: SOAP against the real simulator process, and the plain dictionary."""

import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import aiohttp
import pytest

from idp.adapters.registers.breaker import CircuitBreaker
from idp.adapters.registers.bulkhead import Bulkhead
from idp.adapters.registers.population import RegisterCredentials, SoapPopulationRegister
from idp.kernel.clock import SystemClock
from idp.kernel.egress import EgressError, OutboundRequest, OutboundResponse
from idp.proofing.birth_dates import BirthDate
from idp.proofing.model import NameParts, RegisterRecord
from idp.proofing.personal_numbers import PersonalNumber
from idp.proofing.ports import Found, Garbled, NoAnswer, PopulationRegister, RegisterAnswer
from idp.proofing.sexes import Sex
from portals.simulator.people import PEOPLE
from portals.simulator.person import Person, Status
from tests.support.free_ports import free_port
from tests.support.plain_register import PlainRegister
from tests.support.server_process import ServerProcess

SECRET = "only-for-the-contract-tests"


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
                return OutboundResponse(answer.status, await answer.read(), answer.content_type)
        except TimeoutError as cause:
            raise EgressError("timeout") from cause
        except aiohttp.ClientError as cause:
            raise EgressError("connection") from cause


@dataclass(frozen=True, slots=True)
class RegisterUnderTest:
    """One implementation, and how to make it behave as the simulator's mode of that name."""

    register: PopulationRegister
    behave: Callable[[str], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class SoapWorld:
    """The adapter with its parts in sight, and the simulator it talks to."""

    register: SoapPopulationRegister
    caller: AiohttpCaller
    session: aiohttp.ClientSession
    base_url: str


@pytest.fixture(scope="session")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The simulator as a process of its own; gives its address."""
    port = free_port()
    log: Path = tmp_path_factory.mktemp("simulator") / "log.txt"
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


@pytest.fixture
async def soap(simulator: str) -> AsyncIterator[SoapWorld]:
    """A fresh adapter, and the simulator back in its normal mode."""
    async with aiohttp.ClientSession() as session:
        await set_mode(session, simulator, "ok")
        caller = AiohttpCaller(session)
        register = SoapPopulationRegister(
            caller,
            f"{simulator}/population",
            RegisterCredentials("contract-tests", SECRET, "VN/GOV/TEST/idp"),
            clock=SystemClock(),
            breaker=CircuitBreaker(SystemClock()),
            bulkhead=Bulkhead(max_concurrent=100),
        )
        yield SoapWorld(register, caller, session, simulator)


@pytest.fixture(params=["soap", "plain"])
def under_test(request: pytest.FixtureRequest) -> RegisterUnderTest:
    """Each implementation in turn."""
    if request.param == "plain":
        return _plain()
    world: SoapWorld = request.getfixturevalue("soap")

    async def behave(mode: str) -> None:
        await set_mode(world.session, world.base_url, mode)

    return RegisterUnderTest(world.register, behave)


async def set_mode(session: aiohttp.ClientSession, base_url: str, mode: str) -> None:
    """Turn the fault control of the population register."""
    body = {"mode": mode, "delay_seconds": 5}
    async with session.put(f"{base_url}/controls/population", json=body) as answer:
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
        }
    )

    async def behave(mode: str) -> None:
        register.trouble = troubles[mode]

    return RegisterUnderTest(register, behave)
