"""`idp migrate` and `idp prepare`: a new machine becomes one that can start, and repeating it changes nothing."""

import stat

from clients.model import ClientId
from idp.client_trials.sandbox_people import PEOPLE as INVENTED
from migrations.runner import head
from tests.flows.cli.operator import Operator, entry


def test_commands_need_a_migrated_database_and_say_so(bare: Operator) -> None:
    done = bare.run("keys", "list")
    assert (done.code, done.out) == (1, "")
    assert done.err == f"idp: the database is at revision none, not {head()}: run `idp migrate` first\n"


def test_commands_make_no_master_key(bare: Operator) -> None:
    """A mistyped path must not become a second key."""
    bare.good("migrate")
    done = bare.run("keys", "list")
    assert done.code == 2
    assert done.err.startswith("idp: IDP_MASTER_KEY_FILE: ")
    assert len(done.err.splitlines()) == 1
    assert not bare.master_key.exists()


def test_migrating_twice_changes_and_records_once(bare: Operator) -> None:
    assert bare.run("migrate").err == f"The database was migrated from revision none to {head()}.\n"
    assert bare.run("migrate").err == f"The database is at revision {head()} already.\n"
    bare.good("prepare")
    assert bare.reasons("operator:schema:migrated") == ["migrated"]


def test_a_folder_that_does_not_exist_is_named(bare: Operator) -> None:
    bare.database_url = f"sqlite+aiosqlite:///{bare.folder}/nowhere/idp.db"
    done = bare.run("migrate")
    assert done.code == 1
    assert done.err == f"idp: IDP_DATABASE_URL: the folder {bare.folder}/nowhere does not exist; create it\n"


def test_preparing_twice_makes_one_master_key_one_set_of_keys_and_the_same_people(bare: Operator) -> None:
    file = bare.client_file(entry(ClientId("hue")))
    first = bare.good("prepare", "--clients", file, "--demo-accounts")
    key, keys = bare.master_key.read_bytes(), bare.good("keys", "list")
    assert stat.S_IMODE(bare.master_key.stat().st_mode) == 0o600
    assert "001899000001 / demo-Password-1" in first
    assert "g22.demo-first / mã thiết lập một lần (one-time enrolment code): " in first
    assert "h26.demo-admin / demo-Password-3" in first
    assert bare.good("prepare", "--clients", file, "--demo-accounts") == first
    assert (bare.master_key.read_bytes(), bare.good("keys", "list")) == (key, keys)
    assert bare.reasons("operator:key:rotated") == ["first"]
    assert bare.reasons("operator:client:changed") == ["created"]
    # Two demonstration people, and the invented ones of the sandbox.
    assert bare.reasons("account:account:opened") == ["demonstration"] * (2 + len(INVENTED))


def test_demonstration_people_are_for_this_machine_only(bare: Operator) -> None:
    bare.settings["IDP_ISSUER"] = "https://dangnhap.example"
    done = bare.run("prepare", "--demo-accounts")
    assert done.code == 1
    assert "IDP_ISSUER is on localhost" in done.err
    assert not bare.master_key.exists()


def test_another_master_key_is_refused_in_one_line(operator: Operator) -> None:
    operator.master_key.write_text("A" * 43)
    done = operator.run("prepare")
    assert done.code == 1
    assert done.err.splitlines()[-1].startswith("idp: IDP_MASTER_KEY_FILE: this master key does not open")
    assert "Traceback" not in done.err
