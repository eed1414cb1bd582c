"""Receipts: signed and dated, what was asked and the verdict, never the data."""

from datetime import timedelta

import pytest

from idp.kernel.ids import PersonId
from idp.proofing.kept_receipts import ReceiptBook
from idp.proofing.model import SYSTEM, ClaimedIdentity, OnBehalfOf, ProofOutcome, Purpose, Verdict
from idp.proofing.receipts import RECEIPT_TYPE, question_about, read_receipt, receipt_of, sign_receipt
from idp.proofing.values.birth_dates import BirthDate
from idp.proofing.values.personal_numbers import PersonalNumber
from records.structs import replace
from tests.support.builders.protocol import ISSUER, NOTARY, NOW, header_of, strangers_notary

CLAIMED = ClaimedIdentity(PersonalNumber("001899000001"), "Nguyễn Thị Hòa", BirthDate.parse("2399-05-17"))
PURPOSE = Purpose("DVCQG-DANGKY", "Đăng ký")
OUTCOME = ProofOutcome(Verdict.SAME, "request-1", NOW)


def signed(outcome: ProofOutcome = OUTCOME) -> str:
    return sign_receipt(receipt_of("receipt-1", question_about(CLAIMED, PURPOSE), outcome), ISSUER, NOTARY)


def test_a_receipt_says_what_was_asked_why_for_whom_and_what_came_of_it() -> None:
    assert read_receipt(signed(), NOTARY) == {
        "iss": ISSUER,
        "jti": "receipt-1",
        "iat": int(NOW.timestamp()),
        "register": "population",
        "asked": ["personal_number", "name", "birth_date"],
        "looked_up": [],
        "purpose": "DVCQG-DANGKY",
        "on_behalf_of": "system",
        "request_id": "request-1",
        "verdict": "same",
    }


def test_a_receipt_says_which_fields_of_the_record_were_asked_for() -> None:
    read = read_receipt(signed(replace(OUTCOME, looked_up=True)), NOTARY)
    assert read is not None
    assert read["looked_up"] == ["personal_number", "name", "birth_date", "sex"]


def test_rfc8725_3_11_a_receipt_has_a_type_of_its_own() -> None:
    assert header_of(signed())["typ"] == RECEIPT_TYPE == "register-receipt+jwt"


def test_another_token_of_the_provider_is_no_receipt() -> None:
    token = NOTARY.sign({"iss": ISSUER}, algorithm="ES256", typ="JWT", now=NOW)
    assert read_receipt(token, NOTARY) is None


def test_a_receipt_of_somebody_else_is_none() -> None:
    assert read_receipt(signed(), strangers_notary()) is None


def test_a_changed_receipt_is_none() -> None:
    header, claims, signature = signed().split(".")
    assert read_receipt(f"{header}.{claims[:-2]}AA.{signature}", NOTARY) is None


def test_a_receipt_is_read_years_later() -> None:
    old = ProofOutcome(Verdict.IDENTICAL, "request-0", NOW - timedelta(days=399))
    read = read_receipt(signed(old), NOTARY)
    assert read is not None
    assert read["iat"] == int(old.at.timestamp())


def test_a_year_of_birth_is_asked_about_as_a_year() -> None:
    claimed = ClaimedIdentity(CLAIMED.number, CLAIMED.name, BirthDate(2399))
    assert question_about(claimed, PURPOSE).asked == ("personal_number", "name", "birth_year")


def test_the_officer_is_named_where_there_was_one() -> None:
    assert question_about(CLAIMED, PURPOSE, OnBehalfOf("officer-7")).actor == "officer-7"
    assert question_about(CLAIMED, PURPOSE).actor == SYSTEM.actor


def test_nothing_personal_is_in_a_receipt() -> None:
    reported = str(read_receipt(signed(), NOTARY))
    assert not any(value in reported for value in ("001899000001", "Hòa", "2399"))


@pytest.mark.parametrize("verdict", [verdict for verdict in Verdict if verdict is not Verdict.NO_ANSWER])
def test_every_answer_is_kept(verdict: Verdict) -> None:
    book = ReceiptBook(ISSUER, NOTARY)
    assert len(book.keep(CLAIMED, PURPOSE, ProofOutcome(verdict, "request-1", NOW), None)) == 1


def test_no_answer_leaves_no_receipt() -> None:
    book = ReceiptBook(ISSUER, NOTARY)
    assert book.keep(CLAIMED, PURPOSE, ProofOutcome(Verdict.NO_ANSWER, "request-1", NOW), PersonId("person-1")) == ()


def test_a_match_that_was_answered_is_kept_although_the_look_up_after_it_was_not() -> None:
    book, outcome = ReceiptBook(ISSUER, NOTARY), ProofOutcome(Verdict.NO_ANSWER, "request-1", NOW, looked_up=True)
    assert len(book.keep(CLAIMED, PURPOSE, outcome, PersonId("person-1"))) == 1
