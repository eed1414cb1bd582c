"""The public log of a provider whose database somebody wrote to: what was changed is found out, and where."""

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import httpx2
import orjson
import pytest

from tests.flows.cli.operator import Operator
from tests.flows.cli.transparent import PublicLog, findings, tamper, verify
from tests.support.operator import Done
from tests.support.patience import patient
from tests.support.servers import REPOSITORY
from tests.support.web_edge import web_edge

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
    public_log: PublicLog, tmp_path: Path, tampering: tuple[str, ...], kinds: set[str]
) -> None:
    with public_log.shown(tmp_path, *tampering) as base:
        found = findings(verify(base, "--json"))
    assert {kind for kind, _ in found} == kinds
    if tampering == (EDITED,):
        (index,) = {index for _, index in found}
        assert b"tinh-9" in leaf_at(tmp_path, index)


def leaf_at(folder: Path, index: object) -> bytes:
    with closing(sqlite3.connect(folder / "idp.db")) as database:
        ((leaf,),) = database.execute("SELECT leaf FROM transparency_entries WHERE entry_index = ?", (index,))
        return bytes(leaf)


def test_a_log_that_was_cut_or_written_anew_does_not_fit_the_checkpoint_that_was_kept(
    public_log: PublicLog, tmp_path: Path
) -> None:
    """Whoever holds the master key can sign another log: only what was kept elsewhere shows it."""
    folder = tmp_path / "anew"
    emptied = (
        "DELETE FROM transparency_entries",
        "DELETE FROM transparency_nodes",
        "DELETE FROM transparency_heads",
        "UPDATE transparency_position SET entries = 0, read_to = 0",
    )
    shutil.copytree(public_log.folder, folder)
    tamper(folder, *emptied, "DELETE FROM audit_checkpoints")
    tamper(folder, "UPDATE audit_events SET client_id = 'tinh-9' WHERE client_id = 'tinh-3'")
    operator = Operator(folder, f"sqlite+aiosqlite:///{folder}/idp.db")
    operator.good("audit", "seal")
    operator.good("transparency", "publish")
    with web_edge(folder) as base:
        assert findings(verify(base, "--json")) == []
        ((kind, _),) = findings(verify(base, "--json", "--checkpoint", public_log.kept))
    assert kind == "log_rewritten"


def test_the_verifier_of_one_file_finds_the_same(public_log: PublicLog, tmp_path: Path) -> None:
    """`portals/verify_transparency_log.py` needs nothing of ours: it is copied to a folder of its own."""
    script = tmp_path / "verify.py"
    script.write_text((REPOSITORY / "portals" / "verify_transparency_log.py").read_text())
    assert len(script.read_text().splitlines()) < 100

    def run(base: str, *kept: Path) -> Done:
        done = subprocess.run(
            [sys.executable, "-I", script, base, *kept],
            capture_output=True,
            encoding="utf-8",
            timeout=patient(60),
            check=False,
        )
        return Done(done.returncode, done.stdout, done.stderr)

    with public_log.shown(tmp_path / "honest") as base:
        first = run(base)
        assert (first.code, first.err) == (0, "")
        kept = tmp_path / "kept.json"
        kept.write_text(first.out)
        assert run(base, kept).code == 0
        kept.write_text(first.out.replace(str(orjson.loads(first.out)["root"]), "00" * 32))
        assert "rewritten" in run(base, kept).err
    with public_log.shown(tmp_path / "edited", EDITED) as base:
        assert "not those that were signed" in run(base).err
    with public_log.shown(tmp_path / "gone", "DELETE FROM transparency_entries WHERE entry_index = 2") as base:
        assert "entry 0, or one soon after it, is not there" in run(base).err
    with public_log.shown(tmp_path / "forged", "UPDATE transparency_heads SET signed = 'e30.e30.AA'") as base:
        assert run(base).code == 1


def test_before_the_first_checkpoint_there_is_none(public_log: PublicLog, tmp_path: Path) -> None:
    with (
        public_log.shown(tmp_path, "DELETE FROM transparency_heads") as base,
        httpx2.Client(base_url=f"{base}/transparency", timeout=patient(30)) as http,
    ):
        assert http.get("/checkpoint").status_code == 404
        assert 'id="no-checkpoint"' in http.get(f"{base}/transparency").text
