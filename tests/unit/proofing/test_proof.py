"""What a proof counts as while it ages: the level falls, nobody is locked out."""

from datetime import timedelta

import pytest

from idp.account.model import ProofState
from idp.proofing.validity import PROOF_LIFE, RECHECK_AFTER
from records.structs import replace
from tests.support.builders.protocol import ACCOUNT, NOW

PROVED = replace(ACCOUNT, proof=ProofState.PROVED, proved_at=NOW)


def test_a_proof_counts_for_its_whole_life_and_not_longer() -> None:
    assert PROVED.proof_at(NOW + PROOF_LIFE) is ProofState.PROVED
    assert PROVED.proof_at(NOW + PROOF_LIFE + timedelta(microseconds=1)) is ProofState.LAPSED


def test_a_proof_without_a_date_does_not_age() -> None:
    assert replace(PROVED, proved_at=None).proof_at(NOW + 9 * PROOF_LIFE) is ProofState.PROVED


@pytest.mark.parametrize("state", [ProofState.WAITING, ProofState.NOT_PROVED])
def test_what_was_never_proved_does_not_lapse(state: ProofState) -> None:
    assert replace(PROVED, proof=state).proof_at(NOW + 9 * PROOF_LIFE) is state


def test_the_check_comes_before_the_proof_lapses() -> None:
    assert RECHECK_AFTER < PROOF_LIFE
