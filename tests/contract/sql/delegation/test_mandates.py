"""Mandates in the store: rights never exceed the giver's, and what has ended is ended for everybody at once."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest

from idp.account.closing_effects import FormerPerson
from idp.account.model import SealedValue
from idp.adapters.sql.database import Database
from idp.delegation.check_model import CHECKED_AFTER, DueCheck, SetCheck
from idp.delegation.effects import ConfirmMandate, KeepWard, OfferMandate, ResumeMandates, SuspendMandates
from idp.delegation.model import ALL_POWERS, Mandate, MandateKind, MandateView, Power
from idp.kernel.ids import OrganisationId, PersonId, new_id
from records.structs import replace
from tests.contract.sql.direct import rows, run
from tests.support.builders.mandates import (
    FOR_EVER,
    YEAR,
    accepted,
    accepting,
    delegating,
    ending,
    helping,
    organisation,
    represented,
    representing,
)
from tests.support.running.sql_stores import HOUR, NOW, digest, opening, sealed

BOSS, CLERK, TEMP = new_id(), new_id(), new_id()
FILE_AND_PAY = frozenset({Power.FILE, Power.PAY})
MAY_PASS_ON = frozenset({Power.FILE, Power.DELEGATE})


async def state(database: Database, mandate: Mandate) -> Mandate:
    found = await database.mandates.by_id(mandate.id)
    assert found is not None
    return found.mandate


async def stands(database: Database, mandate: Mandate) -> bool:
    return (await state(database, mandate)).stands(NOW)


async def suspended(database: Database, mandate: Mandate) -> None:
    assert await database.ledger.commit(
        SuspendMandates(principal_id=mandate.principal_id, given_under=mandate.id, at=NOW, gives_up_at=NOW + HOUR)
    )


async def test_what_is_stored_is_what_is_read(database: Database) -> None:
    boss = await represented(database, PersonId(BOSS))
    offer = delegating(boss, CLERK, FILE_AND_PAY)
    assert await database.ledger.commit(OfferMandate(mandate=offer))
    assert await state(database, boss) == boss
    assert await state(database, offer) == offer
    assert await database.ledger.commit(accepting(offer, PersonId(CLERK)))
    assert await state(database, offer) == replace(offer, actor_id=PersonId(CLERK), accepted_at=NOW)


async def test_the_one_it_was_offered_to_accepts_and_nobody_else(database: Database) -> None:
    offer = delegating(await represented(database, PersonId(BOSS)), CLERK)
    assert await database.ledger.commit(OfferMandate(mandate=offer))
    assert not await database.ledger.commit(accepting(offer, PersonId(TEMP)))
    assert not await stands(database, offer)
    assert await database.ledger.commit(accepting(offer, PersonId(CLERK)))
    assert await stands(database, offer)
    assert not await database.ledger.commit(accepting(offer, PersonId(CLERK)))


async def test_an_offer_whose_end_has_come_is_accepted_no_more(database: Database) -> None:
    offer = delegating(await represented(database, PersonId(BOSS)), CLERK, ends_at=NOW + HOUR)
    assert await database.ledger.commit(OfferMandate(mandate=offer))
    assert not await database.ledger.commit(accepting(offer, PersonId(CLERK), NOW + HOUR))
    assert await database.mandates.offered_to(digest(CLERK), NOW + HOUR) == []


@pytest.mark.parametrize("power", sorted(ALL_POWERS - MAY_PASS_ON))
async def test_a_power_that_the_giver_does_not_hold_is_not_given(database: Database, power: Power) -> None:
    boss = await represented(database, PersonId(BOSS))
    clerk = await accepted(database, delegating(boss, CLERK, MAY_PASS_ON), PersonId(CLERK))
    assert not await database.ledger.commit(
        OfferMandate(mandate=delegating(clerk, TEMP, frozenset({Power.FILE, power})))
    )
    assert await database.ledger.commit(OfferMandate(mandate=delegating(clerk, TEMP, MAY_PASS_ON)))


async def test_a_delegate_gives_only_with_the_power_to_delegate(database: Database) -> None:
    boss = await represented(database, PersonId(BOSS))
    clerk = await accepted(database, delegating(boss, CLERK, FILE_AND_PAY), PersonId(CLERK))
    assert not await database.ledger.commit(OfferMandate(mandate=delegating(clerk, TEMP)))


async def test_nothing_given_outlasts_what_it_is_given_under(database: Database) -> None:
    clerk = await accepted(
        database, delegating(await represented(database, PersonId(BOSS)), CLERK, MAY_PASS_ON), PersonId(CLERK)
    )
    later = delegating(clerk, TEMP, ends_at=clerk.ends_at + timedelta(microseconds=1))
    assert not await database.ledger.commit(OfferMandate(mandate=later))
    assert await database.ledger.commit(OfferMandate(mandate=delegating(clerk, TEMP, ends_at=clerk.ends_at)))


async def test_nobody_gives_under_a_mandate_of_somebody_else_or_of_another_principal(database: Database) -> None:
    boss, other = await represented(database, PersonId(BOSS)), await represented(database, PersonId(TEMP))
    assert not await database.ledger.commit(
        OfferMandate(mandate=replace(delegating(boss, CLERK), giver_id=PersonId(TEMP)))
    )
    assert not await database.ledger.commit(
        OfferMandate(mandate=replace(delegating(boss, CLERK), principal_id=other.principal_id))
    )


async def test_nobody_gives_under_an_offer_that_is_not_accepted(database: Database) -> None:
    offer = delegating(await represented(database, PersonId(BOSS)), CLERK, MAY_PASS_ON)
    assert await database.ledger.commit(OfferMandate(mandate=offer))
    assert not await database.ledger.commit(
        OfferMandate(mandate=delegating(replace(offer, actor_id=PersonId(CLERK)), TEMP))
    )


async def test_a_mandate_for_an_organisation_that_is_not_known_is_not_stored(database: Database) -> None:
    assert not await database.ledger.commit(
        OfferMandate(mandate=representing(OrganisationId(new_id()), PersonId(BOSS)))
    )


async def test_an_organisation_keeps_its_id_whoever_brings_its_code_again(database: Database) -> None:
    first, again = organisation(), organisation()
    assert await database.ledger.commit(first)
    reported = replace(
        again, organisation=replace(again.organisation, proved_at=NOW + HOUR, facts_sealed=sealed("new"))
    )
    assert await database.ledger.commit(reported)
    found = await database.organisations.by_code(first.code_index)
    assert found == replace(reported.organisation, id=first.organisation.id)
    assert await database.organisations.by_id(first.organisation.id) == found
    assert await database.organisations.by_id(again.organisation.id) is None


async def test_a_register_names_each_representative_once(database: Database) -> None:
    boss = await represented(database, PersonId(BOSS))
    assert not await database.ledger.commit(
        OfferMandate(mandate=representing(OrganisationId(boss.principal_id), PersonId(BOSS)))
    )
    assert await database.ledger.commit(
        OfferMandate(mandate=representing(OrganisationId(boss.principal_id), PersonId(CLERK)))
    )
    assert await database.ledger.commit(ending(boss))
    assert await database.ledger.commit(
        OfferMandate(mandate=representing(OrganisationId(boss.principal_id), PersonId(BOSS)))
    )


async def test_the_end_of_a_mandate_ends_all_given_under_it_and_nothing_beside_it(database: Database) -> None:
    boss = await represented(database, PersonId(BOSS))
    clerk = await accepted(database, delegating(boss, CLERK, MAY_PASS_ON), PersonId(CLERK))
    temp = await accepted(database, delegating(clerk, TEMP, MAY_PASS_ON), PersonId(TEMP))
    offered = delegating(temp, new_id())
    beside = await accepted(database, delegating(boss, TEMP, MAY_PASS_ON), PersonId(TEMP))
    assert await database.ledger.commit(OfferMandate(mandate=offered))
    assert await database.ledger.commit(ending(clerk))
    for ended in (clerk, temp, offered):
        found = await state(database, ended)
        assert (found.ended_at, found.end_reason, found.ended_by) == (NOW, "revoked", BOSS)
    assert await stands(database, boss)
    assert await stands(database, beside)
    assert not await database.ledger.commit(ending(clerk))
    assert not await database.ledger.commit(ending(temp))


async def test_an_earlier_end_keeps_its_reason(database: Database) -> None:
    boss = await represented(database, PersonId(BOSS))
    clerk = await accepted(database, delegating(boss, CLERK), PersonId(CLERK))
    assert await database.ledger.commit(ending(clerk, reason="declined"))
    assert await database.ledger.commit(ending(boss, NOW + HOUR))
    found = await state(database, clerk)
    assert (found.ended_at, found.end_reason) == (NOW, "declined")


async def test_an_offer_falls_with_what_it_was_given_under(database: Database) -> None:
    boss = await represented(database, PersonId(BOSS))
    offer = delegating(boss, CLERK)
    assert await database.ledger.commit(OfferMandate(mandate=offer))
    assert await database.ledger.commit(ending(boss))
    assert not await database.ledger.commit(accepting(offer, PersonId(CLERK)))
    assert not await database.ledger.commit(OfferMandate(mandate=delegating(boss, CLERK)))


async def test_what_is_suspended_is_used_by_nobody_and_not_lost(database: Database) -> None:
    boss = await represented(database, PersonId(BOSS))
    clerk = await accepted(database, delegating(boss, CLERK, MAY_PASS_ON), PersonId(CLERK))
    offer = delegating(clerk, TEMP)
    assert await database.ledger.commit(OfferMandate(mandate=offer))
    await suspended(database, boss)
    for mandate in (boss, clerk, offer):
        found = await state(database, mandate)
        assert (found.suspended_at, found.ended_at) == (NOW, None)
    assert await database.mandates.standing(PersonId(CLERK), NOW) == []
    assert not await database.ledger.commit(accepting(offer, PersonId(TEMP)))
    assert not await database.ledger.commit(OfferMandate(mandate=delegating(clerk, TEMP)))
    # What was given stands again only with what it was given under.
    assert not await database.ledger.commit(ResumeMandates(principal_id=boss.principal_id, mandate_id=clerk.id))
    assert await database.ledger.commit(ResumeMandates(principal_id=boss.principal_id, mandate_id=boss.id))
    assert await stands(database, clerk)
    assert await database.ledger.commit(accepting(offer, PersonId(TEMP)))
    assert not await database.ledger.commit(ResumeMandates(principal_id=boss.principal_id, mandate_id=boss.id))


async def test_the_new_representative_confirms_what_the_former_one_gave(database: Database) -> None:
    former = await represented(database, PersonId(BOSS))
    clerk = await accepted(database, delegating(former, CLERK, MAY_PASS_ON), PersonId(CLERK))
    temp = await accepted(database, delegating(clerk, TEMP), PersonId(TEMP))
    left = await accepted(database, delegating(former, TEMP), PersonId(TEMP))
    await suspended(database, former)
    heir = representing(OrganisationId(former.principal_id), PersonId(new_id()))
    assert await database.ledger.commit(OfferMandate(mandate=heir))
    confirming = ConfirmMandate(
        principal_id=former.principal_id,
        mandate_id=clerk.id,
        given_under=heir.id,
        confirmed_by=str(heir.actor_id),
        at=NOW,
    )
    assert await database.ledger.commit(confirming)
    assert not await database.ledger.commit(confirming)
    assert await database.ledger.commit(ending(former, reason="representative_changed"))
    found = await state(database, clerk)
    assert (found.giver_id, found.given_under) == (heir.actor_id, heir.id)
    assert await stands(database, clerk)
    assert await stands(database, temp)
    assert not await stands(database, left)
    assert await database.ledger.commit(ending(heir))
    assert not await stands(database, temp)


async def test_only_a_standing_representative_confirms(database: Database) -> None:
    former = await represented(database, PersonId(BOSS))
    clerk = await accepted(database, delegating(former, CLERK, ALL_POWERS), PersonId(CLERK))
    temp = await accepted(database, delegating(clerk, TEMP), PersonId(TEMP))
    elsewhere = await represented(database, PersonId(TEMP))
    await suspended(database, former)
    for under, who in ((former, BOSS), (clerk, CLERK), (elsewhere, TEMP)):
        assert not await database.ledger.commit(
            ConfirmMandate(
                principal_id=former.principal_id, mandate_id=temp.id, given_under=under.id, confirmed_by=who, at=NOW
            )
        )
    heir = representing(OrganisationId(former.principal_id), PersonId(new_id()))
    assert await database.ledger.commit(OfferMandate(mandate=heir))
    assert not await database.ledger.commit(
        ConfirmMandate(
            principal_id=former.principal_id, mandate_id=temp.id, given_under=heir.id, confirmed_by=TEMP, at=NOW
        )
    )
    assert not await database.ledger.commit(
        ConfirmMandate(
            principal_id=former.principal_id,
            mandate_id=former.id,
            given_under=heir.id,
            confirmed_by=heir.actor_id or "",
            at=NOW,
        )
    )


def ids(found: Sequence[MandateView]) -> set[str]:
    return {view.mandate.id for view in found}


async def test_each_side_reads_what_is_theirs(database: Database) -> None:
    opened = opening()
    person_id = opened.account.person_id
    boss = await represented(database, person_id)
    clerk = await accepted(database, delegating(boss, CLERK), PersonId(CLERK))
    offer, helper = delegating(boss, TEMP), helping(person_id, TEMP)
    assert await database.ledger.commit(opened, OfferMandate(mandate=offer), OfferMandate(mandate=helper))
    reader = database.mandates
    assert ids(await reader.held_by(person_id, NOW)) == {boss.id}
    assert ids(await reader.held_by(PersonId(CLERK), NOW)) == {clerk.id}
    assert ids(await reader.offered_to(digest(TEMP), NOW)) == {offer.id, helper.id}
    assert ids(await reader.offered_to(digest(CLERK), NOW)) == set()
    assert ids(await reader.given_by(person_id, NOW)) == {clerk.id, offer.id, helper.id}
    assert ids(await reader.for_principal(boss.principal_id, NOW)) == {boss.id, clerk.id, offer.id}
    assert [view.mandate_id for view in await reader.standing(PersonId(CLERK), NOW)] == [clerk.id]
    assert await database.ledger.commit(ending(clerk, NOW + HOUR))
    assert ids(await reader.held_by(PersonId(CLERK), NOW)) == {clerk.id}
    assert ids(await reader.held_by(PersonId(CLERK), NOW + HOUR)) == set()


async def test_names_come_with_the_mandates(database: Database) -> None:
    opened = opening()
    person_id = opened.account.person_id
    kept = organisation()
    boss = representing(kept.organisation.id, person_id)
    helper = helping(person_id, TEMP)
    assert await database.ledger.commit(opened, kept, OfferMandate(mandate=boss), OfferMandate(mandate=helper))
    (held,) = await database.mandates.held_by(person_id, NOW)
    assert (held.principal_sealed, held.giver_sealed) == (kept.organisation.facts_sealed, None)
    (given,) = await database.mandates.given_by(person_id, NOW)
    assert (given.principal_sealed, given.giver_sealed) == (opened.profile_sealed, opened.profile_sealed)
    (view,) = await database.mandates.standing(person_id, NOW)
    assert (view.principal_sealed, view.powers) == (kept.organisation.facts_sealed, ALL_POWERS)


async def test_what_has_run_out_and_what_waits_too_long_is_found(database: Database) -> None:
    boss = await represented(database, PersonId(BOSS))
    clerk = await accepted(database, delegating(boss, CLERK), PersonId(CLERK))
    assert await database.mandates.run_out(NOW + YEAR - HOUR, 10) == []
    assert [found.id for found in await database.mandates.run_out(NOW + YEAR, 10)] == [clerk.id]
    assert [found.id for found in await database.mandates.run_out(FOR_EVER - HOUR, 10)] == [clerk.id]
    await suspended(database, boss)
    assert await database.mandates.suspended_before(NOW, 10) == []
    assert [found.id for found in await database.mandates.suspended_before(NOW + HOUR, 10)] == [boss.id]


async def test_only_organisations_that_somebody_represents_are_asked_about_again(database: Database) -> None:
    kind, checks, later = MandateKind.REPRESENTATIVE, database.mandate_checks, NOW + CHECKED_AFTER
    boss = await represented(database, PersonId(BOSS))
    assert await database.ledger.commit(organisation("of nobody"))
    assert await checks.due(kind, later, 10) == [DueCheck(boss.principal_id, 0)]
    assert await checks.due(MandateKind.GUARDIAN, later, 10) == []
    assert await checks.due(kind, later - HOUR, 10) == []
    assert await database.ledger.commit(
        SetCheck(principal_id=boss.principal_id, kind=kind, due_at=later + HOUR, failures=3)
    )
    assert await checks.due(kind, later, 10) == []
    assert await checks.due(kind, later + HOUR, 10) == [DueCheck(boss.principal_id, 3)]
    assert await database.ledger.commit(ending(boss))
    assert await checks.due(kind, later + HOUR, 10) == []


async def test_a_ward_is_stored_once_and_never_over_a_person_who_is_known(database: Database) -> None:
    def keeping(number: str) -> KeepWard:
        return KeepWard(
            person_id=PersonId(new_id()),
            place_id=new_id(),
            number=SealedValue(digest(number), sealed(number)),
            profile_sealed=sealed("child"),
            at=NOW,
        )

    ward = keeping("001899000032")
    assert await database.ledger.commit(ward)
    assert not await database.ledger.commit(keeping("001899000032"))
    assert await database.own_account.former_person(digest("001899000032")) == FormerPerson(ward.person_id, None)
    assert await database.ledger.commit(opening("001899000001"))
    assert not await database.ledger.commit(keeping("001899000001"))


async def test_of_twenty_widenings_and_an_end_at_once_nothing_is_left_standing(
    store: str, database: Database, neighbour: Database
) -> None:
    boss = await represented(database, PersonId(BOSS))
    clerk = await accepted(database, delegating(boss, CLERK, MAY_PASS_ON), PersonId(CLERK))
    stores = (database, neighbour)
    offers = [delegating(clerk, new_id()) for _ in range(20)]
    offering = [stores[n % 2].ledger.commit(OfferMandate(mandate=offer)) for n, offer in enumerate(offers)]
    answers = await asyncio.gather(*offering[:10], neighbour.ledger.commit(ending(clerk)), *offering[10:])
    assert answers[10]
    assert await rows(store, "SELECT count(*) FROM mandates WHERE ended_at IS NULL") == [(1,)]


async def test_of_acceptances_and_an_end_at_once_nothing_is_left_standing(
    store: str, database: Database, neighbour: Database
) -> None:
    boss = await represented(database, PersonId(BOSS))
    stores = (database, neighbour)
    people = [new_id() for _ in range(20)]
    offers = [delegating(boss, person) for person in people]
    assert await database.ledger.commit(*(OfferMandate(mandate=one) for one in offers))
    accepting_all = [
        stores[n % 2].ledger.commit(accepting(offer, PersonId(person)))
        for n, (offer, person) in enumerate(zip(offers, people, strict=True))
    ]
    await asyncio.gather(*accepting_all[:10], neighbour.ledger.commit(ending(boss)), *accepting_all[10:])
    assert await rows(store, "SELECT count(*) FROM mandates WHERE ended_at IS NULL") == [(0,)]


async def test_one_of_twenty_claims_of_a_representative_wins(database: Database, neighbour: Database) -> None:
    kept = organisation()
    assert await database.ledger.commit(kept)
    claims = [OfferMandate(mandate=representing(kept.organisation.id, PersonId(BOSS))) for _ in range(20)]
    stores = (database, neighbour)
    answers = await asyncio.gather(*(stores[n % 2].ledger.commit(claim) for n, claim in enumerate(claims)))
    assert answers.count(True) == 1


async def test_the_old_mandates_of_a_forgotten_person_are_read_no_more(store: str, database: Database) -> None:
    opened = opening()
    helper = helping(opened.account.person_id, TEMP)
    assert await database.ledger.commit(opened, OfferMandate(mandate=helper))
    assert len(await database.mandates.offered_to(digest(TEMP), NOW)) == 1
    await run(store, "DELETE FROM persons")
    assert await database.mandates.offered_to(digest(TEMP), NOW) == []
    assert await database.mandates.by_id(helper.id) is None
