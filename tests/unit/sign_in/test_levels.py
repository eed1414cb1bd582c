"""Assurance levels: the table, and what a session with some factors and some proof reaches."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.account.model import ProofState
from idp.sign_in.levels import (
    ACR_VALUES,
    APPROVAL,
    DEVICE_KEY,
    LEVELS,
    MULTIPLE,
    ONE_TIME_PASSWORD,
    PASSWORD,
    SMS,
    SOFTWARE_KEY,
    achieved,
    amr_of,
    can_reach,
    highest,
    is_strong,
    lowest,
    methods_up,
    reaches,
)

FACTORS = st.sets(st.sampled_from([PASSWORD, SMS, ONE_TIME_PASSWORD, DEVICE_KEY, MULTIPLE, "unknown"]))
PROOFS = st.sampled_from(ProofState)


def test_the_levels_are_listed_from_low_to_high() -> None:
    assert ACR_VALUES == ("loa1", "loa2", "loa3")
    assert [[reaches(acr, wanted) for wanted in ACR_VALUES] for acr in ACR_VALUES] == [
        [True, False, False],
        [True, True, False],
        [True, True, True],
    ]


@pytest.mark.parametrize("unknown", ["loa9", "", "LOA1", "loa1 "])
def test_an_unknown_level_reaches_nothing_and_is_reached_by_nobody(unknown: str) -> None:
    assert not any(reaches(acr, unknown) or reaches(unknown, acr) for acr in (*ACR_VALUES, unknown))
    assert highest(["loa3", unknown, "loa1"]) == unknown
    assert highest(["loa1", "loa3"]) == "loa3"


@pytest.mark.parametrize(
    ("factors", "proof", "acr"),
    [
        ((PASSWORD,), ProofState.NOT_PROVED, "loa1"),
        ((PASSWORD,), ProofState.WAITING, "loa1"),
        ((PASSWORD,), ProofState.PROVED, "loa2"),
        ((PASSWORD, SMS), ProofState.PROVED, "loa3"),
        ((PASSWORD, SMS, MULTIPLE), ProofState.PROVED, "loa3"),
        ((PASSWORD, SMS), ProofState.NOT_PROVED, "loa1"),
        ((SMS,), ProofState.PROVED, "loa1"),
        ((PASSWORD, ONE_TIME_PASSWORD), ProofState.PROVED, "loa3"),
        ((PASSWORD, APPROVAL), ProofState.PROVED, "loa3"),
        ((SMS, ONE_TIME_PASSWORD), ProofState.PROVED, "loa1"),
        ((DEVICE_KEY,), ProofState.PROVED, "loa3"),
        ((SOFTWARE_KEY,), ProofState.PROVED, "loa3"),
        ((SOFTWARE_KEY,), ProofState.NOT_PROVED, "loa1"),
        ((PASSWORD,), ProofState.LAPSED, "loa1"),
    ],
)
def test_oidc_core_2_the_level_follows_from_factors_and_proof(
    factors: tuple[str, ...], proof: ProofState, acr: str
) -> None:
    assert achieved(factors, proof) == acr


@given(FACTORS, PROOFS, st.sampled_from([PASSWORD, SMS]))
def test_one_more_factor_never_lowers_the_level(factors: set[str], proof: ProofState, more: str) -> None:
    assert reaches(achieved(factors | {more}, proof), achieved(factors, proof))


@given(FACTORS, PROOFS)
def test_without_proof_nothing_above_the_first_level_is_reached(factors: set[str], proof: ProofState) -> None:
    if proof is not ProofState.PROVED:
        assert achieved(factors, proof) == "loa1"


@pytest.mark.parametrize(
    ("wanted", "factors", "enrolled", "proof", "reachable"),
    [
        ("loa3", (PASSWORD,), {SMS}, ProofState.PROVED, True),
        ("loa3", (PASSWORD,), {ONE_TIME_PASSWORD}, ProofState.PROVED, True),
        ("loa3", (PASSWORD,), {DEVICE_KEY}, ProofState.PROVED, True),
        ("loa3", (PASSWORD,), set(), ProofState.PROVED, False),
        ("loa3", (PASSWORD, SMS), set(), ProofState.PROVED, True),
        ("loa3", (PASSWORD,), {SMS}, ProofState.NOT_PROVED, False),
        ("loa3", (PASSWORD,), {SMS}, ProofState.LAPSED, False),
        ("loa2", (PASSWORD,), {SMS}, ProofState.WAITING, False),
        ("loa9", (PASSWORD,), {SMS}, ProofState.PROVED, False),
    ],
)
def test_a_level_is_within_reach_of_the_factors_an_account_has_and_a_missing_proof_is_no_factor(
    wanted: str, factors: tuple[str, ...], enrolled: set[str], proof: ProofState, reachable: bool
) -> None:
    assert can_reach(wanted, factors, enrolled, proof) is reachable


@given(st.sampled_from(ACR_VALUES), FACTORS, PROOFS)
def test_showing_what_a_way_asks_reaches_the_level(wanted: str, factors: set[str], proof: ProofState) -> None:
    for missing in methods_up(wanted, factors, proof):
        assert reaches(achieved(factors | missing, proof), wanted)


def test_sp_800_63b_3_1_7_a_passkey_alone_is_strong_and_two_codes_are_not() -> None:
    assert is_strong({SOFTWARE_KEY})
    assert is_strong({PASSWORD, SMS})
    assert not is_strong({PASSWORD})
    assert not is_strong({SMS, ONE_TIME_PASSWORD})


@pytest.mark.parametrize(
    ("wanted", "least"),
    [
        (("loa3", "loa2"), "loa2"),
        (("loa9", "loa3"), "loa3"),
        (("loa9",), None),
        ((), None),
    ],
)
def test_oidc_core_3_1_2_1_any_of_the_wanted_levels_satisfies(wanted: tuple[str, ...], least: str | None) -> None:
    assert lowest(wanted) == least


@pytest.mark.parametrize(
    ("factors", "amr"),
    [
        ((PASSWORD,), ("pwd",)),
        ((SMS, PASSWORD), ("pwd", "sms", "mfa")),
        ((PASSWORD, PASSWORD), ("pwd",)),
        ((PASSWORD, MULTIPLE), ("pwd",)),
        ((DEVICE_KEY,), ("hwk", "mfa")),
        ((), ()),
    ],
)
def test_rfc8176_2_amr_names_the_factors_and_says_when_there_are_several(
    factors: tuple[str, ...], amr: tuple[str, ...]
) -> None:
    assert amr_of(factors) == amr


def test_each_level_needs_at_least_what_the_one_below_needs() -> None:
    for lower, higher in pairwise(LEVELS):
        assert all(any(below <= way for below in lower.ways) for way in higher.ways)
        assert higher.needs_proof or not lower.needs_proof
