"""Merging two accounts and the mandates of both: what moves, what ends, and that it goes back as it was."""

from datetime import timedelta

import pytest

from clients.model import ClientId
from idp.account.merging.service import Merging
from idp.account.merging.unmerging import MergeRefusedError
from idp.adapters.sql.database import Database
from idp.delegation.effects import LeaveMandates, OfferMandate
from idp.delegation.guardians.service import WardResult
from idp.delegation.model import Mandate, Power
from idp.grants.model import StartGrant
from idp.kernel.effects import Effect
from idp.kernel.ids import MandateId, PersonId, new_id
from records.structs import replace
from tests.contract.sql.account.test_mandates_of_leaving_accounts import Afterwards, name_of, one_human
from tests.contract.sql.account.test_merging import SPACES, merging, person
from tests.contract.sql.account.test_merging import name_of as named
from tests.contract.sql.delegation.test_guardianships import CHILD, MOTHER
from tests.contract.sql.direct import rows, run
from tests.contract.sql.sessions.test_logout_notices import client
from tests.support.builders.mandates import accepted, accepting, delegating, ending, helping, represented
from tests.support.rigs.mandates import STRANGER, MandateRig, origin
from tests.support.running.sql_stores import HOUR, NOW, StatementCounter, digest, grant_of, granted

FIRST, SECOND, THIRD = "001899000001", "001899000002", "001899000003"
ALL = "SELECT * FROM mandates ORDER BY mandate_id"
MAY_PASS_ON = frozenset({Power.FILE, Power.DELEGATE})
HELPER = PersonId(new_id())
LATER = NOW + timedelta(days=1)


async def standing(database: Database, person_id: PersonId) -> dict[str, str]:
    """Return what somebody may use: the mandate's id and for whom."""
    return {one.mandate_id: one.principal_id for one in await database.mandates.standing(person_id, NOW)}


async def given_to(database: Database, giver_id: PersonId, helper_id: PersonId, days: int = 30) -> Mandate:
    """Let somebody help for some days."""
    offer = replace(helping(giver_id, helper_id), ends_at=NOW + timedelta(days=days))
    return await accepted(database, offer, helper_id)


async def test_what_is_for_held_or_given_by_the_one_that_goes_is_the_others_with_its_dates(
    database: Database, store: str
) -> None:
    stays, goes, third = [await person(database, number) for number in (FIRST, SECOND, THIRD)]
    held = await given_to(database, third.person_id, goes.person_id)
    gave = await given_to(database, goes.person_id, HELPER)
    over = await given_to(database, goes.person_id, HELPER)
    assert await database.ledger.commit(ending(over))
    before, use = await rows(store, ALL), merging(database)
    await use.merge(named(stays), named(goes), "test", NOW)
    assert await standing(database, stays.person_id) == {held.id: third.person_id}
    assert await standing(database, HELPER) == {gave.id: stays.person_id}
    moved = {view.mandate.id: view.mandate for view in await database.mandates.given_by(stays.person_id, NOW - HOUR)}
    assert moved[gave.id] == replace(gave, principal_id=stays.person_id, giver_id=stays.person_id)
    assert (moved[over.id].principal_id, moved[over.id].ended_at) == (stays.person_id, NOW)
    await use.undo(goes.account_id, LATER)
    assert await rows(store, ALL) == before


async def test_who_acts_for_the_one_that_goes_is_asked_again_and_portals_are_told(
    database: Database, store: str
) -> None:
    stays, goes, helper = [await person(database, number) for number in (FIRST, SECOND, THIRD)]
    await database.clients.save(client(ClientId("portal")), expected_version=None)
    mandate = await given_to(database, goes.person_id, helper.person_id)
    use = merging(database)
    for merges in (True, False):
        grant, _ = await granted(database, helper, mandate_id=mandate.id, offline=True)
        await run(store, f"UPDATE sessions SET mandate_id = '{mandate.id}' WHERE person_id = '{helper.person_id}'")
        if merges:
            await use.merge(named(stays), named(goes), "test", NOW)
        else:
            await use.undo(goes.account_id, NOW + timedelta(minutes=1))
        state = await database.grants.state(grant.id, "jti", NOW)
        assert state is not None
        assert not state.alive
        asked = f"SELECT mandate_id FROM sessions WHERE person_id = '{helper.person_id}' AND ended_at IS NULL"
        assert await rows(store, asked) == [(None,)]
        under_way = replace(grant_of(helper), mandate_id=mandate.id)
        assert not await database.ledger.commit(StartGrant(grant=under_way, issued_at=NOW))
        await run(store, "UPDATE sessions SET codes_since = 0")
    keys = [message.key for message in await database.outbox.lease(LATER, LATER + HOUR, 10)]
    assert [key.split(":")[2] for key in keys if key.startswith(helper.id)] == ["joined", "parted"]


async def test_each_sector_goes_on_to_know_the_one_who_is_helped_by_the_subject_it_knew(
    database: Database, store: str
) -> None:
    stays, goes, helper = [await person(database, number) for number in (FIRST, SECOND, THIRD)]
    mandate = await given_to(database, goes.person_id, helper.person_id)
    # The bank knows the one that goes from filings of the helper's alone; the portal knows both.
    await granted(database, helper, client_id="bank", mandate_id=mandate.id)
    for session in (stays, goes):
        await granted(database, session, client_id="portal")
    use = merging(database)
    await use.merge(named(stays), named(goes), "test", NOW)
    later = await given_to(database, stays.person_id, helper.person_id, 40)
    await run(store, f"UPDATE sessions SET mandate_id = '{mandate.id}' WHERE person_id = '{helper.person_id}'")
    live = await database.sessions.live(helper.secret_hash, ClientId("bank"), NOW, SPACES[ClientId("bank")])
    assert live is not None
    known = {one.mandate_id: one for one in await database.mandates.standing(helper.person_id, NOW)}
    assert known.keys() == {mandate.id, later.id}
    for view in (*known.values(), live.acting):
        assert view is not None
        assert view.principal_id == stays.person_id
        assert view.principal_known_as(SPACES[ClientId("bank")]) == goes.person_id
        assert view.principal_known_as(SPACES[ClientId("portal")]) == stays.person_id
    await use.undo(goes.account_id, LATER)
    known = {one.mandate_id: one for one in await database.mandates.standing(helper.person_id, NOW)}
    assert known[mandate.id].principal_known_as(SPACES[ClientId("bank")]) == goes.person_id
    assert known[later.id].principal_known_as(SPACES[ClientId("bank")]) == stays.person_id
    assert await rows(store, "SELECT known_as FROM persons WHERE known_as IS NOT NULL") == []


async def test_a_child_ends_a_guardianship_after_its_account_went_up_in_another(database: Database) -> None:
    rig = MandateRig(database)
    mother, child, other = [await rig.person(number) for number in (MOTHER, CHILD, STRANGER)]
    assert await rig.ward(mother, CHILD) is WardResult.CLAIMED
    (mandate_id,) = await rig.holds(mother)
    use = Merging(database.merges, database.identities, (), database.ledger, rig.mandates.sealer)
    await one_human(database, name_of(other), name_of(child))
    await use.merge(name_of(other), name_of(child), "test", rig.clock.now())
    assert await rig.mandates.end(other, MandateId(mandate_id), origin())
    assert await rig.holds(mother) == set()


async def test_a_mandate_between_the_two_ends_and_comes_back(database: Database, store: str) -> None:
    stays, goes = [await person(database, number) for number in (FIRST, SECOND)]
    await given_to(database, stays.person_id, goes.person_id)
    await given_to(database, goes.person_id, stays.person_id)
    offer = replace(helping(goes.person_id, stays.person_id), actor_index=digest(FIRST))
    assert await database.ledger.commit(OfferMandate(mandate=offer))
    before, use = await rows(store, ALL), merging(database)
    await use.merge(named(stays), named(goes), "test", NOW)
    ended = "SELECT count(*) FROM mandates WHERE end_reason = 'account_merged'"
    assert await rows(store, ended) == [(3,)]
    assert await standing(database, stays.person_id) == {}
    await use.undo(goes.account_id, LATER)
    assert await rows(store, ALL) == before


async def test_what_hangs_under_a_mandate_between_the_two_goes_on(database: Database, store: str) -> None:
    stays, goes = [await person(database, number) for number in (FIRST, SECOND)]
    top = await represented(database, goes.person_id)
    between = await accepted(database, delegating(top, stays.person_id, MAY_PASS_ON), stays.person_id)
    clerk = await accepted(database, delegating(between, HELPER), HELPER)
    before, use = await rows(store, ALL), merging(database)
    await use.merge(named(stays), named(goes), "test", NOW)
    assert (await standing(database, stays.person_id)).keys() == {top.id}
    assert (await standing(database, HELPER)).keys() == {clerk.id}
    found = await database.mandates.by_id(clerk.id)
    assert found is not None
    assert (found.mandate.given_under, found.mandate.giver_id) == (top.id, stays.person_id)
    await use.undo(goes.account_id, LATER)
    assert await rows(store, ALL) == before


@pytest.mark.parametrize(("ours", "theirs"), [(20, 10), (10, 20), (10, 10)])
async def test_of_the_same_right_that_both_gave_the_longer_one_is_left(
    database: Database, store: str, ours: int, theirs: int
) -> None:
    stays, goes = [await person(database, number) for number in (FIRST, SECOND)]
    first = await given_to(database, stays.person_id, HELPER, ours)
    second = await given_to(database, goes.person_id, HELPER, theirs)
    before, use = await rows(store, ALL), merging(database)
    await use.merge(named(stays), named(goes), "test", NOW)
    left = second if theirs > ours else first
    assert await standing(database, HELPER) == {left.id: stays.person_id}
    await use.undo(goes.account_id, LATER)
    assert await rows(store, ALL) == before


async def test_a_right_that_was_taken_back_since_does_not_come_back_with_its_double(database: Database) -> None:
    stays, goes = [await person(database, number) for number in (FIRST, SECOND)]
    first = await given_to(database, stays.person_id, HELPER)
    await given_to(database, goes.person_id, HELPER)
    use = merging(database)
    await use.merge(named(stays), named(goes), "test", NOW)
    assert await database.ledger.commit(ending(first, LATER))
    await use.undo(goes.account_id, LATER)
    assert await standing(database, HELPER) == {}


async def test_what_was_given_since_under_a_right_that_goes_back_ends_with_all_under_it(database: Database) -> None:
    stays, goes = [await person(database, number) for number in (FIRST, SECOND)]
    top = await represented(database, goes.person_id)
    own = await given_to(database, stays.person_id, HELPER)
    use = merging(database)
    await use.merge(named(stays), named(goes), "test", NOW)
    clerk = await accepted(database, delegating(replace(top, actor_id=stays.person_id), HELPER, MAY_PASS_ON), HELPER)
    temp = await accepted(database, delegating(clerk, "temp".ljust(26)), PersonId("temp".ljust(26)))
    await use.undo(goes.account_id, LATER)
    assert (await standing(database, goes.person_id)).keys() == {top.id}
    assert (await standing(database, HELPER)).keys() == {own.id}
    assert temp.id not in await standing(database, PersonId("temp".ljust(26)))


async def test_closing_the_one_that_stayed_ends_what_was_for_the_one_that_went(database: Database) -> None:
    stays, goes = [await person(database, number) for number in (FIRST, SECOND)]
    await given_to(database, goes.person_id, HELPER)
    await merging(database).merge(named(stays), named(goes), "test", NOW)
    leaving = LeaveMandates(person_id=stays.person_id, at=LATER, reason="closed_by_owner", gives_up_at=LATER + HOUR)
    assert await database.ledger.commit(leaving)
    assert await standing(database, HELPER) == {}


@pytest.mark.parametrize("step", ["offer", "accept", "end"])
async def test_a_merge_that_meets_a_change_of_mandates_is_refused(database: Database, step: str) -> None:
    stays, goes, third = [await person(database, number) for number in (FIRST, SECOND, THIRD)]
    mandate = replace(helping(third.person_id, goes.person_id), actor_index=digest(SECOND))
    steps: dict[str, Effect] = {
        "offer": OfferMandate(mandate=mandate),
        "accept": replace(accepting(mandate, goes.person_id), actor_index=mandate.actor_index),
        "end": ending(mandate),
    }
    if step != "offer":
        assert await database.ledger.commit(steps["offer"])
    use = merging(database)

    async def change() -> None:
        assert await database.ledger.commit(steps[step])

    with pytest.raises(MergeRefusedError, match="changed at the same time"):
        await replace(use, ledger=Afterwards(use.ledger, change)).merge(named(stays), named(goes), "test", NOW)
    await use.merge(named(stays), named(goes), "test", NOW)


async def test_however_many_mandates_there_are_the_statements_are_as_many(
    database: Database, counter: StatementCounter
) -> None:
    use, third, counts = merging(database), await person(database, THIRD), []
    for place, many in enumerate((1, 15)):
        stays, goes = [await person(database, f"00189900001{2 * place + side}") for side in range(2)]
        for _ in range(many):
            helper = PersonId(new_id())
            await given_to(database, stays.person_id, helper)
            await given_to(database, goes.person_id, helper)
            await given_to(database, third.person_id, goes.person_id)
        counter.take()
        await use.merge(named(stays), named(goes), "test", NOW)
        merged = counter.take()
        await use.undo(goes.account_id, LATER)
        counts.append((merged, counter.take()))
    assert counts[0] == counts[1]
