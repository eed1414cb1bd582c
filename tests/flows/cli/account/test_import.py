"""`idp accounts generate` and `import`: the same people from the same seed, told of without what is personal."""

import shutil
from pathlib import Path

import orjson
import pytest

from tests.flows.cli.conftest import on_sqlite
from tests.flows.cli.operator import Operator

ROWS = 1_000


@pytest.fixture(scope="session")
def few_people(prepared_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of invented people, some of them met twice, some of them no rows at all."""
    file = tmp_path_factory.mktemp("people") / "people.jsonl"
    hashes = ("--hash", "ssha", "--hash", "wso2")
    on_sqlite(prepared_folder).good(
        "accounts", "generate", str(ROWS), "--out", file, *hashes, "--duplicates", "1", "--bad", "1"
    )
    return file


@pytest.fixture
def own_people(few_people: Path, tmp_path: Path) -> Path:
    """A copy of the file, with reports of its own."""
    return Path(shutil.copy(few_people, tmp_path / "own.jsonl"))


def test_the_same_file_under_another_name_is_not_imported_twice(operator: Operator, own_people: Path) -> None:
    done = operator.run("accounts", "import", own_people, "--wrap-later", "--json").json()
    assert isinstance(done, dict)
    assert done["accepted"] + done["rejected"] == ROWS
    renamed = own_people.rename(own_people.with_name("renamed.jsonl"))
    again = operator.run("accounts", "import", renamed, "--wrap-later", "--json").json()
    assert again == done | {"state": "was imported before; nothing was done"}


def test_nothing_personal_stands_in_reports_audit_or_messages(operator: Operator, own_people: Path) -> None:
    done = operator.run("accounts", "import", own_people, "--wrap-later")
    assert done.code == 0, done.err
    row = orjson.loads(own_people.read_bytes().partition(b"\n")[0])
    written = [done.out, done.err, operator.good("audit", "export")]
    written += [path.read_text() for path in own_people.parent.glob("own.jsonl.*.jsonl")]
    for text_ in written:
        assert not any(row[name] in text_ for name in ("number", "name", "phone", "tech_id", "password_hash"))
    names = [event["name"] for event in operator.events()]
    assert names.count("operator:accounts:imported") == 1


def test_a_csv_file_is_imported_too(operator: Operator, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("number,name,birth_date,phone\n002899000001,Trần Thị Thúy,1980-02-29,0500000001\nx,y,z\n")
    assert operator.run("accounts", "import", file, "--json").json() == {
        "state": "imported", "lines": 2, "accepted": 1, "rejected": 1,
    }  # fmt: skip
    assert "status: open" in operator.good("accounts", "show", "002899000001")
    file.write_text("number,salary\n")
    refused = operator.run("accounts", "import", file)
    assert (refused.code, "the first line must name columns" in refused.err) == (1, True)


def test_imported_hashes_are_wrapped_at_once_or_by_the_command_afterwards(operator: Operator, tmp_path: Path) -> None:
    """The table of passwords alone is as dear to guess as with hashes of ours."""
    files = {seed: tmp_path / f"{seed}.jsonl" for seed in (7, 8)}
    for seed, file in files.items():
        operator.good("accounts", "generate", "4", "--out", file, "--seed", str(seed), "--hash", "ssha")
    operator.good("accounts", "import", files[7])
    assert operator.run("accounts", "wrap", "--json").json() == {"wrapped": 0, "unreadable": 0}
    eight = [
        orjson.loads(line) | {"number": f"00289900010{n}"} for n, line in enumerate(files[8].read_bytes().splitlines())
    ]
    files[8].write_bytes(b"\n".join(orjson.dumps(row | {"tech_id": ""}) for row in eight))
    operator.good("accounts", "import", files[8], "--wrap-later")
    assert "some imported hashes are not wrapped" in operator.run("doctor").out
    assert operator.run("accounts", "wrap", "--json").json() == {"wrapped": 4, "unreadable": 0}
    assert "every imported hash is wrapped" in operator.run("doctor").out


def test_an_empty_file_is_an_import_that_ends(operator: Operator, tmp_path: Path) -> None:
    file = tmp_path / "empty.jsonl"
    file.touch()
    assert operator.run("accounts", "import", file, "--json").json() == {
        "state": "imported", "lines": 0, "accepted": 0, "rejected": 0,
    }  # fmt: skip


def test_the_same_seed_makes_the_same_people_and_another_one_others(operator: Operator, tmp_path: Path) -> None:
    files = [tmp_path / f"{n}.jsonl" for n in range(3)]
    for file, seed in zip(files, (1, 1, 2), strict=True):
        operator.good("accounts", "generate", "50", "--out", file, "--seed", str(seed), "--hash", "none")
    first, same, other = (file.read_bytes() for file in files)
    assert first == same
    assert first != other
    rows = [orjson.loads(line) for line in first.splitlines()]
    assert len({row["number"] for row in rows}) == 50
    assert all(row["number"][3] in "89" and row["phone"].startswith("050") for row in rows)
