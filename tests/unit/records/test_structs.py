"""A record that holds a secret shows no member, by Python's words or by Rich's."""

import pytest
from msgspec import Struct
from rich.pretty import pretty_repr

from idp.account.merging.model import SealForOther
from idp.kernel.ids import PersonId
from idp.proofing.values.personal_numbers import PersonalNumber
from keys.seal import MasterKey
from records.structs import Unprinted

CANARY = PersonId("001899000001")
HELD = (
    PersonalNumber(CANARY),
    MasterKey(CANARY.encode() + b"0" * 20),
    SealForOther(person_id=CANARY, blind_index=CANARY.encode(), sealed=CANARY.encode()),
)


@pytest.mark.parametrize("record", HELD, ids=lambda record: type(record).__name__)
def test_no_member_shows(record: Struct) -> None:
    assert [CANARY in shown for shown in (repr(record), str(record), pretty_repr(record))] == [False] * 3


def test_two_that_hold_the_same_are_equal_all_the_same() -> None:
    assert PersonalNumber(CANARY) == PersonalNumber(CANARY)
    assert isinstance(PersonalNumber(CANARY), Unprinted)
