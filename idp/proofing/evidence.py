"""Evidence: what shows that a person is here. Without some, a match with a register proves that somebody exists."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import ClassVar

import yaml
from msgspec import Struct

from idp.kernel.effects import Effect
from idp.kernel.ids import AccountId, PersonId

_MEMBERS = frozenset({"kind", "settled_days", "type", "subject", "source_name", "check_method"})
_MOST_ROWS, _MOST_DAYS = 20, 365
# OpenID Identity Assurance 5.4.4: the types that `verified_claims` can say.
TYPES = ("document", "electronic_record", "vouch")


class EvidenceKind(StrEnum):
    """The kinds of evidence; their order and what each must satisfy stand in `evidence.yaml`."""

    EARLIER = "earlier"
    SUBSCRIBER = "subscriber"
    UPSTREAM = "upstream"
    DESK = "desk"


class EvidenceRule(Struct, frozen=True, kw_only=True):
    """One row of the table: `rank` grows with strength, `settled` is how long the thing stood unchanged before."""

    kind: EvidenceKind
    rank: int
    settled: timedelta
    # In the words of OpenID Identity Assurance 5.4.
    type: str
    subject: str
    source_name: str
    check_method: str


class Evidence(Struct, frozen=True, kw_only=True):
    """What was shown, when, and by whose word: a carrier's request, a provider's id, an agency's code."""

    kind: EvidenceKind
    at: datetime
    source: str


class SetEvidence(Effect, kw_only=True):
    """Write down what an account's proof rests on; what is there already stays if it is stronger."""

    person_id: PersonId
    account_id: AccountId
    evidence: Evidence


class ShowEarlierProof(Effect, kw_only=True):
    """An account that another system proved counts as proved here: its owner showed two factors that came with it.

    Too late if it was not proved there, has evidence, is not open, or its phone is another one by now.
    """

    person_id: PersonId
    account_id: AccountId
    evidence: Evidence
    claim: ClassVar[bool] = True


class EvidenceError(Exception):
    """A table that cannot be used; the text is one line that names the row and what is wrong."""


def shipped_evidence() -> Mapping[EvidenceKind, EvidenceRule]:
    """Return the table that comes with the provider."""
    return parse_evidence((files("idp.proofing") / "evidence.yaml").read_text(encoding="utf-8"))


def read_evidence(path: Path) -> Mapping[EvidenceKind, EvidenceRule]:
    """Return the table of a file, by kind. Raises `EvidenceError`."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise EvidenceError(f"{path} cannot be read ({type(error).__name__})") from error
    return parse_evidence(text)


def parse_evidence(text: str) -> Mapping[EvidenceKind, EvidenceRule]:
    """Return the rules of a YAML text, ranked by their order. Raises `EvidenceError`.

    Each kind has its row: what an account rests on already must have a rank in every table.
    """
    try:
        document: object = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise EvidenceError("the table is no YAML") from error
    rows = document.get("evidence") if isinstance(document, dict) else None
    if not isinstance(rows, list) or len(rows) > _MOST_ROWS:
        raise EvidenceError("the table is a mapping with `evidence`, a list of one row for each kind")
    rules = [_rule(row, rank) for rank, row in enumerate(rows, 1)]
    table = {rule.kind: rule for rule in rules}
    missing = [kind for kind in EvidenceKind if kind not in table]
    if missing:
        raise EvidenceError(f"no row for the kind {missing[0]}")
    if len(rules) != len(table):
        raise EvidenceError("two rows have the same kind")
    return MappingProxyType(table)


class _Table:
    """The rules that decide: those that are shipped, until the start of the process sets others."""

    def __init__(self) -> None:
        self.rules = shipped_evidence()


def use_evidence(rules: Mapping[EvidenceKind, EvidenceRule]) -> None:
    """Decide by these rules from now on. Called once, at the start, before the first request."""
    _TABLE.rules = rules


def evidence_rules() -> Mapping[EvidenceKind, EvidenceRule]:
    """Return the table that decides, by kind."""
    return _TABLE.rules


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


def _rule(row: object, rank: int) -> EvidenceRule:
    if not isinstance(row, dict) or set(row) != _MEMBERS:
        raise EvidenceError(f"row {rank} has {', '.join(sorted(_MEMBERS))}, and nothing else")
    if row["kind"] not in tuple(EvidenceKind):
        raise EvidenceError(f"row {rank}: no such kind of evidence (known: {', '.join(EvidenceKind)})")
    days = row["settled_days"]
    if not isinstance(days, int) or isinstance(days, bool) or not 0 <= days <= _MOST_DAYS:
        raise EvidenceError(f"row {rank}: settled_days is a whole number from 0 to {_MOST_DAYS}")
    words = {name: row[name] for name in ("type", "subject", "source_name", "check_method")}
    wrong = next((name for name, word in words.items() if not isinstance(word, str) or not word.strip()), None)
    if wrong is not None:
        raise EvidenceError(f"row {rank}: {wrong} is a text")
    if words["type"] not in TYPES:
        raise EvidenceError(f"row {rank}: type is one of {', '.join(TYPES)}")
    return EvidenceRule(kind=EvidenceKind(row["kind"]), rank=rank, settled=timedelta(days=days), **words)


_TABLE = _Table()
