"""The claimed identity is clean, and nothing personal shows in any representation."""

from datetime import UTC, datetime

import pytest

from idp.proofing.model import ClaimedIdentity, NameParts, ProofOutcome, RegisterRecord, Verdict
from idp.proofing.values.birth_dates import BirthDate
from idp.proofing.values.errors import InvalidNameError
from idp.proofing.values.personal_numbers import PersonalNumber
from idp.proofing.values.sexes import Sex

NUMBER = PersonalNumber("001899000001")


def test_there_are_seven_verdicts() -> None:
    assert [str(verdict) for verdict in Verdict] == [
        "identical",
        "same",
        "near",
        "different",
        "no_record",
        "no_answer",
        "garbled",
    ]


def test_a_claimed_name_is_kept_in_its_storable_form() -> None:
    assert ClaimedIdentity(NUMBER, " Nguyễn\u00a0 Bình ", BirthDate(1990)).name == "Nguyễn Bình"


def test_a_claim_without_a_name_cannot_be_made() -> None:
    with pytest.raises(InvalidNameError):
        ClaimedIdentity(NUMBER, "An\x00", BirthDate(1990))


def test_no_representation_shows_who_it_is() -> None:
    record = RegisterRecord(NUMBER, "NGUYỄN BÌNH", BirthDate(1990), Sex.MALE, NameParts("NGUYỄN", "", "BÌNH"))
    outcome = ProofOutcome(Verdict.SAME, "r1", datetime(2026, 10, 1, tzinfo=UTC), record)
    shown = f"{ClaimedIdentity(NUMBER, 'Nguyễn Bình', BirthDate(1990))!r} {outcome!r}"
    assert not [secret for secret in ("001899000001", "Bình", "BÌNH", "1990", "MALE") if secret in shown]
