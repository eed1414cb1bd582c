"""What everybody is told: each state in its own word, one look for many callers, and sign-in apart from registers."""

import asyncio
from datetime import UTC, datetime, timedelta

import orjson
import pytest

from idp.outbound.health import ServiceHealth, ServiceState
from idp.proofing.registers.health import RegisterName
from idp.web.oauth.ports import ReadinessReport
from idp.web.status.pages import CONDITIONS, Condition
from idp.web.status.status import status_json
from idp.web.status.status_snapshot import REMEMBERED, StatusReader, StatusSnapshot

AT = datetime(2026, 10, 1, 3, 0, tzinfo=UTC)
SILENT = ServiceHealth(RegisterName.POPULATION, ServiceState.OPEN, AT, AT - timedelta(minutes=3), AT)
UNASKED = ServiceHealth(RegisterName.ENTERPRISE, ServiceState.UNASKED)


class World:
    """A clock, stores and a register in one, all set by hand; counts how often it was looked at."""

    def __init__(self) -> None:
        self.time = AT
        self.answers = True
        self.looks = 0

    def now(self) -> datetime:
        return self.time

    async def check(self) -> ReadinessReport:
        self.looks += 1
        await asyncio.sleep(0)
        return ReadinessReport({"database": True, "clock": True, "short_lived_store": self.answers})

    async def health(self) -> ServiceHealth:
        return SILENT


def status_reader(world: World) -> StatusReader:
    return StatusReader(world, world, (world,))


def test_every_state_of_a_breaker_has_a_word_for_people() -> None:
    assert set(CONDITIONS) == set(ServiceState)


@pytest.mark.parametrize("state", [ServiceState.OPEN, ServiceState.HALF_OPEN])
def test_a_register_that_is_only_being_tried_does_not_answer_people(state: ServiceState) -> None:
    assert CONDITIONS[state] is Condition.SILENT


async def test_many_callers_share_one_look() -> None:
    world = World()
    watching = status_reader(world)
    await asyncio.gather(*(watching.snapshot() for _ in range(50)))
    assert world.looks == 1


@pytest.mark.parametrize(
    ("later", "looks"),
    [(REMEMBERED - timedelta(milliseconds=1), 1), (REMEMBERED, 2), (timedelta(hours=-1), 2)],
    ids=["soon", "later", "clock set back"],
)
async def test_a_look_is_kept_for_a_moment_only(later: timedelta, looks: int) -> None:
    world = World()
    watching = status_reader(world)
    await watching.snapshot()
    world.time += later
    await watching.snapshot()
    assert world.looks == looks


async def test_a_silent_register_does_not_make_sign_in_stop_and_a_silent_store_does() -> None:
    world = World()
    assert (await status_reader(world).snapshot()).sign_in_works
    world.answers = False
    assert not (await status_reader(world).snapshot()).sign_in_works


@pytest.mark.parametrize(("works", "reported"), [(True, "working"), (False, "silent")])
def test_portals_read_the_same_with_the_breakers_state_and_times_of_rfc_3339(*, works: bool, reported: str) -> None:
    assert orjson.loads(status_json(StatusSnapshot(AT, works, (SILENT, UNASKED)))) == {
        "at": "2026-10-01T03:00:00+00:00",
        "sign_in": reported,
        "upstreams": {},
        "notices": [],
        "expected_load": [],
        "registers": {
            "population": {
                "condition": "silent",
                "state": "open",
                "since": "2026-10-01T03:00:00+00:00",
                "last_answer_at": "2026-10-01T02:57:00+00:00",
            },
            "enterprise": {"condition": "unasked", "state": "unasked", "since": None, "last_answer_at": None},
        },
    }
