"""The rules from a record's members to the parameters of a statement, one by one."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from enum import IntEnum, StrEnum
from typing import Literal, NewType

import pytest
from msgspec import Struct

from idp.adapters.sql.engine.binder import Binder, Fixed
from idp.adapters.sql.engine.statements import Parameters, Statement, Value

PersonId = NewType("PersonId", str)
MemberId = NewType("MemberId", PersonId)
AT = datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Height(IntEnum):
    LOW = 1


class Sealed(Struct, frozen=True):
    blind_index: bytes
    sealed: bytes


class Home(Struct, frozen=True):
    id: PersonId
    street: str
    phone: Sealed | None = None


class Move(Struct, frozen=True):
    person_id: MemberId
    home: Home
    at: datetime = AT
    until: datetime | None = None
    day: date = date(2026, 1, 2)
    colour: Colour = Colour.RED
    colours: tuple[Colour, ...] = (Colour.BLUE, Colour.RED)
    height: Height = Height.LOW
    second: Colour | None = None
    kind: Literal["a", "b"] = "a"
    marks: frozenset[str] = frozenset()
    value: int | str | None = None
    former: Home | None = None
    helper: PersonId | None = None
    helpers: tuple[PersonId, ...] = ()


MOVE = Move(person_id=MemberId(PersonId("p")), home=Home(PersonId("h"), "Hàng Bài"))
FULL = Move(
    person_id=MemberId(PersonId("p")),
    home=Home(PersonId("h"), "Hàng Bài", Sealed(b"index", b"sealed")),
    until=AT,
    second=Colour.BLUE,
    value=7,
    former=Home(PersonId("f"), "Hàng Bông", Sealed(b"former", b"")),
    helper=PersonId("q"),
    helpers=(PersonId("q"), PersonId("r")),
)


def binder(*names: str, of: tuple[str, ...] = (), **by_hand: str | Fixed | Callable[[Move], Value]) -> Binder:
    return Binder(Move, [Statement(named="", numbered="", names=names)], of, by_hand)


def bound(*names: str, of: tuple[str, ...] = (), **by_hand: str | Fixed | Callable[[Move], Value]) -> list[Parameters]:
    parameters = binder(*names, of=of, **by_hand).parameters
    return [parameters(MOVE), parameters(FULL)]


def test_a_parameter_takes_the_member_of_its_name() -> None:
    assert bound("person_id", "kind") == [{"person_id": "p", "kind": "a"}] * 2


def test_an_id_of_a_type_of_its_own_is_a_text() -> None:
    assert bound("person_id", "helper", "helpers") == [
        {"person_id": "p", "helper": None, "helpers": ""},
        {"person_id": "p", "helper": "q", "helpers": "q r"},
    ]


def test_an_instant_becomes_microseconds_and_a_day_text() -> None:
    assert bound("at", "day") == [{"at": 1_000_000, "day": "2026-01-02"}] * 2


def test_words_become_the_text_of_their_value_and_numbers_stay_numbers() -> None:
    for values in bound("colour", "colours", "height"):
        assert values == {"colour": "red", "colours": "blue red", "height": 1}
        assert [type(value) for value in values.values()] == [str, str, int]


def test_none_stays_none() -> None:
    bare, full = bound("until", "second", "value")
    assert bare == {"until": None, "second": None, "value": None}
    assert full == {"until": 1_000_000, "second": "blue", "value": 7}


def test_a_name_with_a_members_name_before_it_takes_what_that_record_has() -> None:
    assert bound("home_id", "home_street") == [{"home_id": "h", "home_street": "Hàng Bài"}] * 2


def test_of_reads_the_members_of_a_record_as_ones_own() -> None:
    bare, full = bound("street", "phone_sealed", "person_id", of=("home",))
    assert bare == {"street": "Hàng Bài", "phone_sealed": None, "person_id": "p"}
    assert full["phone_sealed"] == b"sealed"


def test_a_written_path_leads_through_records_that_may_be_missing() -> None:
    assert bound("index", index="former.phone.blind_index") == [{"index": None}, {"index": b"former"}]


def test_what_is_written_by_hand_is_a_fixed_value_or_a_function() -> None:
    bare, full = bound("reason", "until", reason=Fixed("moved"), until=lambda move: 0 if move.until is None else 1)
    assert (bare, full) == ({"reason": "moved", "until": 0}, {"reason": "moved", "until": 1})


def test_both_texts_of_a_statement_bind() -> None:
    statement = Statement(named="SELECT :at", numbered="SELECT $1", names=("kind",))
    assert Binder(Move, [statement, statement]).parameters(MOVE) == {"kind": "a", "at": 1_000_000}


@pytest.mark.parametrize(
    ("wrong", "because"),
    [
        (binder("plate"), ":plate is no member"),
        (binder("home"), "no rule for home"),
        (binder("marks"), "no rule for marks"),
        (binder("id", of=("home", "former")), ":id may be any of"),
        (binder("at", day="day"), "no statement binds day"),
        (binder("at", at="at"), ":at follows the rule"),
        (binder("street", street="home.road"), "no member home.road"),
        (binder("street", street="at.year"), "no member at.year"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_mistake_names_the_record_and_the_parameter(wrong: Binder, because: str) -> None:
    with pytest.raises(TypeError, match=f"^Move: {because}"):
        _ = wrong.parameters
