"""National settings on the stores: changed by two, once, from what was read; followed by every process."""

import asyncio
from datetime import timedelta

import pytest

from clients.document import Document
from idp.adapters.sql.database import Database
from idp.admin.actor import Actor
from idp.admin.changes.model import OPEN_FOR, UNDO_WITHIN, Change, ChangeState, ObjectKind
from idp.admin.errors import (
    AdminError,
    ConflictError,
    FreshFactorNeededError,
    InvalidInputError,
    NotFoundError,
    NotPermittedError,
    StaleVersionError,
    TooLateError,
)
from idp.admin.permissions import TABLE, Permission
from idp.officers.roles import Role
from idp.settings.alert_limits import STANDARD_ALERT_LIMITS, AlertLimit
from idp.settings.live import LiveSettings
from idp.settings.model import StoredSetting, WriteSetting
from idp.transparency.published import leaf_of
from tests.support.builders.notices import notice, notices
from tests.support.rigs.admin import (
    AGENCY,
    AUDITOR,
    DEVELOPER,
    OPERATOR,
    SECOND_OPERATOR,
    SUPPORT,
    AdminRig,
    administrator,
)

WHY = "as the tests want it"
THIRD = administrator("third", Role.NATIONAL_OPERATOR)


@pytest.fixture
async def rig(database: Database) -> AdminRig:
    return await AdminRig.appointed(database, THIRD)


async def proposed(rig: AdminRig, actor: Actor = OPERATOR, document: Document | None = None) -> Change:
    version = (await rig.settings.find(actor, "notices")).version
    return await rig.settings.propose(actor, "notices", version, document or notices(notice()), WHY)


async def shown(rig: AdminRig) -> Document:
    return (await rig.settings.find(AUDITOR, "notices")).document


async def applied(rig: AdminRig, document: Document) -> Change:
    change = await proposed(rig, OPERATOR, document)
    return await rig.approvals.approve(SECOND_OPERATOR, change.id, change.digest)


async def test_before_anybody_changed_it_the_default_stands(rig: AdminRig) -> None:
    found = await rig.settings.find(AUDITOR, "notices")
    assert (found.document, found.version) == ({"notices": []}, 0)


async def test_a_setting_is_changed_when_a_second_operator_approves_it(rig: AdminRig) -> None:
    change = await proposed(rig)
    assert (change.object_kind, change.needs) == (ObjectKind.SETTING, Permission.SETTINGS_APPROVE)
    assert await shown(rig) == {"notices": []}
    decided = await rig.approvals.approve(SECOND_OPERATOR, change.id, change.digest)
    assert decided.state is ChangeState.APPLIED
    assert await shown(rig) == notices(notice())
    assert (await rig.settings.find(AUDITOR, "notices")).version == 1
    assert await rig.events() == ["admin:change:proposed", "admin:change:approved"]


async def test_ad_4_nobody_approves_their_own(rig: AdminRig) -> None:
    change = await proposed(rig)
    with pytest.raises(NotPermittedError):
        await rig.approvals.approve(OPERATOR, change.id, change.digest)
    assert await shown(rig) == {"notices": []}


@pytest.mark.parametrize("actor", [AGENCY, DEVELOPER, AUDITOR, SUPPORT], ids=lambda actor: actor.officer_code)
async def test_who_may_neither_propose_nor_approve(rig: AdminRig, actor: Actor) -> None:
    change = await proposed(rig)
    with pytest.raises(NotPermittedError):
        await rig.settings.propose(actor, "notices", 0, notices(), WHY)
    with pytest.raises((NotPermittedError, NotFoundError)):
        await rig.approvals.approve(actor, change.id, change.digest)


@pytest.mark.parametrize("actor", [AGENCY, DEVELOPER], ids=lambda actor: actor.officer_code)
async def test_whoever_administers_an_agency_sees_no_setting(rig: AdminRig, actor: Actor) -> None:
    change = await proposed(rig)
    for act in (
        rig.settings.all(actor),
        rig.settings.find(actor, "notices"),
        rig.approvals.find(actor, change.id),
        rig.approvals.of_object(actor, ObjectKind.SETTING, "notices"),
    ):
        with pytest.raises((NotPermittedError, NotFoundError)):
            await act
    assert await rig.approvals.waiting(actor) == []


def test_whoever_sees_settings_sees_the_clients_of_the_country_too() -> None:
    """The list of what waits is made of this: it asks for clients first."""
    assert TABLE[Permission.SETTINGS_READ].roles <= TABLE[Permission.CLIENTS_READ].roles


@pytest.mark.parametrize("actor", [OPERATOR, SECOND_OPERATOR, AUDITOR, SUPPORT], ids=lambda actor: actor.officer_code)
async def test_what_waits_is_listed_for_whoever_reads_settings(rig: AdminRig, actor: Actor) -> None:
    change = await proposed(rig)
    assert [one.id for one in await rig.approvals.waiting(actor)] == [change.id]


async def test_proposing_and_approving_take_a_fresh_factor(rig: AdminRig) -> None:
    tired = administrator("tired", Role.NATIONAL_OPERATOR, fresh=False)
    change = await proposed(rig)
    with pytest.raises(FreshFactorNeededError):
        await rig.settings.propose(tired, "notices", 0, notices(), WHY)
    with pytest.raises(FreshFactorNeededError):
        await rig.approvals.approve(tired, change.id, change.digest)


async def test_what_breaks_rules_is_not_proposed_and_every_problem_is_told(rig: AdminRig) -> None:
    wrong = notices(notice(severity="loud", text={"vi": "<b>", "en": ""}))
    with pytest.raises(InvalidInputError) as refused:
        await rig.settings.propose(OPERATOR, "notices", 0, wrong, " ")
    assert {(one.field, one.rule) for one in refused.value.problems} == {
        ("notices.0.severity", "choice"),
        ("notices.0.text.vi", "no-markup"),
        ("notices.0.text.en", "required"),
        ("reason", "required"),
    }
    assert await rig.approvals.waiting(OPERATOR) == []


async def test_a_change_of_nothing_a_stale_one_and_a_second_one_are_refused(rig: AdminRig) -> None:
    with pytest.raises(ConflictError):
        await rig.settings.propose(OPERATOR, "notices", 0, notices(), WHY)
    with pytest.raises(StaleVersionError):
        await rig.settings.propose(OPERATOR, "notices", 1, notices(notice()), WHY)
    with pytest.raises(NotFoundError):
        await rig.settings.propose(OPERATOR, "nothing", 0, notices(notice()), WHY)
    await proposed(rig)
    with pytest.raises(ConflictError):
        await proposed(rig, SECOND_OPERATOR, notices(notice(id="another")))


async def test_a_changed_draft_is_not_approved(rig: AdminRig) -> None:
    read = await proposed(rig)
    await rig.approvals.withdraw(OPERATOR, read.id)
    worse = await proposed(rig, OPERATOR, notices(notice(severity="urgent")))
    with pytest.raises(TooLateError):
        await rig.approvals.approve(SECOND_OPERATOR, read.id, read.digest)
    with pytest.raises(StaleVersionError):
        await rig.approvals.approve(SECOND_OPERATOR, worse.id, read.digest)
    assert await shown(rig) == {"notices": []}


async def test_a_proposal_of_a_setting_that_changed_since_is_stale(rig: AdminRig, database: Database) -> None:
    change = await proposed(rig)
    meanwhile = StoredSetting("notices", 1, notices(notice(id="meanwhile")), rig.clock.now())
    assert await database.ledger.commit(WriteSetting(setting=meanwhile))
    with pytest.raises(StaleVersionError):
        await rig.approvals.approve(SECOND_OPERATOR, change.id, change.digest)


async def test_of_two_approvals_at_once_one_applies(rig: AdminRig) -> None:
    change = await proposed(rig)

    async def approve(actor: Actor) -> bool:
        try:
            await rig.approvals.approve(actor, change.id, change.digest)
        except AdminError:
            return False
        return True

    assert sorted(await asyncio.gather(approve(SECOND_OPERATOR), approve(THIRD))) == [False, True]
    assert (await rig.settings.find(AUDITOR, "notices")).version == 1


async def test_of_two_versions_that_follow_one_the_store_keeps_one(rig: AdminRig, database: Database) -> None:
    following = [StoredSetting("notices", 1, notices(notice(id=one)), rig.clock.now()) for one in ("one", "two")]
    won = await asyncio.gather(*(database.ledger.commit(WriteSetting(setting=one)) for one in following))
    assert sorted(won) == [False, True]
    assert await database.settings.generation() == 1


async def test_a_proposal_expires(rig: AdminRig) -> None:
    change = await proposed(rig)
    rig.clock.later(OPEN_FOR)
    with pytest.raises(TooLateError):
        await rig.approvals.approve(SECOND_OPERATOR, change.id, change.digest)
    assert await shown(rig) == {"notices": []}


async def test_an_applied_change_is_undone_within_a_day_and_reviewed_by_another(rig: AdminRig) -> None:
    change = await applied(rig, notices(notice()))
    undone = await rig.approvals.undo(OPERATOR, change.id)
    assert (undone.state, await shown(rig)) == (ChangeState.UNDONE, {"notices": []})
    assert (await rig.settings.find(AUDITOR, "notices")).version == 2
    with pytest.raises(NotPermittedError):
        await rig.approvals.review(OPERATOR, change.id)
    await rig.approvals.review(SECOND_OPERATOR, change.id)


async def test_after_a_day_or_another_change_nothing_is_undone(rig: AdminRig) -> None:
    first = await applied(rig, notices(notice()))
    second = await applied(rig, notices(notice(), notice(id="two")))
    with pytest.raises(StaleVersionError):
        await rig.approvals.undo(SECOND_OPERATOR, first.id)
    rig.clock.later(UNDO_WITHIN)
    with pytest.raises(TooLateError):
        await rig.approvals.undo(SECOND_OPERATOR, second.id)


async def test_what_was_changed_stays_to_be_read(rig: AdminRig) -> None:
    first = await applied(rig, notices(notice()))
    second = await applied(rig, notices())
    found = await rig.approvals.of_object(AUDITOR, ObjectKind.SETTING, "notices")
    assert [one.id for one in found] == [second.id, first.id]
    assert found[0].before == notices(notice())


async def test_the_public_log_tells_the_setting_and_its_digest_and_nobody(rig: AdminRig) -> None:
    await applied(rig, notices(notice()))
    entries = [leaf_of(event).decode() for event in await rig.database.audit_export("", 10)]
    assert all('"object":{"setting":"notices"}' in entry for entry in entries)
    assert '"digest":"sha256:' in entries[1]
    assert "CODE" not in "".join(entries)
    assert "bao-tri" not in "".join(entries)


async def test_another_process_follows_and_reads_nothing_while_nothing_changes(rig: AdminRig) -> None:
    live = LiveSettings()
    assert await live.refresh(rig.database.settings)
    assert not live.notices.value
    await applied(rig, notices(notice()))
    assert await live.refresh(rig.database.settings)
    assert [one.id for one in live.notices.value] == ["bao-tri"]
    assert not await live.refresh(rig.database.settings)


async def test_limits_of_alerts_are_followed_within_their_bounds_only(rig: AdminRig) -> None:
    live, longer = LiveSettings(), {**STANDARD_ALERT_LIMITS, "p95_seconds": 300}
    with pytest.raises(InvalidInputError) as refused:
        await rig.settings.propose(OPERATOR, "alert_limits", 0, {**longer, "completed_percent": 0}, WHY)
    assert [(one.field, one.rule) for one in refused.value.problems] == [("completed_percent", "floor")]
    change = await rig.settings.propose(OPERATOR, "alert_limits", 0, longer, WHY)
    await live.refresh(rig.database.settings)
    assert live.alert_limits.value[AlertLimit.P95_SECONDS] == 180
    await rig.approvals.approve(SECOND_OPERATOR, change.id, change.digest)
    assert await live.refresh(rig.database.settings)
    assert live.alert_limits.value[AlertLimit.P95_SECONDS] == 300


async def test_a_document_that_cannot_be_read_leaves_the_last_good_one(rig: AdminRig, database: Database) -> None:
    live = LiveSettings()
    await applied(rig, notices(notice()))
    await live.refresh(database.settings)
    assert await database.ledger.commit(
        WriteSetting(setting=StoredSetting("notices", 2, {"notices": 7}, rig.clock.now()))
    )
    await live.refresh(database.settings)
    assert [one.id for one in live.notices.value] == ["bao-tri"]


async def test_a_setting_of_a_newer_release_disturbs_nobody(rig: AdminRig, database: Database) -> None:
    newer = StoredSetting("of-a-newer-release", 1, {"any": "thing"}, rig.clock.now() + timedelta(1))
    assert await database.ledger.commit(WriteSetting(setting=newer))
    assert await LiveSettings().refresh(database.settings)
    assert [one.followed.name for one in await rig.settings.all(OPERATOR)] == list(LiveSettings().all)
