"""A store has one issuer, and one with demonstration people stays on this machine, whatever a variable says."""

import shutil
from pathlib import Path

import pytest

from clients.model import ClientId
from tests.flows.cli.conftest import on_sqlite
from tests.flows.cli.doctor.test_doctor import examine
from tests.flows.cli.operator import Operator, entry
from tests.flows.cli.test_starts import EITHER, reason_of

NATIONAL, OTHER = "https://dangnhap.example", "https://khac.example"


@pytest.fixture(scope="session")
def national_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a store that was prepared under its public issuer, without demonstration people."""
    operator = on_sqlite(tmp_path_factory.mktemp("national"))
    operator.settings["IDP_ISSUER"] = NATIONAL
    operator.good("prepare")
    return operator.folder


@pytest.fixture
def national(national_folder: Path, tmp_path: Path) -> Operator:
    """A national store of the test's own."""
    shutil.copytree(national_folder, tmp_path, dirs_exist_ok=True)
    operator = on_sqlite(tmp_path)
    operator.settings["IDP_ISSUER"] = NATIONAL
    return operator


def refusal(operator: Operator, *arguments: str) -> str:
    """Return the one line of a command that is refused."""
    done = operator.run(*arguments)
    assert done.code != 0
    *_, line = done.err.splitlines()
    return line.removeprefix("idp: ")


def test_another_issuer_is_refused_by_commands_and_doctor(national: Operator) -> None:
    national.good("keys", "list")
    assert examine(national)[1]["issuer"]["verdict"] == "ok"
    national.settings["IDP_ISSUER"] = OTHER
    reported = f"IDP_ISSUER: is {OTHER}, but this database belongs to {NATIONAL}"
    assert refusal(national, "keys", "list").startswith(reported)
    assert "idp issuer change" in refusal(national, "prepare")
    code, found = examine(national)
    assert (code, found["issuer"]["verdict"]) == (1, "fail")
    assert NATIONAL in found["issuer"]["found"]


@EITHER
def test_another_issuer_stops_the_start(national: Operator, program: tuple[str, ...]) -> None:
    national.settings["IDP_ISSUER"] = OTHER
    assert reason_of(national, program).startswith(f"IDP_ISSUER: is {OTHER}, but")


def test_the_issuer_holds_on_each_database(either: Operator) -> None:
    either.good("keys", "list")
    either.settings["IDP_ISSUER"] = OTHER
    assert refusal(either, "keys", "list").startswith("IDP_ISSUER: ")


def test_a_store_of_this_machine_goes_on_at_another_port(operator: Operator) -> None:
    operator.settings["IDP_ISSUER"] = "http://127.0.0.1:8999"
    operator.good("keys", "list")
    operator.good("prepare", "--demo-accounts")


def test_a_national_store_takes_no_demonstration_people_for_a_changed_variable(national: Operator) -> None:
    national.settings["IDP_ISSUER"] = "http://localhost:8000"
    assert refusal(national, "prepare", "--demo-accounts").startswith("IDP_ISSUER: ")
    national.settings["IDP_ISSUER"] = NATIONAL
    assert national.reasons("operator:officer:issued") == []
    assert examine(national)[1]["issuer"]["verdict"] == "ok"


def test_the_issuer_is_changed_on_purpose(national: Operator) -> None:
    assert national.good("issuer", "show").splitlines()[0] == NATIONAL
    national.good("issuer", "change", OTHER)
    assert refusal(national, "keys", "list").startswith(f"IDP_ISSUER: is {NATIONAL}, but this database belongs to")
    national.settings["IDP_ISSUER"] = OTHER
    national.good("keys", "list")
    assert national.reasons("operator:issuer:changed") == ["changed"]


def test_a_wrong_issuer_is_not_changed_to(national: Operator) -> None:
    assert "must be https" in refusal(national, "issuer", "change", "http://dangnhap.example")
    assert "without path" in refusal(national, "issuer", "change", f"{OTHER}/sso")
    assert refusal(national, "issuer", "change", "http://localhost:8000").startswith("a national database")
    national.good("keys", "list")


def test_a_store_with_demonstration_people_stays_on_this_machine(operator: Operator) -> None:
    reported = refusal(operator, "issuer", "change", NATIONAL)
    assert reported.startswith("this database has demonstration people")
    operator.good("keys", "list")
    assert "demonstration" in examine(operator)[1]["issuer"]["found"]


def test_a_store_without_them_leaves_this_machine(bare: Operator) -> None:
    bare.good("prepare")
    bare.good("issuer", "change", NATIONAL)
    bare.settings["IDP_ISSUER"] = NATIONAL
    bare.good("keys", "list")


@EITHER
def test_demonstration_people_stop_a_start_off_this_machine(operator: Operator, program: tuple[str, ...]) -> None:
    operator.settings["IDP_ISSUER"] = NATIONAL
    assert "demonstration people" in reason_of(operator, program)


def test_demonstration_people_fail_the_doctor_off_this_machine(operator: Operator) -> None:
    operator.settings["IDP_ISSUER"] = NATIONAL
    code, found = examine(operator)
    assert (code, found["issuer"]["verdict"]) == (1, "fail")
    assert "demonstration people" in found["issuer"]["found"]


def test_a_public_client_secret_is_for_this_machine_only(national: Operator) -> None:
    published = entry(ClientId("hue"), client_secret="demo-only-secret-of-a-portal-0123456789")
    file = str(national.client_file(published))
    assert "demo-only-" in refusal(national, "clients", "apply", file)
    national.client_file(published | {"client_secret": "other-secret-of-a-portal-0123456789abcd"})
    national.good("clients", "apply", file)


def test_a_public_client_secret_marks_a_store_of_this_machine(bare: Operator) -> None:
    bare.good("prepare")
    published = entry(ClientId("hue"), client_secret="demo-only-secret-of-a-portal-0123456789")
    bare.good("clients", "apply", str(bare.client_file(published)))
    assert refusal(bare, "issuer", "change", NATIONAL).startswith("this database has demonstration people")


def test_a_public_secret_in_the_settings_is_for_this_machine_only(national: Operator) -> None:
    national.settings["IDP_POPULATION_REGISTER_SECRET"] = "demo-only-secret-of-the-register"
    assert refusal(national, "keys", "list").startswith("IDP_POPULATION_REGISTER_SECRET: ")
    national.settings["IDP_POPULATION_REGISTER_SECRET"] = "other-secret-of-the-register"
    national.good("keys", "list")
