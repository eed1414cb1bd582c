"""The public log of a provider whose database somebody wrote to: what was changed is found out, and where."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import httpx2
import orjson
import pytest

from tests.flows.cli.operator import Operator
from tests.flows.cli.transparent import LogEdge, PublicLog, findings, verify
from tests.support.operator import Done
from tests.support.patience import patient
from tests.support.running.servers import REPOSITORY

EDITED = "UPDATE transparency_entries SET leaf = CAST(replace(leaf, 'tinh-3', 'tinh-9') AS BLOB)"


@pytest.mark.parametrize(
    ("tampering", "kinds"),
    [
        ((EDITED,), {"entry_changed"}),
        (("DELETE FROM transparency_entries WHERE entry_index = 4",), {"entry_missing"}),
        (
            (
                "DELETE FROM transparency_entries WHERE entry_index = 4",
                "UPDATE transparency_entries SET entry_index = -entry_index WHERE entry_index > 4",
                "UPDATE transparency_entries SET entry_index = -entry_index - 1 WHERE entry_index < 0",
            ),
            {"entry_missing", "entry_changed"},
        ),
        (("UPDATE transparency_nodes SET node = zeroblob(32)",), {"proof_wrong"}),
        (("UPDATE transparency_heads SET signed = 'x' || signed",), {"checkpoint_forged"}),
        (("DELETE FROM transparency_heads WHERE number > 1",), set()),
    ],
)
def test_what_was_changed_in_the_database_is_found_out_and_the_place_is_said(
    public_log: PublicLog, edge: LogEdge, tmp_path: Path, tampering: tuple[str, ...], kinds: set[str]
) -> None:
    found = findings(verify(edge.show(public_log.changed(tmp_path, *tampering)), "--json"))
    assert {kind for kind, _ in found} == kinds
    if tampering == (EDITED,):
        (index,) = {index for _, index in found}
        assert b"tinh-9" in leaf_at(tmp_path, index)


def leaf_at(folder: Path, index: object) -> bytes:
    with closing(sqlite3.connect(folder / "idp.db")) as database:
        ((leaf,),) = database.execute("SELECT leaf FROM transparency_entries WHERE entry_index = ?", (index,))
        return bytes(leaf)


def test_a_log_that_was_cut_or_written_anew_does_not_fit_the_checkpoint_that_was_kept(
    public_log: PublicLog, edge: LogEdge, tmp_path: Path
) -> None:
    """Whoever holds the master key can sign another log: only what was kept elsewhere shows it."""
    emptied = (
        "DELETE FROM transparency_entries",
        "DELETE FROM transparency_nodes",
        "DELETE FROM transparency_heads",
        "UPDATE transparency_position SET entries = 0, read_to = 0",
    )
    other = "UPDATE audit_events SET client_id = 'tinh-9' WHERE client_id = 'tinh-3'"
    folder = public_log.changed(tmp_path / "anew", *emptied, "DELETE FROM audit_checkpoints", other)
    operator = Operator(folder, f"sqlite+aiosqlite:///{folder}/idp.db")
    operator.good("audit", "seal")
    operator.good("transparency", "publish")
    base = edge.show(folder)
    assert findings(verify(base, "--json")) == []
    ((kind, _),) = findings(verify(base, "--json", "--checkpoint", public_log.kept))
    assert kind == "log_rewritten"


def test_the_verifier_of_one_file_finds_the_same(public_log: PublicLog, edge: LogEdge, tmp_path: Path) -> None:
    """`portals/verify_transparency_log.py` needs nothing of ours: it is copied to a folder of its own."""
    script = tmp_path / "verify.py"
    script.write_text((REPOSITORY / "portals" / "verify_transparency_log.py").read_text())
    assert len(script.read_text().splitlines()) < 100

    def run(base: str, *kept: Path) -> Done:
        argv = [sys.executable, "-I", str(script), base, *map(str, kept)]
        done = subprocess.run(argv, capture_output=True, encoding="utf-8", timeout=patient(60), check=False)
        return Done(done.returncode, done.stdout, done.stderr)

    def changed(name: str, *tampering: str) -> Done:
        return run(edge.show(public_log.changed(tmp_path / name, *tampering)))

    first = changed("honest")
    assert (first.code, first.err) == (0, "")
    kept = tmp_path / "kept.json"
    kept.write_text(first.out)
    assert run(edge.base, kept).code == 0
    kept.write_text(first.out.replace(str(orjson.loads(first.out)["root"]), "00" * 32))
    assert "rewritten" in run(edge.base, kept).err
    assert "not those that were signed" in changed("edited", EDITED).err
    gone = changed("gone", "DELETE FROM transparency_entries WHERE entry_index = 2")
    assert "entry 0, or one soon after it, is not there" in gone.err
    assert changed("forged", "UPDATE transparency_heads SET signed = 'e30.e30.AA'").code == 1


def test_before_the_first_checkpoint_there_is_none(public_log: PublicLog, edge: LogEdge, tmp_path: Path) -> None:
    base = edge.show(public_log.changed(tmp_path, "DELETE FROM transparency_heads"))
    with httpx2.Client(base_url=f"{base}/transparency", timeout=patient(30)) as http:
        assert http.get("/checkpoint").status_code == 404
        assert 'id="no-checkpoint"' in http.get(f"{base}/transparency").text
