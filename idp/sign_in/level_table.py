"""The table of assurance levels as data: read from a file and checked before anything is decided by it."""

import re
from collections.abc import Collection
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import yaml
from msgspec import Struct

_ACR = re.compile(r"[\x21-\x7e]{1,100}")
_MEMBERS = frozenset({"acr", "needs_proof", "ways"})


class LevelsError(Exception):
    """A table that cannot be used; the text is one line that names the level and what is wrong."""


class Level(Struct, frozen=True):
    """One row: any of the `ways` reaches it, with a proved identity where it says so."""

    acr: str
    rank: int
    ways: tuple[frozenset[str], ...]
    needs_proof: bool


def shipped_levels(factors: Collection[str]) -> tuple[Level, ...]:
    """Return the table that comes with the provider."""
    text = (files("idp.sign_in") / "levels.yaml").read_text(encoding="utf-8")
    return parse_levels(text, factors)


def read_levels(path: Path, factors: Collection[str]) -> tuple[Level, ...]:
    """Return the table of a file, lowest level first; `factors` are the names it may use. Raises `LevelsError`."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise LevelsError(f"{path} cannot be read ({type(error).__name__})") from error
    return parse_levels(text, factors)


def parse_levels(text: str, factors: Collection[str]) -> tuple[Level, ...]:
    """Return the levels of a YAML text, ranked by their order. Raises `LevelsError`."""
    try:
        document: object = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise LevelsError("the table is no YAML") from error
    rows = document.get("levels") if isinstance(document, dict) else None
    if not isinstance(rows, list) or not rows or len(rows) > 20:
        raise LevelsError("the table is a mapping with `levels`, a list of 1 to 20")
    levels = tuple(_level(row, rank, frozenset(factors)) for rank, row in enumerate(rows, 1))
    _check_together(levels)
    return levels


def _level(row: object, rank: int, factors: frozenset[str]) -> Level:
    if not isinstance(row, dict) or set(row) != _MEMBERS:
        raise LevelsError(f"level {rank} has acr, needs_proof and ways, and nothing else")
    acr, needs_proof, ways = row["acr"], row["needs_proof"], row["ways"]
    if not isinstance(acr, str) or not _ACR.fullmatch(acr):
        raise LevelsError(f"level {rank}: acr is a word without spaces")
    if not isinstance(needs_proof, bool):
        raise LevelsError(f"level {acr}: needs_proof is true or false")
    if not isinstance(ways, list) or not ways:
        raise LevelsError(f"level {acr}: ways is a list of lists of factors")
    return Level(acr, rank, tuple(_way(way, acr, factors) for way in ways), needs_proof)


def _way(way: object, acr: str, factors: frozenset[str]) -> frozenset[str]:
    if not isinstance(way, list) or not way or not all(isinstance(name, str) for name in way):
        raise LevelsError(f"level {acr}: a way is a list of factors")
    unknown = sorted(set(way) - factors)
    if unknown:
        raise LevelsError(f"level {acr}: no such factor: {unknown[0]} (known: {', '.join(sorted(factors))})")
    return frozenset(way)


def _check_together(levels: tuple[Level, ...]) -> None:
    names = [level.acr for level in levels]
    if len(set(names)) != len(names):
        raise LevelsError("two levels have the same acr")
    if levels[0].needs_proof:
        raise LevelsError(f"level {names[0]}: the lowest level needs no proof, or new people could not sign in")
    for lower, higher in pairwise(levels):
        # Whoever reaches a level has reached all below it: portals compare ranks (OIDC Core 3.1.2.1 acr_values).
        if lower.needs_proof and not higher.needs_proof:
            raise LevelsError(f"level {higher.acr}: needs less proof than {lower.acr} below it")
        weaker = [way for way in higher.ways if not any(below <= way for below in lower.ways)]
        if weaker:
            way = ", ".join(sorted(weaker[0]))
            raise LevelsError(f"level {higher.acr}: the way ({way}) does not reach {lower.acr} below it")
