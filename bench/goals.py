"""The goals of the provider's speed, as ratios of what was measured in the same run."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from bench.measure import Cell
from bench.rows import SIGN_IN

Cells = Mapping[str, Mapping[str, Cell | None]]
_OURS, _PEER = "PostgreSQL + Redis", "oidc-provider"


@dataclass(frozen=True, slots=True)
class _Goal:
    row: str
    factor: float
    than: str


_GOALS = (
    _Goal("client credentials", 2.0, "oidc-provider with its memory adapter"),
    _Goal("introspection", 2.0, "oidc-provider with its memory adapter"),
    _Goal("refresh", 1.0, "oidc-provider with its memory adapter, ours durable on PostgreSQL"),
)
_HASH_SHARE = 0.9


def judge(cells: Cells, hashes_per_second: float) -> Iterator[str]:
    """Yield one sentence for each goal whose both sides were measured."""
    for goal in _GOALS:
        ours, peer = _valid(cells, goal.row, _OURS), _valid(cells, goal.row, _PEER)
        if ours is not None and peer is not None:
            yield _sentence(f"{goal.row} against {goal.than}", ours.rate / peer.rate, goal.factor, "{:.2f} x".format)
    for target, cell in cells.get(SIGN_IN, {}).items():
        if cell is not None and not cell.invalid and hashes_per_second:
            share = cell.rate / hashes_per_second
            yield _sentence(f"{SIGN_IN} on {target} against the core's hashes", share, _HASH_SHARE, "{:.0%}".format)


def _valid(cells: Cells, row: str, target: str) -> Cell | None:
    cell = cells.get(row, {}).get(target)
    return cell if cell is not None and not cell.invalid else None


def _sentence(what: str, reached: float, wanted: float, written: Callable[[float], str]) -> str:
    verdict = "reached" if reached >= wanted else "NOT reached"
    return f"{what}: {written(reached)}, goal {written(wanted)}: {verdict}"
