"""The table of evidence as a file: what it may say, and the one line that names what is wrong with another."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from idp.environment import SettingsError, read_settings
from idp.proofing.evidence import (
    Evidence,
    EvidenceError,
    EvidenceKind,
    evidence_rules,
    parse_evidence,
    rank,
    read_evidence,
    shipped_evidence,
    use_evidence,
)

NOW = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
REST = "settled_days: 0, type: vouch, subject: s, source_name: n, check_method: auth"


def row(kind: str, rest: str = REST) -> str:
    return f"{{kind: {kind}, {rest}}}"


ALL = tuple(row(kind) for kind in EvidenceKind)


def table(*rows: str) -> str:
    return "evidence:\n" + "".join(f"  - {one}\n" for one in rows)


@pytest.fixture
def shipped_again() -> Iterator[None]:
    yield
    use_evidence(shipped_evidence())


def test_an_earlier_proof_is_the_weakest_and_a_desk_the_strongest() -> None:
    by_strength = sorted(EvidenceKind, key=lambda kind: evidence_rules()[kind].rank)
    assert by_strength == [EvidenceKind.EARLIER, EvidenceKind.SUBSCRIBER, EvidenceKind.UPSTREAM, EvidenceKind.DESK]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("evidence: [", "the table is no YAML"),
        ("", "the table is a mapping with `evidence`, a list of one row for each kind"),
        ("evidence: {}", "the table is a mapping with `evidence`, a list of one row for each kind"),
        (table(*ALL, "7"), "row 5 has check_method, kind, settled_days, source_name, subject, type, and nothing else"),
        (
            table(row("face")),
            "row 1: no such kind of evidence (known: earlier, subscriber, upstream, desk)",
        ),
        (table(row("[]")), "row 1: no such kind of evidence (known: earlier, subscriber, upstream, desk)"),
        (table(*ALL[1:]), "no row for the kind earlier"),
        (table(*ALL, ALL[0]), "two rows have the same kind"),
        (
            table(row("desk", REST.replace("days: 0", "days: -1"))),
            "row 1: settled_days is a whole number from 0 to 365",
        ),
        (
            table(row("desk", REST.replace("days: 0", "days: true"))),
            "row 1: settled_days is a whole number from 0 to 365",
        ),
        (table(row("desk", REST.replace("subject: s", "subject: 7"))), "row 1: subject is a text"),
        (
            table(row("desk", REST.replace("vouch", "face"))),
            "row 1: type is one of document, electronic_record, vouch",
        ),
    ],
)
def test_a_table_that_cannot_be_used_is_refused_in_one_line(text: str, line: str) -> None:
    with pytest.raises(EvidenceError) as refused:
        parse_evidence(text)
    assert str(refused.value) == line


def test_another_table_decides_once_it_is_set(tmp_path: Path, shipped_again: None) -> None:
    file = tmp_path / "evidence.yaml"
    file.write_text(table(*reversed(ALL)), encoding="utf-8")
    use_evidence(read_evidence(file))
    desk, earlier = (Evidence(kind=kind, at=NOW, source="x") for kind in (EvidenceKind.DESK, EvidenceKind.EARLIER))
    assert rank(desk) < rank(earlier)


def test_a_server_does_not_start_with_a_table_that_cannot_be_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "evidence.yaml"
    values = {"ISSUER": "http://localhost:8000", "DATABASE_URL": "sqlite+aiosqlite:///x.db", "MASTER_KEY_FILE": "k"}
    for name, value in {**values, "EVIDENCE_FILE": str(file)}.items():
        monkeypatch.setenv(f"IDP_{name}", value)
    file.write_text(table(*ALL), encoding="utf-8")
    assert read_settings().evidence_file == file
    file.write_text(table(row("face")), encoding="utf-8")
    with pytest.raises(SettingsError) as refused:
        read_settings()
    known = "known: earlier, subscriber, upstream, desk"
    assert str(refused.value) == f"IDP_EVIDENCE_FILE: row 1: no such kind of evidence ({known})"
