"""Assurance levels: which proof and which factors give which `acr`. The legal mapping changes; the table is data."""

from collections.abc import Collection, Iterable
from datetime import datetime
from functools import lru_cache

from clients.model import Client
from idp.account.model import ProofState
from idp.sessions.model import SessionView
from idp.sign_in.level_table import Level, shipped_levels

# RFC 8176 2: the names of factors in `amr`.
PASSWORD = "pwd"  # noqa: S105 - the RFC's name of the method
SMS = "sms"
# A time-based code, or one of the recovery codes that stand in for it: both are one-time passwords.
ONE_TIME_PASSWORD = "otp"  # noqa: S105 - likewise
# A passkey that its authenticator says it does not share (WebAuthn Level 3, 6.1.3: not backup eligible), and one that
# its owner's devices share. In levels and sessions `hwk` says no more than that: see `reported_amr`.
DEVICE_KEY, SOFTWARE_KEY = "hwk", "swk"
# Approved on another device where the person is signed in: a second channel.
APPROVAL = "mca"
MULTIPLE = "mfa"

PASSKEYS = frozenset({DEVICE_KEY, SOFTWARE_KEY})
SECOND_FACTORS = frozenset({SMS, ONE_TIME_PASSWORD, APPROVAL}) | PASSKEYS


FACTORS = frozenset({PASSWORD}) | SECOND_FACTORS

# Two factors, or a passkey, which is two by itself (SP 800-63B-4 3.1.7).
_STRONG = (
    *(frozenset({PASSWORD, second}) for second in (SMS, ONE_TIME_PASSWORD, APPROVAL)),
    *(frozenset({key}) for key in sorted(PASSKEYS)),
)

LEVELS: tuple[Level, ...] = shipped_levels(FACTORS)
ACR_VALUES: tuple[str, ...] = tuple(level.acr for level in LEVELS)


class _Table:
    """The levels that decide: those that are shipped, until the start of the process sets others."""

    def __init__(self) -> None:
        self.replace(LEVELS)

    def replace(self, levels: tuple[Level, ...]) -> None:
        self.levels = levels
        self.ranks = {level.acr: level.rank for level in levels}


_TABLE = _Table()


def use_levels(levels: tuple[Level, ...]) -> None:
    """Decide by these levels from now on. Called once, at the start, before the first request."""
    _TABLE.replace(levels)


def levels() -> tuple[Level, ...]:
    """Return the levels that decide, lowest first."""
    return _TABLE.levels


def acr_values() -> tuple[str, ...]:
    """Return the names of the levels, lowest first."""
    return tuple(level.acr for level in _TABLE.levels)


def reaches(acr: str, wanted: str) -> bool:
    """Say whether a level is another one or above it. One that the table lacks reaches nothing, nor does anybody it."""
    ranks = _TABLE.ranks
    return acr in ranks and wanted in ranks and ranks[acr] >= ranks[wanted]


def unknown_levels(client: Client) -> tuple[str, ...]:
    """Return the levels that a registration names and the table lacks."""
    named = (*((client.minimum_acr,) if client.minimum_acr else ()), *client.default_acr_values)
    return tuple(acr for acr in dict.fromkeys(named) if acr not in _TABLE.ranks)


def highest(wanted: Iterable[str]) -> str | None:
    """Return the highest of levels that must all be reached; one that the table lacks is above every other."""
    ranks = _TABLE.ranks
    return max(wanted, key=lambda acr: ranks.get(acr, len(ranks) + 1), default=None)


def achieved(factors: Iterable[str], proof: ProofState) -> str:
    """Return the strongest `acr` that the completed factors and the proof give (OIDC Core 2)."""
    done = frozenset(factors)
    fitting = [level for level in _TABLE.levels if _allows(level, proof) and any(way <= done for way in level.ways)]
    return fitting[-1].acr if fitting else _TABLE.levels[0].acr


def level_now(view: SessionView, now: datetime) -> str:
    """Return the `acr` that what a session showed gives with the proof that its account has now.

    A proof comes and goes while people are signed in: who is proved meanwhile shows no factor anew for that, and who
    is proved no longer has no portal told that they are.
    """
    return achieved(view.session.amr, view.account.proof_at(now))


def methods_up(wanted: str, factors: Iterable[str], proof: ProofState) -> tuple[frozenset[str], ...]:
    """Return the sets of factors of which any one, shown in addition, reaches a level.

    Empty where no factor can reach it: the level is not ours, or the proof is missing.
    """
    done = frozenset(factors)
    fitting = [level for level in _TABLE.levels if level.acr == wanted and _allows(level, proof)]
    return tuple(way - done for level in fitting for way in level.ways)


def can_reach(wanted: str, factors: Iterable[str], enrolled: Collection[str], proof: ProofState) -> bool:
    """Say whether the factors that an account has can raise it to a level."""
    available = frozenset(enrolled)
    return any(way <= available for way in methods_up(wanted, factors, proof))


def lowest(wanted: Collection[str]) -> str | None:
    """Return the least of the wanted levels that we know: any of them satisfies (OIDC Core 3.1.2.1 acr_values)."""
    known = [acr for acr in wanted if acr in _TABLE.ranks]
    return min(known, key=lambda acr: _TABLE.ranks[acr], default=None)


def is_strong(factors: Iterable[str]) -> bool:
    """Say whether factors make a strong sign-in: two, or a passkey."""
    done = frozenset(factors)
    return any(way <= done for way in _STRONG)


def strong_levels() -> tuple[str, ...]:
    """Return the names of the levels that nobody reaches without a strong sign-in, lowest first."""
    return tuple(level.acr for level in _TABLE.levels if all(is_strong(way) for way in level.ways))


def amr_of(factors: Iterable[str]) -> tuple[str, ...]:
    """Return `amr` for completed factors: their names, and `mfa` when they are more than one (RFC 8176 2)."""
    names = sorted(set(factors) - {MULTIPLE})
    return (*names, MULTIPLE) if is_strong(names) else tuple(names)


@lru_cache(maxsize=256)
def reported_amr(amr: tuple[str, ...]) -> tuple[str, ...]:
    """Return `amr` as portals are told it: no key is called hardware-secured (RFC 8176 2).

    Only an attestation, traced to a root that the operator trusts, shows that (WebAuthn Level 3, 6.5.3), and none is
    asked for.
    """
    return amr_of(SOFTWARE_KEY if factor == DEVICE_KEY else factor for factor in amr)


def _allows(level: Level, proof: ProofState) -> bool:
    return proof is ProofState.PROVED or not level.needs_proof
