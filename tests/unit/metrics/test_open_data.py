"""Open data: whoever knows the rules and reads everything that is published computes no small number."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import timedelta
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clients.model import ClientId
from clients.registry import ClientRegistry
from idp.metrics.model import Cause, Counted, CountKey, Measure, Method, Place
from idp.metrics.open_data import OpenNumber, of_client, of_nobodys, shown_cells
from idp.metrics.publishing import PublishedMetrics
from idp.metrics.summary import FEWEST, Summary, summarise
from tests.support.builders.protocol import CLIENT, NOW
from tests.support.plain.metrics import PlainMetrics
from tests.support.rigs.proof import HandClock
from tests.support.running.client_store import MemoryClientStore

# The numbers that are published, as sums of a table's cells.
PARTS = {
    "completions": (0, 1),
    "not_completed": (2, 3),
    "passkey": (0,),
    "password": (1,),
    "refusals": (2,),
    "abandoned": (3,),
}
NOTHING = summarise((), NOW)


def small(amount: int) -> bool:
    return 0 < amount < FEWEST


def tables(width: int, total: int) -> Iterator[tuple[int, ...]]:
    """Return every way to write a total as so many numbers."""
    if width == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for rest in tables(width - 1, total - first):
            yield (first, *rest)


def published(table: tuple[int, ...]) -> tuple[int | None, ...]:
    return tuple(shown_cells(dict(enumerate(table))).values())


def completed_from(seen: tuple[int | None, ...], total: int) -> Iterator[tuple[int, ...]]:
    """Return every table with the shown cells and this sum."""
    places = [place for place, cell in enumerate(seen) if cell is None]
    if not places:
        yield tuple(cell or 0 for cell in seen)
        return
    left = total - sum(cell or 0 for cell in seen)
    for hidden in tables(len(places), left):
        filled = dict(zip(places, hidden, strict=True))
        yield tuple(filled.get(place, cell or 0) for place, cell in enumerate(seen))


@settings(deadline=None)
@given(st.lists(st.integers(0, 20), min_size=2, max_size=4))
def test_no_small_cell_can_be_reconstructed_from_a_published_sum(cells: list[int]) -> None:
    """An attacker who knows sum, rule and all that is shown still finds two values for every small cell."""
    table, total = tuple(cells), sum(cells)
    if total < FEWEST:
        return  # Then the sum itself is hidden.
    seen = published(table)
    fitting = [one for one in completed_from(seen, total) if published(one) == seen]
    for place, amount in enumerate(table):
        if small(amount):
            assert seen[place] is None
            assert len({one[place] for one in fitting}) > 1
        elif seen[place] is not None:
            assert seen[place] == amount


def summary_of(passkey: int, password: int, refusals: int, abandoned: int) -> Summary:
    methods = {Method.PASSKEY: passkey, Method.PASSWORD: password}
    return Summary(
        starts=passkey + password + refusals + abandoned,
        completions=passkey + password,
        refusals=refusals,
        abandoned=abandoned,
        open_now=0,
        silent=0,
        methods=methods,
        reached={},
        steps={},
        failures={},
        refused_for={},
        helped={},
        ratings={},
        times={},
    )


def test_no_small_number_of_a_clients_day_can_be_reconstructed_from_all_of_them_together() -> None:
    """Every table of up to 21 starts: all that look the same are held against each other."""
    alike: dict[tuple[OpenNumber, ...], list[tuple[int, ...]]] = defaultdict(list)
    for total in range(22):
        for table in tables(4, total):
            alike[tuple(of_client(ClientId("portal"), summary_of(*table)))].append(table)
    for seen, fitting in alike.items():
        # Where the number of starts is hidden, larger tables look the same too, and the largest here lack those.
        reported = seen[0].value is not None
        if not reported and min(map(sum, fitting)) > 13:
            continue
        for name, parts in PARTS.items():
            found = {sum(one[part] for part in parts) for one in fitting}
            assert len(found) > 1 or not small(*found), (name, fitting)


def numbers(found: list[OpenNumber]) -> Mapping[tuple[str, str], float | None]:
    return {(one.measure, one.detail): one.value for one in found}


def test_a_day_of_many_is_told() -> None:
    reported = numbers(of_client(ClientId("portal"), summary_of(100, 50, 20, 30)))
    assert reported["starts", ""] == 200
    assert (reported["completions", ""], reported["completions", "passkey"], reported["completions", "upstream"]) == (
        150,
        100,
        0,
    )
    assert (reported["not_completed", ""], reported["refusals", ""], reported["abandoned", ""]) == (50, 20, 30)


def test_a_sum_that_would_tell_a_small_number_is_hidden_and_the_large_one_told() -> None:
    reported = numbers(of_client(ClientId("portal"), summary_of(100, 50, 3, 2)))
    assert (reported["starts", ""], reported["not_completed", ""], reported["completions", ""]) == (None, None, 150)


@pytest.mark.parametrize(
    ("timed", "measures"), [(19, set()), (20, {"seconds_p50"}), (200, {"seconds_p50", "seconds_p95"})]
)
def test_a_time_has_ten_people_on_either_side(timed: int, measures: set[str]) -> None:
    key = CountKey(NOW, Measure.COMPLETION, ClientId("portal"), method=Method.PASSKEY, step=Place.SIGN_IN, slot=4)
    from_summary = of_client(ClientId("portal"), summarise([Counted(key, timed)], NOW))
    assert {one.measure for one in from_summary if one.measure.startswith("seconds")} == measures


@pytest.mark.parametrize(("amount", "reported"), [(9, 0), (10, 1)])
def test_few_failures_few_calls_for_help_and_few_answers_have_no_row(amount: int, reported: int) -> None:
    failure = CountKey(NOW, Measure.FAILURE, ClientId("portal"), step=Place.SIGN_IN, cause=Cause.WRONG_CREDENTIALS)
    shown = of_client(ClientId("portal"), summarise([Counted(failure, amount)], NOW))
    assert sum(one.measure == "failures" for one in shown) == reported
    helped = CountKey(NOW, Measure.HELP, ClientId("portal"), step=Place.RECOVERY)
    shown = of_client(ClientId("portal"), summarise([Counted(helped, amount)], NOW))
    assert [(one.detail, one.value) for one in shown if one.measure == "help"] == [("recovery", amount)] * reported
    for measure, name in ((Measure.HELP, "help"), (Measure.RATING, "satisfaction")):
        key = CountKey(NOW, measure, step=Place.RECOVERY, slot=4)
        shown = of_nobodys(summarise([Counted(key, amount)], NOW))
        assert sum(one.measure == name for one in shown) == reported


@pytest.mark.parametrize(("amount", "reported"), [(1, []), (9, []), (10, [("answers", 10), ("satisfaction", 4)])])
def test_answers_about_a_portal_are_told_of_many_only(amount: int, reported: list[tuple[str, float]]) -> None:
    key = CountKey(NOW, Measure.RATING, ClientId("portal"), step=Place.SIGN_IN, slot=4)
    shown = of_client(ClientId("portal"), summarise([Counted(key, amount)], NOW))
    assert [(one.measure, one.value) for one in shown if one.measure in {"answers", "satisfaction"}] == reported


async def test_a_day_is_published_the_day_after_and_stays_as_it_was() -> None:
    clock, store, registry = HandClock(), MemoryClientStore(), ClientRegistry()
    await store.save(CLIENT, expected_version=None)
    await registry.refresh(store)
    reader = PlainMetrics()
    published_metrics = PublishedMetrics(registry, reader, clock)
    last = published_metrics.last_day()
    assert published_metrics.publishes(last)
    assert not published_metrics.publishes(last + timedelta(days=1))
    assert not published_metrics.publishes(last - timedelta(days=31))
    at = clock.now() - timedelta(days=1)
    for client_id in (CLIENT.client_id, ClientId("gone"), ClientId("")):
        reader.stored[CountKey(at, Measure.COMPLETION, client_id, method=Method.PASSKEY)] = 40
    first = await published_metrics.day(last)
    assert {one.client_id for one in first} <= {CLIENT.client_id}
    reader.stored.clear()
    assert await published_metrics.day(last) == first


def test_every_sum_and_its_parts_are_one_number_of_one_row() -> None:
    for table in product((0, 5, 10, 40), repeat=4):
        rows = of_client(ClientId("portal"), summary_of(*table))
        assert len({(one.measure, one.detail) for one in rows}) == len(rows)
    assert of_nobodys(NOTHING) == []
