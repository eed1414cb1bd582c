"""Assurance levels: the table, and what a session with some factors and some proof reaches."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.accounts.model import ProofState
from idp.authentication.levels import (
    ACR_VALUES,
    LEVELS,
    MULTIPLE,
    PASSWORD,
    SMS,
    achieved,
    amr_of,
    lowest,
    missing_factors,
    rank,
)

FACTORS = st.sets(st.sampled_from([PASSWORD, SMS, MULTIPLE, "unknown"]))
PROOFS = st.sampled_from(ProofState)


def test_the_levels_are_listed_from_low_to_high() -> None:
    assert ACR_VALUES == ("loa1", "loa2", "loa3")
    assert [rank(acr) for acr in ACR_VALUES] == [1, 2, 3]


def test_an_unknown_level_ranks_below_all() -> None:
    assert rank("loa9") == rank("") == 0


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
    ],
)
def test_oidc_core_2_the_level_follows_from_factors_and_proof(
    factors: tuple[str, ...], proof: ProofState, acr: str
) -> None:
    assert achieved(factors, proof) == acr


@given(FACTORS, PROOFS, st.sampled_from([PASSWORD, SMS]))
def test_one_more_factor_never_lowers_the_level(factors: set[str], proof: ProofState, more: str) -> None:
    assert rank(achieved(factors | {more}, proof)) >= rank(achieved(factors, proof))


@given(FACTORS, PROOFS)
def test_without_proof_nothing_above_the_first_level_is_reached(factors: set[str], proof: ProofState) -> None:
    if proof is not ProofState.PROVED:
        assert achieved(factors, proof) == "loa1"


@pytest.mark.parametrize(
    ("wanted", "factors", "proof", "missing"),
    [
        ("loa3", (PASSWORD,), ProofState.PROVED, frozenset({SMS})),
        ("loa3", (PASSWORD, SMS), ProofState.PROVED, frozenset()),
        ("loa3", (PASSWORD,), ProofState.NOT_PROVED, None),
        ("loa2", (PASSWORD,), ProofState.WAITING, None),
        ("loa1", (), ProofState.NOT_PROVED, frozenset({PASSWORD})),
        ("loa9", (PASSWORD,), ProofState.PROVED, None),
    ],
)
def test_missing_factors_are_named_and_a_missing_proof_is_no_factor(
    wanted: str, factors: tuple[str, ...], proof: ProofState, missing: frozenset[str] | None
) -> None:
    assert missing_factors(wanted, factors, proof) == missing


@given(st.sampled_from(ACR_VALUES), FACTORS, PROOFS)
def test_showing_the_missing_factors_reaches_the_level(wanted: str, factors: set[str], proof: ProofState) -> None:
    missing = missing_factors(wanted, factors, proof)
    if missing is not None:
        assert rank(achieved(factors | missing, proof)) >= rank(wanted)


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
        ((), ()),
    ],
)
def test_rfc8176_2_amr_names_the_factors_and_says_when_there_are_several(
    factors: tuple[str, ...], amr: tuple[str, ...]
) -> None:
    assert amr_of(factors) == amr


def test_each_level_needs_at_least_what_the_one_below_needs() -> None:
    for lower, higher in pairwise(LEVELS):
        assert lower.factors <= higher.factors
        assert higher.needs_proof or not lower.needs_proof
