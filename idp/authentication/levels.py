"""Assurance levels: which proof and which factors give which `acr`. The legal mapping changes; the table is data."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from idp.accounts.model import ProofState

# RFC 8176 2: the names of factors in `amr`.
PASSWORD = "pwd"  # noqa: S105 - the RFC's name of the method
SMS = "sms"
MULTIPLE = "mfa"


@dataclass(frozen=True, slots=True)
class Level:
    """One row: this level needs every factor listed, and a proved identity where it says so."""

    acr: str
    rank: int
    factors: frozenset[str]
    needs_proof: bool


# Lowest first. NĐ 69/2024 Đ20 builds its levels on the number and kind of factors; proof is ours.
LEVELS: tuple[Level, ...] = (
    Level("loa1", 1, frozenset({PASSWORD}), needs_proof=False),
    Level("loa2", 2, frozenset({PASSWORD}), needs_proof=True),
    Level("loa3", 3, frozenset({PASSWORD, SMS}), needs_proof=True),
)
ACR_VALUES: tuple[str, ...] = tuple(level.acr for level in LEVELS)
_RANKS = {level.acr: level.rank for level in LEVELS}


def rank(acr: str) -> int:
    """Return the order of a level, 0 for one that is not ours."""
    return _RANKS.get(acr, 0)


def achieved(factors: Iterable[str], proof: ProofState) -> str:
    """Return the strongest `acr` that the completed factors and the proof give (OIDC Core 2)."""
    done = frozenset(factors)
    fitting = [lvl for lvl in LEVELS if lvl.factors <= done and (proof is ProofState.PROVED or not lvl.needs_proof)]
    return fitting[-1].acr if fitting else LEVELS[0].acr


def missing_factors(wanted: str, factors: Iterable[str], proof: ProofState) -> frozenset[str] | None:
    """Return the factors still to be shown for a level; None if no factor can reach it (the proof is missing)."""
    for level in LEVELS:
        if level.acr == wanted and (proof is ProofState.PROVED or not level.needs_proof):
            return level.factors - frozenset(factors)
    return None


def lowest(wanted: Collection[str]) -> str | None:
    """Return the least of the wanted levels that we know: any of them satisfies (OIDC Core 3.1.2.1 acr_values)."""
    known = [acr for acr in wanted if acr in _RANKS]
    return min(known, key=rank) if known else None


def amr_of(factors: Iterable[str]) -> tuple[str, ...]:
    """Return `amr` for completed factors: their names, and `mfa` when there are two or more (RFC 8176 2)."""
    names = sorted(set(factors) - {MULTIPLE})
    return (*names, MULTIPLE) if len(names) > 1 else tuple(names)
