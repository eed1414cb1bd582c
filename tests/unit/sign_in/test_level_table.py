"""The table of levels as a file: what it may say, and the one line that names what is wrong with another."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from idp.account.model import ProofState
from idp.adapters.sql.factors.enrolled import enrolled
from idp.environment import Settings, SettingsError, read_settings
from idp.sign_in.level_table import Level, LevelsError, parse_levels, read_levels
from idp.sign_in.levels import (
    FACTORS,
    LEVELS,
    achieved,
    acr_values,
    can_reach,
    lowest,
    methods_up,
    reaches,
    use_levels,
)

FIRST = "{acr: loa1, needs_proof: false, ways: [[pwd], [hwk]]}"
SECOND = "{acr: loa2, needs_proof: true, ways: [[pwd, otp], [hwk]]}"


def table(*rows: str) -> str:
    return "levels:\n" + "".join(f"  - {row}\n" for row in rows)


@pytest.fixture
def shipped_again() -> Iterator[None]:
    yield
    use_levels(LEVELS)


def test_levels_rank_by_their_order() -> None:
    assert parse_levels(table(FIRST, SECOND), FACTORS) == (
        Level("loa1", 1, (frozenset({"pwd"}), frozenset({"hwk"})), needs_proof=False),
        Level("loa2", 2, (frozenset({"pwd", "otp"}), frozenset({"hwk"})), needs_proof=True),
    )


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("levels: [", "the table is no YAML"),
        ("", "the table is a mapping with `levels`, a list of 1 to 20"),
        ("levels: []", "the table is a mapping with `levels`, a list of 1 to 20"),
        ("- loa1", "the table is a mapping with `levels`, a list of 1 to 20"),
        (table("{acr: loa1, ways: [[pwd]]}"), "level 1 has acr, needs_proof and ways, and nothing else"),
        (table("{acr: a b, needs_proof: false, ways: [[pwd]]}"), "level 1: acr is a word without spaces"),
        (table("{acr: loa1, needs_proof: maybe, ways: [[pwd]]}"), "level loa1: needs_proof is true or false"),
        (table("{acr: loa1, needs_proof: false, ways: []}"), "level loa1: ways is a list of lists of factors"),
        (table("{acr: loa1, needs_proof: false, ways: [pwd]}"), "level loa1: a way is a list of factors"),
        (table("{acr: loa1, needs_proof: false, ways: [[]]}"), "level loa1: a way is a list of factors"),
        (
            table("{acr: loa1, needs_proof: false, ways: [[face]]}"),
            "level loa1: no such factor: face (known: hwk, mca, otp, pwd, sms, swk)",
        ),
        (table(FIRST, FIRST), "two levels have the same acr"),
        (
            table("{acr: loa1, needs_proof: true, ways: [[pwd]]}"),
            "level loa1: the lowest level needs no proof, or new people could not sign in",
        ),
        (
            table(FIRST, SECOND, "{acr: loa3, needs_proof: false, ways: [[hwk]]}"),
            "level loa3: needs less proof than loa2 below it",
        ),
        (
            table(FIRST, SECOND, "{acr: loa3, needs_proof: true, ways: [[pwd, sms]]}"),
            "level loa3: the way (pwd, sms) does not reach loa2 below it",
        ),
    ],
)
def test_what_is_wrong_is_said_in_one_line(text: str, line: str) -> None:
    with pytest.raises(LevelsError) as refused:
        parse_levels(text, FACTORS)
    assert str(refused.value) == line


@pytest.mark.usefixtures("shipped_again")
def test_a_replaced_table_decides() -> None:
    use_levels(parse_levels(table(FIRST, SECOND), FACTORS))
    assert achieved(["pwd"], ProofState.PROVED) == "loa1"
    assert achieved(["pwd", "otp"], ProofState.PROVED) == "loa2"
    assert acr_values() == ("loa1", "loa2")
    assert reaches("loa2", "loa1")
    assert not reaches("loa2", "loa3")
    assert not reaches("loa3", "loa1")
    assert lowest(["loa3", "loa2"]) == "loa2"
    assert methods_up("loa2", ["pwd"], ProofState.PROVED) == (frozenset({"otp"}), frozenset({"hwk"}))


@pytest.mark.usefixtures("shipped_again")
def test_a_row_that_asks_for_a_key_of_one_device_refuses_one_that_devices_share() -> None:
    use_levels(parse_levels(table(FIRST.replace("[hwk]", "[hwk], [swk]"), SECOND), FACTORS))
    assert achieved(["swk", "mfa"], ProofState.PROVED) == "loa1"
    assert achieved(["hwk", "mfa"], ProofState.PROVED) == "loa2"
    # Who has only shared ones is told at once that the level is out of reach.
    assert not can_reach("loa2", ["pwd"], enrolled(None, None, 1), ProofState.PROVED)
    assert can_reach("loa2", ["pwd"], enrolled(None, None, 2), ProofState.PROVED)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(LevelsError, match=r"levels\.yaml cannot be read \(FileNotFoundError\)"):
        read_levels(tmp_path / "levels.yaml", FACTORS)


def settings_with(monkeypatch: pytest.MonkeyPatch, path: Path) -> Settings:
    values = {"ISSUER": "http://localhost:8000", "DATABASE_URL": "sqlite+aiosqlite:///x.db", "MASTER_KEY_FILE": "k"}
    for name, value in {**values, "LEVELS_FILE": str(path)}.items():
        monkeypatch.setenv(f"IDP_{name}", value)
    return read_settings()


def test_a_good_file_is_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "levels.yaml"
    path.write_text(table(FIRST, SECOND))
    assert settings_with(monkeypatch, path).levels_file == path


@pytest.mark.parametrize(
    ("row", "line"),
    [
        ("{acr: loa1, needs_proof: 7, ways: [[pwd]]}", "IDP_LEVELS_FILE: level loa1: needs_proof is true or false"),
        (
            "{acr: urn:loa, needs_proof: false, ways: [[pwd]]}",
            "IDP_LEVELS_FILE: level urn:loa: the pages have no text level.urn:loa for it",
        ),
    ],
)
def test_a_wrong_file_stops_the_start_with_one_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, row: str, line: str
) -> None:
    path = tmp_path / "levels.yaml"
    path.write_text(table(row))
    with pytest.raises(SettingsError) as refused:
        settings_with(monkeypatch, path)
    assert str(refused.value) == line
