"""Evidence: what shows that a person is here. Without some, a match with a register proves that somebody exists."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType

import yaml

from idp.kernel.effects import Effect

_MEMBERS = frozenset({"kind", "settled_days", "type", "subject", "source_name", "check_method"})


class EvidenceKind(StrEnum):
    """The kinds of evidence; their order and what each must satisfy stand in `evidence.yaml`."""

    SUBSCRIBER = "subscriber"
    UPSTREAM = "upstream"
    DESK = "desk"


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRule:
    """One row of the table: `rank` grows with strength, `settled` is how long the thing stood unchanged before."""

    kind: EvidenceKind
    rank: int
    settled: timedelta
    # In the words of OpenID Identity Assurance 5.4.
    type: str
    subject: str
    source_name: str
    check_method: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What was shown, when, and by whose word: a carrier's request, a provider's id, an agency's code."""

    kind: EvidenceKind
    at: datetime
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetEvidence(Effect):
    """Write down what an account's proof rests on; what is there already stays if it is stronger."""

    person_id: str
    account_id: str
    evidence: Evidence


@cache
def evidence_rules() -> Mapping[EvidenceKind, EvidenceRule]:
    """Return the table of every kind. Raises `ValueError` if the shipped file is not complete."""
    rows: list[dict[str, object]] = yaml.safe_load(
        (files("idp.accounts") / "evidence.yaml").read_text(encoding="utf-8")
    )["evidence"]
    rules = [_rule(row, rank) for rank, row in enumerate(rows, 1)]
    table = {rule.kind: rule for rule in rules}
    if set(table) != set(EvidenceKind) or len(rules) != len(table):
        raise ValueError("evidence.yaml has one row for each kind of evidence")
    return MappingProxyType(table)


def rank(evidence: Evidence | None) -> int:
    """Return the strength of evidence: 0 for none."""
    return evidence_rules()[evidence.kind].rank if evidence else 0


def not_stronger_than(evidence: Evidence) -> tuple[EvidenceKind, ...]:
    """Return the kinds that this evidence displaces: weaker ones, and its own."""
    return tuple(rule.kind for rule in evidence_rules().values() if rule.rank <= rank(evidence))


def stronger(first: Evidence | None, second: Evidence | None) -> Evidence | None:
    """Return the stronger of two; of two alike the newer."""
    if first is None or second is None:
        return first or second
    return max(first, second, key=lambda one: (rank(one), one.at))


def _rule(row: Mapping[str, object], rank: int) -> EvidenceRule:
    if set(row) != _MEMBERS:
        raise ValueError(f"row {rank} of evidence.yaml has {', '.join(sorted(_MEMBERS))}, and nothing else")
    return EvidenceRule(
        kind=EvidenceKind(str(row["kind"])),
        rank=rank,
        settled=timedelta(days=int(str(row["settled_days"]))),
        type=str(row["type"]),
        subject=str(row["subject"]),
        source_name=str(row["source_name"]),
        check_method=str(row["check_method"]),
    )
