"""`idp audit seal`, `verify`, `checkpoint`: an auditor proves what was done to a copy of the database."""

import shutil
import sqlite3
from datetime import timedelta
from pathlib import Path

import orjson
import pytest

from clients.model import ClientId
from idp.kernel.ids import first_id, made_at
from tests.contract.sql.direct import run
from tests.flows.cli.operator import Operator, entry
from tests.support.operator import Done


@pytest.fixture(scope="module")
def sealed_folder(prepared_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store whose events are old enough to be sealed, and were."""
    folder = tmp_path_factory.mktemp("sealed")
    shutil.copytree(prepared_folder, folder, dirs_exist_ok=True)
    operator = in_folder(folder)
    operator.good("clients", "apply", operator.client_file(*(entry(ClientId(f"tinh-{n}")) for n in range(5))))
    age(folder / "idp.db")
    operator.good("audit", "seal")
    return folder


def in_folder(folder: Path) -> Operator:
    return Operator(folder, f"sqlite+aiosqlite:///{folder}/idp.db")


def age(file: Path) -> None:
    """Let an hour go by: nothing is sealed before it has settled. Ids begin with their time, in milliseconds."""
    with sqlite3.connect(file) as database:
        ids = [row[0] for row in database.execute("SELECT event_id FROM audit_events")]
        for id_ in ids:
            made = made_at(id_)
            assert made is not None
            # Nine letters are all of the time but its last three bits.
            older = first_id(made - timedelta(hours=1))[:9] + id_[9:]
            database.execute("UPDATE audit_events SET event_id = ? WHERE event_id = ?", (older, id_))
    database.close()


@pytest.fixture
def copy(sealed_folder: Path, tmp_path: Path) -> Operator:
    """An auditor with a copy of the database and the master key."""
    shutil.copytree(sealed_folder, tmp_path, dirs_exist_ok=True)
    return in_folder(tmp_path)


async def tamper(copy: Operator, statement: str) -> None:
    await run(copy.database_url, statement)


def verified(copy: Operator, *options: str | Path) -> tuple[int, list[dict[str, object]]]:
    """Return the exit code and the serious findings."""
    done = copy.run("audit", "verify", "--json", *options)
    document = orjson.loads(done.out)
    serious = [one for one in document["findings"] if one["serious"]]
    assert document["intact"] == (not serious)
    return done.code, serious


def test_the_untampered_copy_is_as_it_was_sealed(copy: Operator) -> None:
    assert verified(copy) == (0, [])
    done = copy.run("audit", "verify")
    assert done.code == 0
    assert done.out.endswith("The log is as it was sealed.\n")


async def test_journey_an_auditor_proves_that_an_event_was_removed_from_a_tampered_copy(copy: Operator) -> None:
    events = copy.events()
    gone = str(events[3]["id"])
    await tamper(copy, f"DELETE FROM audit_events WHERE event_id = '{gone}'")
    assert gone not in {event["id"] for event in copy.events()}
    code, (found,) = verified(copy)
    assert (code, found["kind"], found["checkpoint"], found["event_id"]) == (1, "event_removed", 1, gone)
    done = copy.run("audit", "verify")
    assert done.code == 1
    (line,) = [line for line in done.out.splitlines() if line.startswith("FOUND")]
    assert "checkpoint 1 (the beginning to " in line
    assert f"event {gone} of 20" in line
    assert line.endswith("was removed")


async def test_an_edited_event_is_named(copy: Operator) -> None:
    edited = str(copy.events()[-1]["id"])
    await tamper(copy, f"UPDATE audit_events SET client_id = 'another' WHERE event_id = '{edited}'")
    code, (found,) = verified(copy)
    assert (code, found["kind"], found["event_id"]) == (1, "event_edited", edited)


async def test_a_copy_cut_short_together_with_its_checkpoints_is_found_by_what_was_kept_elsewhere(
    copy: Operator,
) -> None:
    copy.good("audit", "seal")
    kept = copy.folder / "kept.jws"
    kept.write_text(copy.good("audit", "checkpoint"))
    assert verified(copy, "--checkpoint", kept) == (0, [])
    await tamper(copy, "DELETE FROM audit_checkpoints WHERE number = 2")
    assert verified(copy) == (0, [])
    code, (found,) = verified(copy, "--checkpoint", kept)
    assert (code, found["kind"], found["checkpoint"]) == (1, "chain_truncated", 2)
    assert verified(copy, "--from", "1")[0] == 0


async def test_a_log_that_was_never_sealed_is_told_so_and_not_that_it_was_changed(copy: Operator) -> None:
    """It fails all the same: who deletes every checkpoint leaves such a log."""
    await tamper(copy, "DELETE FROM audit_checkpoints")
    done = copy.run("audit", "verify")
    assert (done.code, done.out.splitlines()[-1]) == (
        1,
        "Nothing was ever sealed here, so nothing is proved: run `idp worker`, or `idp audit seal`.",
    )


def refused(done: Done) -> str:
    assert done.code == 1
    assert len(done.err.splitlines()) == 1
    return done.err


def test_what_cannot_be_verified_is_said_in_a_line(copy: Operator) -> None:
    foreign = copy.folder / "foreign.jws"
    foreign.write_text("abc.def.ghi")
    assert "not signed by this provider" in refused(copy.run("audit", "verify", "--json", "--checkpoint", foreign))
    assert "there is no checkpoint 9; the newest is 1" in refused(copy.run("audit", "verify", "--json", "--from", "9"))


def test_a_log_that_was_never_sealed_is_not_proved(operator: Operator) -> None:
    assert "nothing was sealed yet" in refused(operator.run("audit", "checkpoint"))
    code, (found,) = verified(operator)
    assert (code, found["kind"]) == (1, "never_sealed")


def test_sealing_by_command_works_on_either_database(either: Operator) -> None:
    assert orjson.loads(either.good("audit", "seal", "--json"))["newest"] == 1
    assert orjson.loads(either.good("audit", "seal", "--json"))["newest"] == 2
    assert verified(either) == (0, [])
