"""What becomes of the mandates of two accounts that become one: no more rights than before, and none lost."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from idp.account.merging.merged_mandates import counted, joined
from idp.account.merging.model import MandateCounts
from idp.delegation.model import Mandate, MandateKind, Power
from idp.kernel.ids import MandateId, OrganisationId, PersonId
from records.structs import replace
from tests.support.builders.mandates import delegating, helping, representing
from tests.support.running.sql_stores import NOW, digest

STAYS, GOES, HELPER = "stays", "goes", "helper"
FILE, MAY_PASS_ON = frozenset({Power.FILE}), frozenset({Power.FILE, Power.DELEGATE})


def held(mandate: Mandate, actor: PersonId, days: int = 30) -> Mandate:
    """Return a mandate that somebody accepted, for some days."""
    return replace(mandate, actor_id=actor, accepted_at=NOW, ends_at=NOW + timedelta(days=days))


def ended(*mandates: Mandate, numbers: frozenset[bytes] = frozenset()) -> dict[MandateId, MandateId]:
    """Return what ends, by id, with what says the same."""
    return dict(joined(mandates, PersonId(STAYS), PersonId(GOES), numbers, NOW).ended)


def test_it_is_told_apart_what_the_one_that_goes_held_gave_and_was_helped_by() -> None:
    helps, gave, other = (
        held(helping(PersonId("third"), GOES), PersonId(GOES)),
        held(helping(PersonId(GOES), HELPER), PersonId(HELPER)),
        held(helping(PersonId("fourth"), STAYS), PersonId(STAYS)),
    )
    said = joined((helps, gave, other), PersonId(STAYS), PersonId(GOES), frozenset(), NOW)
    assert (said.held, said.given, said.helped) == ([helps.id], [gave.id], [gave.id])
    assert (said.ended, said.under) == ({}, {})


def test_an_offer_between_the_two_is_found_by_their_numbers() -> None:
    offer = helping(PersonId(GOES), STAYS)
    assert ended(offer) == {}
    assert ended(offer, numbers=frozenset({digest(STAYS)})) == {offer.id: ""}


def test_an_offer_says_nothing_beside_what_was_accepted_and_lasts_as_long() -> None:
    offer = replace(helping(PersonId(GOES), HELPER), ends_at=NOW + timedelta(days=10))
    longer = held(helping(PersonId(STAYS), HELPER), PersonId(HELPER), 20)
    shorter = held(helping(PersonId(STAYS), HELPER), PersonId(HELPER), 5)
    assert ended(offer, longer) == {offer.id: longer.id}
    assert ended(offer, shorter) == {}


def test_other_powers_other_kinds_and_what_rests_are_no_doubles() -> None:
    ours = held(helping(PersonId(STAYS), HELPER), PersonId(HELPER))
    for other in (
        replace(held(helping(PersonId(GOES), HELPER), PersonId(HELPER)), powers=frozenset({Power.VIEW})),
        replace(held(helping(PersonId(GOES), HELPER), PersonId(HELPER)), kind=MandateKind.GUARDIAN),
        replace(held(helping(PersonId(GOES), HELPER), PersonId(HELPER)), suspended_at=NOW),
        replace(held(helping(PersonId(GOES), HELPER), PersonId(HELPER)), ended_at=NOW),
        held(helping(PersonId(GOES), "another"), PersonId("another")),
        replace(held(helping(PersonId(GOES), HELPER), PersonId(HELPER)), giver_id=PersonId("a representative")),
    ):
        assert ended(ours, other) == {}


def test_what_one_account_gave_twice_was_its_own_choice() -> None:
    assert (
        ended(
            held(helping(PersonId(GOES), HELPER), PersonId(HELPER)),
            held(helping(PersonId(GOES), HELPER), PersonId(HELPER), 10),
        )
        == {}
    )


def test_a_guardian_with_two_accounts_is_the_childs_guardian_once() -> None:
    ours, theirs = (
        replace(held(helping(PersonId("child"), who), PersonId(who)), kind=MandateKind.GUARDIAN)
        for who in (STAYS, GOES)
    )
    assert ended(ours, theirs) == {theirs.id: ours.id}


def test_a_representative_is_whom_the_register_named_by_each_number() -> None:
    assert (
        ended(
            representing(OrganisationId("organisation"), PersonId(STAYS)),
            representing(OrganisationId("organisation"), PersonId(GOES)),
        )
        == {}
    )


def test_nothing_that_is_ended_says_the_same_as_what_hangs_under_it() -> None:
    top = representing(OrganisationId("organisation"), PersonId("boss"))
    theirs = held(delegating(top, GOES, MAY_PASS_ON), PersonId(GOES))
    between = held(delegating(theirs, "boss", MAY_PASS_ON), PersonId("boss"))
    ours = held(delegating(between, STAYS, MAY_PASS_ON), PersonId(STAYS))
    assert ended(top, theirs, between, ours) == {ours.id: theirs.id}
    assert ended(top, theirs, ours) == {ours.id: theirs.id}
    assert ended(
        top,
        replace(theirs, actor_id=PersonId(STAYS)),
        replace(between, giver_id=PersonId(STAYS)),
        replace(ours, actor_id=PersonId(GOES)),
    ) == {ours.id: theirs.id}


def test_what_others_hold_above_two_doubles_need_not_be_read_whole_to_tell_that_neither_is_under_the_other() -> None:
    top = representing(OrganisationId("organisation"), PersonId("boss"))
    ours, theirs = (held(delegating(top, who), PersonId(who)) for who in (STAYS, GOES))
    assert joined((ours, theirs), PersonId(STAYS), PersonId(GOES), frozenset(), NOW).ended == {}
    assert joined((ours, theirs), PersonId(STAYS), PersonId(GOES), frozenset(), NOW, {top.id: None}).ended == {
        theirs.id: ours.id
    }


def test_what_hangs_under_a_double_hangs_under_the_one_that_is_left() -> None:
    tops = [representing(OrganisationId("organisation"), PersonId(who)) for who in (STAYS, GOES)]
    ours, theirs = (held(delegating(top, HELPER, MAY_PASS_ON), PersonId(HELPER)) for top in tops)
    below = held(delegating(theirs, "temp"), PersonId("temp"))
    said = joined((*tops, ours, theirs, below), PersonId(STAYS), PersonId(GOES), frozenset(), NOW)
    assert said.ended == {theirs.id: ours.id}
    assert said.under == {below.id: (theirs.id, ours.id)}


def test_what_was_read_is_counted_by_its_state() -> None:
    offer = helping(PersonId(GOES), HELPER)
    rows = (
        offer,
        held(offer, PersonId(HELPER)),
        replace(held(offer, PersonId(HELPER)), ended_at=NOW, suspended_at=NOW),
    )
    assert counted(rows) == MandateCounts(found=3, accepted=2, ended=1, suspended=1)


_DAYS = st.lists(st.tuples(st.sampled_from((STAYS, GOES)), st.integers(1, 40)), max_size=8)


@given(_DAYS)
def test_of_all_that_both_gave_one_helper_the_longest_stays(given_: list[tuple[str, int]]) -> None:
    mandates = [held(helping(PersonId(who), HELPER), PersonId(HELPER), days) for who, days in given_]
    over = ended(*mandates)
    left = [one for one in mandates if one.id not in over]
    assert len({one.giver_id for one in left}) <= 1
    assert max((one.ends_at for one in mandates), default=NOW) == max((one.ends_at for one in left), default=NOW)
    assert {one.id for one in left} >= set(over.values())
