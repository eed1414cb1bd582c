"""Keys, registers and upstream providers as administrators see them."""

from datetime import timedelta

import pytest

from idp.admin.errors import NotFoundError, NotPermittedError
from idp.admin.infrastructure.ports import FeedPosition, Waiting
from idp.admin.infrastructure.register_overview import RegisterOverview, WatchedRegister, waiting_by_register
from idp.admin.infrastructure.signing_keys import KeyPhase, SigningKeys, seen_keys
from idp.admin.infrastructure.upstream_overview import UpstreamOverview
from idp.officers.roles import Role
from idp.outbound.health import ServiceState
from idp.proofing.proof import JobPurpose
from idp.proofing.registers.health import RegisterName
from idp.settings.outbound_services import RegisterService
from idp.upstream.service import Federation
from keys.model import SigningKey
from keys.policy import RotationPolicy
from records.structs import replace
from tests.support.plain.infrastructure import PlainWaiting, QuietService
from tests.support.rigs.admin import AUDITOR, DEVELOPER, OPERATOR, SUPPORT, StepClock, administrator
from tests.support.running.key_store import MemoryKeyStore
from tests.support.running.sql_stores import NOW

POLICY, HOUR = RotationPolicy(), timedelta(hours=1)
SIGNING = SigningKey("signing", "ES256", b"sealed-private-half", {"kty": "EC"}, NOW - HOUR, NOW - HOUR)
COMING = replace(SIGNING, kid="coming", activates_at=NOW + HOUR)
RETIRING = replace(SIGNING, kid="retiring", retires_at=NOW - HOUR, expires_at=NOW - HOUR + POLICY.overlap)
REVOKED = replace(SIGNING, kid="revoked", retires_at=NOW - HOUR, expires_at=NOW - HOUR)
GONE = replace(SIGNING, kid="gone", retires_at=NOW - 60 * HOUR, expires_at=NOW - 30 * HOUR)
LONG_GONE = replace(GONE, kid="long-gone", expires_at=NOW - timedelta(days=91))
OTHERS_AUDITOR = administrator("others", Role.AUDITOR, "H37")
ALL = [LONG_GONE, GONE, REVOKED, RETIRING, COMING, SIGNING]


def test_keys_stand_in_the_order_in_which_they_matter() -> None:
    seen = seen_keys(ALL, NOW, POLICY)
    assert [(key.kid, key.phase) for key in seen] == [
        ("signing", KeyPhase.SIGNING),
        ("coming", KeyPhase.COMING),
        ("retiring", KeyPhase.RETIRING),
        ("revoked", KeyPhase.REVOKED),
        ("gone", KeyPhase.GONE),
    ]


def test_the_last_token_of_a_key_ends_a_token_life_after_its_last_signature() -> None:
    ends = {key.kid: key.tokens_until for key in seen_keys(ALL, NOW, POLICY)}
    assert ends.pop("retiring") == NOW - HOUR + POLICY.longest_token_life
    assert set(ends.values()) == {None}


async def test_the_next_rotation_is_when_the_first_coming_key_signs() -> None:
    clock = StepClock()
    keys = SigningKeys(
        MemoryKeyStore([SIGNING, COMING, replace(COMING, kid="later", activates_at=NOW + 2 * HOUR)]), POLICY, clock
    )
    seen = await keys.show(AUDITOR)
    assert (seen.next_rotation, seen.lead) == (NOW + HOUR, POLICY.publish_lead)
    clock.later(3 * HOUR)
    assert (await keys.show(AUDITOR)).next_rotation is None


async def test_no_private_part_is_told() -> None:
    assert "sealed" not in repr(await SigningKeys(MemoryKeyStore(ALL), POLICY, StepClock()).show(OPERATOR))


def test_jobs_wait_for_the_register_that_answers_them() -> None:
    found = waiting_by_register(
        {
            JobPurpose.REGISTRATION: Waiting(2, NOW),
            JobPurpose.RECHECK: Waiting(3, NOW - HOUR),
            JobPurpose.ORGANISATION: Waiting(1, NOW),
        }
    )
    assert found == {RegisterName.POPULATION: Waiting(5, NOW - HOUR), RegisterName.ENTERPRISE: Waiting(1, NOW)}
    assert waiting_by_register({}) == {}


async def test_only_the_population_register_has_a_feed() -> None:
    feed = FeedPosition("20261001.1.7", NOW)
    ports = PlainWaiting({JobPurpose.RECHECK: Waiting(3, NOW)}, feed)
    lines = tuple(WatchedRegister(name, "register.example", QuietService(), RegisterService) for name in RegisterName)
    population, enterprise, subscribers = await RegisterOverview(lines, ports, ports).show(SUPPORT)
    assert (population.feed, population.waiting) == (feed, Waiting(3, NOW))
    assert (enterprise.feed, enterprise.waiting) == (None, None)
    assert (subscribers.feed, subscribers.waiting) == (None, None)
    assert population.health.state is ServiceState.UNASKED


@pytest.mark.parametrize(
    ("actor", "refusal"), [(DEVELOPER, NotPermittedError), (OTHERS_AUDITOR, NotFoundError)], ids=["developer", "agency"]
)
async def test_who_holds_it_over_an_agency_or_not_at_all_sees_none(actor: object, refusal: type[Exception]) -> None:
    clock = StepClock()
    waiting = PlainWaiting()
    federation = Federation({}, "https://idp.example", clock)
    line = WatchedRegister(RegisterName.POPULATION, "register.example", QuietService(), RegisterService)
    keys, registers = SigningKeys(MemoryKeyStore(), POLICY, clock), RegisterOverview((line,), waiting, waiting)
    for use_case in (keys, registers, UpstreamOverview(federation)):
        with pytest.raises(refusal):
            await use_case.show(actor)  # type: ignore[arg-type]  # an Actor, as the parameters above say
