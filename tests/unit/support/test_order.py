"""Long tests begin early in every process, and no test is lost or run twice by being put in order."""

from hypothesis import given
from hypothesis import strategies as st

from tests.support.order import dealt


def shares_of(order: list[int], shares: int) -> list[list[int]]:
    """Return what each process is given by pytest-xdist's work stealing at the start."""
    found, left = [], list(order)
    for share in range(shares):
        size = len(left) // (shares - share)
        found.append(left[:size])
        left = left[size:]
    return found


@given(long=st.integers(0, 30), short=st.integers(0, 200), shares=st.integers(1, 8))
def test_every_item_is_run_exactly_once(long: int, short: int, shares: int) -> None:
    items = list(range(long + short))
    assert sorted(dealt(items[:long], items[long:], shares)) == items


@given(long=st.integers(0, 30), short=st.integers(40, 200), shares=st.integers(1, 8))
def test_each_process_begins_with_its_part_of_the_long_ones(long: int, short: int, shares: int) -> None:
    order = dealt(range(long), range(long, long + short), shares)
    for place, share in enumerate(shares_of(order, shares)):
        expected = list(range(place, long, shares))
        assert share[: len(expected)] == expected[: len(share)]


def test_short_ones_keep_their_order() -> None:
    assert dealt([], list(range(10)), 3) == list(range(10))
