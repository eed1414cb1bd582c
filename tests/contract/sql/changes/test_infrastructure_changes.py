"""Keys, registers and upstream providers changed under two pairs of eyes, and by one person in an emergency."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

import pytest

from clients.document import Document
from idp.adapters.sql.database import Database
from idp.admin.actor import Actor
from idp.admin.changes.approvals import Approvals
from idp.admin.changes.model import Change, ChangeKind, ChangeState, ObjectKind
from idp.admin.changes.subjects import Subjects
from idp.admin.errors import (
    ConflictError,
    FreshFactorNeededError,
    InvalidInputError,
    NotFoundError,
    NotPermittedError,
    StaleVersionError,
)
from idp.admin.infrastructure.changes import KeyChanges, ServiceStops
from idp.admin.infrastructure.key_subject import KeySubjects
from idp.admin.settings.service import SettingChanges
from idp.admin.settings.subject import SettingSubjects
from idp.settings.live import LiveSettings
from idp.settings.names import SettingName
from idp.settings.outbound_services import LONGEST, unknown_providers
from idp.transparency.published import leaf_of
from idp.upstream.service import Federation
from keys.model import Algorithm, KeyState, SigningKey, state
from keys.policy import RotationPolicy
from keys.seal import MasterKey
from keys.service import KeyService
from tests.support.plain.agencies import PlainAgencies
from tests.support.rigs.admin import AUDITOR, EVERYBODY, OPERATOR, SECOND_OPERATOR, StepClock, administrator, appoint
from tests.unit.upstream.far import Far, HandClock, service_to

WHY, LEAD = "as the tests want it", timedelta(minutes=30)
TIRED = administrator("tired", OPERATOR.grants[0].role, fresh=False)


@dataclass(slots=True)
class Rig:
    """The use cases over one store."""

    database: Database
    clock: StepClock = field(default_factory=StepClock)
    live: LiveSettings = field(default_factory=LiveSettings)

    @property
    def service(self) -> KeyService:
        return KeyService(self.database.keys, MasterKey(b"k" * 32), RotationPolicy())

    @property
    def key_subjects(self) -> KeySubjects:
        return KeySubjects(self.database.keys, self.service, self.clock)

    @property
    def settings(self) -> SettingSubjects:
        return SettingSubjects(self.database.settings, self.live.all)

    @property
    def keys(self) -> KeyChanges:
        return KeyChanges(self.key_subjects, self.database.changes, self.database.ledger, self.clock)

    @property
    def stops(self) -> ServiceStops:
        federation = Federation({"vneid": service_to(Far(), HandClock())}, "https://idp.example", self.clock)
        return ServiceStops(self.settings, federation, self.database.ledger, self.clock)

    @property
    def approvals(self) -> Approvals:
        subjects: dict[ObjectKind, Subjects] = {
            ObjectKind.SIGNING_KEY: self.key_subjects,
            ObjectKind.SETTING: self.settings,
        }
        return Approvals(
            self.database.changes, subjects, self.database.ledger, PlainAgencies(), self.database.ties, self.clock
        )

    async def approve(self, change: Change, actor: Actor = SECOND_OPERATOR) -> Change:
        return await self.approvals.approve(actor, change.id, change.digest)

    async def signing(self, algorithm: Algorithm = "ES256") -> SigningKey:
        now = self.clock.now()
        found = [key for key in await self.stored() if key.algorithm == algorithm]
        (one,) = [key for key in found if state(key, now) is KeyState.ACTIVE]
        return one

    async def stored(self) -> list[SigningKey]:
        return list((await self.database.keys.load()).keys)

    async def reported(self) -> list[str]:
        """Return what the public log would say, without times."""
        events = await self.database.audit_export("", 1000)
        return [f"{event.name}:{event.reason}" for event in events if leaf_of(event)]


@pytest.fixture
async def rig(database: Database) -> Rig:
    await appoint(database, *EVERYBODY, TIRED)
    made = Rig(database)
    await made.service.ensure_first(made.clock.now())
    return made


async def test_a_rotation_that_two_want_publishes_keys_that_sign_after_the_lead(rig: Rig) -> None:
    before = await rig.signing()
    change = await rig.keys.propose_rotation(OPERATOR, LEAD, WHY)
    assert await rig.signing() == before
    rig.clock.later(timedelta(days=1))
    decided = await rig.approve(change)
    assert (decided.state, decided.kind, decided.undo_until) == (ChangeState.APPLIED, ChangeKind.ROTATE, None)
    assert (await rig.signing()).kid == before.kid
    rig.clock.later(LEAD)
    after = await rig.signing()
    assert after.kid != before.kid
    assert after.activates_at == rig.clock.now()
    assert await rig.reported() == [
        "admin:change:proposed:",
        "operator:key:rotated:rotated",
        "admin:change:approved:",
    ]


async def test_nobody_approves_their_own_rotation(rig: Rig) -> None:
    change = await rig.keys.propose_rotation(OPERATOR, LEAD, WHY)
    with pytest.raises(NotPermittedError):
        await rig.approve(change, OPERATOR)
    assert len(await rig.stored()) == 2


async def test_a_rotation_is_not_approved_once_other_keys_sign(rig: Rig) -> None:
    change = await rig.keys.propose_rotation(OPERATOR, LEAD, WHY)
    await rig.keys.revoke_now(SECOND_OPERATOR, (await rig.signing()).kid, WHY)
    with pytest.raises(StaleVersionError):
        await rig.approve(change)


async def test_one_rotation_waits_at_a_time(rig: Rig) -> None:
    await rig.keys.propose_rotation(OPERATOR, LEAD, WHY)
    with pytest.raises(ConflictError):
        await rig.keys.propose_rotation(SECOND_OPERATOR, LEAD, WHY)


@pytest.mark.parametrize("lead", [timedelta(0), timedelta(minutes=9, seconds=59), timedelta(days=30, seconds=1)])
async def test_a_lead_is_bounded_and_every_problem_is_told(rig: Rig, lead: timedelta) -> None:
    with pytest.raises(InvalidInputError) as refused:
        await rig.keys.propose_rotation(OPERATOR, lead, "")
    assert {problem.field for problem in refused.value.problems} == {"lead", "reason"}


async def test_a_revocation_that_two_want_leaves_a_signer(rig: Rig) -> None:
    leaked = await rig.signing()
    change = await rig.keys.propose_revocation(OPERATOR, leaked.kid, WHY)
    with pytest.raises(NotPermittedError):
        await rig.approve(change, OPERATOR)
    await rig.approve(change)
    after = await rig.signing()
    assert after.kid != leaked.kid
    assert next(key for key in await rig.stored() if key.kid == leaked.kid).withdrawn
    assert "operator:key:retired:compromised" in await rig.reported()
    with pytest.raises(ConflictError):
        await rig.keys.propose_revocation(OPERATOR, leaked.kid, WHY)


async def test_one_person_revokes_a_leaked_key_at_once_and_another_reviews_it(rig: Rig) -> None:
    leaked = await rig.signing()
    change = await rig.keys.revoke_now(OPERATOR, leaked.kid, WHY)
    assert (await rig.signing()).kid != leaked.kid
    assert (change.kind, change.state, change.wants_review) == (ChangeKind.STOP, ChangeState.APPLIED, True)
    with pytest.raises(NotPermittedError):
        await rig.approvals.review(OPERATOR, change.id)
    assert not (await rig.approvals.review(SECOND_OPERATOR, change.id)).wants_review


async def test_until_its_review_the_next_revocation_takes_two(rig: Rig) -> None:
    change = await rig.keys.revoke_now(OPERATOR, (await rig.signing()).kid, WHY)
    other = (await rig.signing("RS256")).kid
    for actor in (OPERATOR, SECOND_OPERATOR):
        with pytest.raises(ConflictError):
            await rig.keys.revoke_now(actor, other, WHY)
    await rig.approve(await rig.keys.propose_revocation(OPERATOR, other, WHY))
    await rig.approvals.review(SECOND_OPERATOR, change.id)
    await rig.keys.revoke_now(OPERATOR, (await rig.signing()).kid, WHY)


async def test_of_two_emergencies_at_once_one_is_done(rig: Rig) -> None:
    kids = [(await rig.signing("ES256")).kid, (await rig.signing("RS256")).kid]
    done = await asyncio.gather(*(rig.keys.revoke_now(OPERATOR, kid, WHY) for kid in kids), return_exceptions=True)
    assert sorted(type(one).__name__ for one in done) == ["Change", "ConflictError"]


async def test_a_key_of_nobody_is_not_found(rig: Rig) -> None:
    for act in (rig.keys.propose_revocation, rig.keys.revoke_now):
        for kid in ("none", "rotation", ""):
            with pytest.raises(NotFoundError):
                await act(OPERATOR, kid, WHY)


@pytest.mark.parametrize(("actor", "refusal"), [(AUDITOR, NotPermittedError), (TIRED, FreshFactorNeededError)])
async def test_who_may_not_changes_nothing(rig: Rig, actor: Actor, refusal: type[Exception]) -> None:
    kid = (await rig.signing()).kid
    with pytest.raises(refusal):
        await rig.keys.propose_rotation(actor, LEAD, WHY)
    with pytest.raises(refusal):
        await rig.keys.revoke_now(actor, kid, WHY)
    with pytest.raises(refusal):
        await rig.stops.stop_register(actor, "population", WHY)
    with pytest.raises(refusal):
        await rig.stops.stop_upstream(actor, "vneid", WHY)
    assert await rig.reported() == []


async def test_one_person_stops_a_register_and_two_put_it_back(rig: Rig) -> None:
    change = await rig.stops.stop_register(OPERATOR, "population", WHY)
    await rig.live.refresh(rig.database.settings)
    services = rig.live.registers.value
    assert (services["population"].in_service, services["enterprise"].in_service) == (False, True)
    assert change.wants_review
    with pytest.raises(ConflictError):
        await rig.stops.stop_register(SECOND_OPERATOR, "population", WHY)
    settings = SettingChanges(rig.settings, rig.database.ledger, rig.clock)
    document: Document = {name: {"service": "in_service", "seconds": 3} for name in services}
    back = await settings.propose(OPERATOR, "registers", 1, document, WHY)
    with pytest.raises(NotPermittedError):
        await rig.approve(back, OPERATOR)
    assert (await rig.approve(back)).undo_until is None, "giving back and taking away again take two each"
    await rig.live.refresh(rig.database.settings)
    assert rig.live.registers.value["population"].in_service
    assert rig.live.registers.value["population"].budget == timedelta(seconds=3)
    assert LONGEST == 6
    assert (await rig.reported())[0] == "admin:setting:stopped:"


async def test_a_proposal_from_before_a_stop_does_not_put_it_back_unseen(rig: Rig) -> None:
    settings = SettingChanges(rig.settings, rig.database.ledger, rig.clock)
    document: Document = {name: {"service": "in_service", "seconds": 3} for name in ("population", "enterprise")}
    change = await settings.propose(OPERATOR, "registers", 0, document, WHY)
    await rig.stops.stop_register(OPERATOR, "population", WHY)
    with pytest.raises(StaleVersionError):
        await rig.approve(change)


async def test_one_person_takes_a_provider_from_sign_in(rig: Rig) -> None:
    await rig.stops.stop_upstream(OPERATOR, "vneid", WHY)
    await rig.live.refresh(rig.database.settings)
    assert rig.live.upstreams.value == {"vneid"}
    with pytest.raises(ConflictError):
        await rig.stops.stop_upstream(OPERATOR, "vneid", WHY)


async def test_a_proposal_names_only_providers_that_run_and_what_stands_goes_on_to_stand(rig: Rig) -> None:
    def settings(*running: str) -> SettingChanges:
        judges = {SettingName.UPSTREAMS: partial(unknown_providers, known=running)}
        return SettingChanges(rig.settings, rig.database.ledger, rig.clock, judges)

    document: Document = {"not_offered": ["khac"]}
    with pytest.raises(InvalidInputError) as refused:
        await settings("vneid").propose(OPERATOR, "upstreams", 0, document, WHY)
    assert [(one.field, one.rule) for one in refused.value.problems] == [("not_offered.0", "no-provider")]
    assert (await settings("vneid").preview(OPERATOR, "upstreams", document)).problems == refused.value.problems
    change = await settings("vneid", "khac").propose(OPERATOR, "upstreams", 0, document, WHY)
    await rig.approve(change)
    # The file of providers lost one since: an emergency is not held up by it.
    await rig.stops.stop_upstream(OPERATOR, "vneid", WHY)
    await rig.live.refresh(rig.database.settings)
    assert rig.live.upstreams.value == {"khac", "vneid"}


async def test_what_is_not_there_is_not_stopped(rig: Rig) -> None:
    for name in ("", "none", "rotation"):
        with pytest.raises(NotFoundError):
            await rig.stops.stop_register(OPERATOR, name, WHY)
        with pytest.raises(NotFoundError):
            await rig.stops.stop_upstream(OPERATOR, name, WHY)
