"""Whatever a client has until a day stands in one table, and is told of before its end and after."""

from datetime import date, timedelta

import pytest
from msgspec.structs import fields, replace

from clients.exceptions.dated import DATED, DatedMember, endings
from clients.local_days import day_ends
from clients.model import Client
from tests.unit.clients.entries import NOW, client

LAST_DAY = date(2027, 3, 31)
END = day_ends(LAST_DAY)


def test_every_member_that_ends_by_itself_stands_in_the_table() -> None:
    dated = [one.name for one in fields(Client) if one.name.endswith("_until")]
    assert sorted(row.member for row in DATED) == sorted(dated)


@pytest.mark.parametrize("member", [row.member for row in DATED])
def test_its_end_is_told_of_before_and_after(member: DatedMember) -> None:
    dated = replace(client(), **{member: LAST_DAY})
    (soon,) = endings(dated, END - timedelta(days=3))
    assert (soon.member, soon.last_day, soon.days_left(END - timedelta(days=3))) == (member, LAST_DAY, 3)
    (over,) = endings(dated, END)
    assert over.days_left(END + timedelta(seconds=1)) < 0
    for one in (soon, over):
        assert str(LAST_DAY) in (one.said or "")
        assert one.remedy


def test_a_client_without_exceptions_has_no_ending() -> None:
    assert list(endings(client(), NOW)) == []
