"""What everybody may read of a day: numbers from which no small one can be told, nor computed.

Each group of cells whose sum is published is protected by the group's own rule. It treats cells by their values
alone, so that what is hidden could as well stand in another order: tables that differ in hidden cells look alike.
"""

from collections.abc import Iterable, Mapping
from typing import Literal, TypeVar

from msgspec import Struct

from clients.model import ClientId
from idp.metrics.model import Method
from idp.metrics.summary import FEWEST, Summary
from idp.metrics.times import Between

K = TypeVar("K")
# Of a time at least ten lie on either side of it.
FEWEST_FOR_P50, FEWEST_FOR_P95 = 20, 200
OpenMeasure = Literal[
    "starts", "completions", "not_completed", "refusals", "abandoned", "failures",
    "seconds_p50", "seconds_p95", "help", "answers", "satisfaction",
]  # fmt: skip


class OpenNumber(Struct, frozen=True):
    """One published number; None where it is hidden, because it is small or would tell a small one."""

    client_id: ClientId
    measure: OpenMeasure
    detail: str
    value: float | None


def shown_cells(cells: Mapping[K, int]) -> dict[K, int | None]:
    """Return the cells of a group whose sum is published; None for those that are hidden.

    Where one is small, all below the limit are hidden, and with them all that equal the smallest above it.
    """
    if not any(0 < amount < FEWEST for amount in cells.values()):
        return dict(cells)
    beside = min((amount for amount in cells.values() if amount >= FEWEST), default=None)
    return {key: None if amount < FEWEST or amount == beside else amount for key, amount in cells.items()}


def of_client(client_id: ClientId, summary: Summary) -> list[OpenNumber]:
    """Return what is published of one client's day."""
    completed, refused, abandoned = summary.completions, summary.refusals, summary.abandoned
    left = refused + abandoned
    hides_left, hides_completed = 0 < left < FEWEST, 0 < completed < FEWEST
    # The sum of two would tell the smaller: then it is the sum that is hidden.
    found: list[tuple[OpenMeasure, str, float | None]] = [
        ("starts", "", None if hides_left or hides_completed else completed + left),
        ("completions", "", None if hides_completed else completed),
        ("not_completed", "", None if hides_left else left),
    ]
    ways = {method: summary.methods.get(method, 0) for method in Method if method is not Method.NONE}
    by_method = shown_cells(ways)
    found += [("completions", method.value, by_method[method]) for method in ways]
    ends = shown_cells({"refusals": refused, "abandoned": abandoned})
    found += [("refusals", "", ends["refusals"]), ("abandoned", "", ends["abandoned"])]
    found += [
        ("failures", f"{step}/{cause}", amount)
        for (step, cause), amount in sorted(summary.failures.items())
        if amount >= FEWEST
    ]
    timed = sum(amount for slot, amount in summary.times.items() if slot)
    found += _time("seconds_p50", summary.p50, timed, FEWEST_FOR_P50)
    found += _time("seconds_p95", summary.p95, timed, FEWEST_FOR_P95)
    found += (*_help(summary), *_answers(summary))
    return [OpenNumber(client_id, *one) for one in found]


def of_nobodys(summary: Summary) -> list[OpenNumber]:
    """Return what is published of a day that belongs to no client: help, and answers to "how was it?"."""
    return [OpenNumber(ClientId(""), *one) for one in (*_help(summary), *_answers(summary))]


def _help(summary: Summary) -> Iterable[tuple[OpenMeasure, str, float | None]]:
    # Nothing that is published is a sum of these, so that a row that is left out is told by none.
    return (("help", step.value, amount) for step, amount in sorted(summary.helped.items()) if amount >= FEWEST)


def _answers(summary: Summary) -> Iterable[tuple[OpenMeasure, str, float | None]]:
    mean = summary.satisfaction
    if mean is None or summary.answers < FEWEST:
        return ()
    return (("answers", "", summary.answers), ("satisfaction", "", round(mean, 1)))


def _time(
    measure: OpenMeasure, between: Between | None, timed: int, fewest: int
) -> Iterable[tuple[OpenMeasure, str, float | None]]:
    if between is None or between.upto is None or timed < fewest:
        return ()
    return ((measure, "", between.upto.total_seconds()),)
