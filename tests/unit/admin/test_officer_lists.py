"""What a change of agencies makes of the codes by which clients name the agencies whose officers they take."""

import pytest

from clients.model import ClientId
from idp.admin.agencies.commands import Close, Command, Found, Merge, Move, Rename, Split
from idp.admin.agencies.officer_lists import read_lists, restoring, rewritten
from idp.agencies.effects import NameOfficerAgencies
from tests.support.builders.agencies import AT, COMMUNE, founding, names

NEW = founding("H19")
MERGED = Merge(("H03", "H55"), NEW)
INTO = Merge(("H03",), "H55")
SPLIT = Split("H55", (founding("H81"), founding("H82")), clients={ClientId("thai-nguyen"): "H82"})


@pytest.mark.parametrize(
    ("command", "named", "then"),
    [
        (MERGED, ("G15", "H03"), ("G15", "H19")),
        (MERGED, ("H55", "G15", "H03"), ("H19", "G15")),
        (INTO, ("H03",), ("H55",)),
        (INTO, ("H03", "H55"), ("H55",)),
        (SPLIT, ("G15", "H55"), ("G15", "H81")),
        (Close("G15.2"), ("G15.2", "H55"), ("H55",)),
        (Close("G15.2"), ("G15.2",), ("G15.2",)),
        (Move("H03", "H55"), ("H03",), ("H03",)),
        (Rename("H03", names("Tên khác")), ("H03",), ("H03",)),
        (Found("H03.1", COMMUNE, "H03", names("Phường")), ("H03",), ("H03",)),
        (MERGED, ("*",), ("*",)),
        (MERGED, ("G15",), ("G15",)),
    ],
    ids=str,
)
def test_the_code_that_goes_is_replaced_where_it_stood(
    command: Command, named: tuple[str, ...], then: tuple[str, ...]
) -> None:
    assert rewritten({ClientId("portal"): named}, command) == {"portal": then}


def test_a_client_that_goes_to_a_part_names_that_part() -> None:
    """As one that names no agency takes the officers of the part that takes it up."""
    assert rewritten({ClientId("thai-nguyen"): ("H55",), ClientId("other"): ("H55",)}, SPLIT) == {
        "thai-nguyen": ("H82",),
        "other": ("H81",),
    }


def test_undoing_gives_back_what_stands_as_it_was_left_and_keeps_what_was_written_since() -> None:
    a, b, late = ClientId("a"), ClientId("b"), ClientId("late")
    before, after = {a: ("H03", "H55"), b: ("H03",)}, {a: ("H19",), b: ("H19",)}
    now = {a: ("H19",), b: ("H19", "G15"), late: ("H19",), ClientId("other"): ("G15",)}
    assert restoring(now, before, after, MERGED, AT) == (
        NameOfficerAgencies(client_id=ClientId("a"), known=("H19",), wanted=("H03", "H55"), at=AT),
        NameOfficerAgencies(client_id=ClientId("b"), known=("H19", "G15"), wanted=("H03", "G15"), at=AT),
        NameOfficerAgencies(client_id=ClientId("late"), known=("H19",), wanted=("H03",), at=AT),
    )
    now = {a: ("H55",), b: ("H55", "G15")}
    assert restoring(
        now,
        {ClientId("a"): ("H03",), ClientId("b"): ("H03",)},
        {ClientId("a"): ("H55",), ClientId("b"): ("H55",)},
        INTO,
        AT,
    ) == (NameOfficerAgencies(client_id=ClientId("a"), known=("H55",), wanted=("H03",), at=AT),)


def test_a_document_from_before_lists_were_kept_has_none() -> None:
    assert read_lists({"agencies": {}}) == {}
    assert read_lists({"officer_agencies": {"a": ["H03"]}}) == {"a": ("H03",)}
