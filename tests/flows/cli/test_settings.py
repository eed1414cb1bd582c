"""A wrong setting is one line that names its variable, for the command and for the server alike (exit code not 0)."""

import re

import pytest

from idp.environment import Settings
from tests.flows.cli.operator import Operator
from tests.support.operator import run_idp, run_server
from tests.support.running.servers import REPOSITORY

WRONG = [
    ("IDP_ISSUER", "http://dangnhap.example", "must be https"),
    ("IDP_ISSUER", "https://dangnhap.example/sso", "without path"),
    ("IDP_DATABASE_URL", "mysql://127.0.0.1/idp", "must begin with sqlite+aiosqlite:/// or postgresql+asyncpg://"),
    ("IDP_REDIS_URL", "http://127.0.0.1", "must begin with redis://"),
    ("IDP_REDIS_URL", "redis://127.0.0.1/0?cluster=1", "unknown options"),
    ("IDP_LISTEN", "8000", "must be host:port"),
    ("IDP_PROCESSES", "0", "greater than or equal to 1"),
    ("IDP_EGRESS_ALLOW", "10.0.0.1/8", "10.0.0.1/8"),
    ("IDP_EXTRA_CA_FILE", "/nonexistent/ca.pem", "does not point to a file"),
    ("IDP_CLIENT_CERTIFICATES", "yes", "'rfc9440' or 'escaped-pem'"),
    ("IDP_CLIENT_CERTIFICATES", "rfc9440", "name each of them in IDP_TRUSTED_PROXIES"),
    ("IDP_CLIENT_CERTIFICATES_ADDRESS", "http://mtls.example", "must be https"),
    ("IDP_CLIENT_CERTIFICATES_ADDRESS", "https://mtls.example", "belongs together with IDP_CLIENT_CERTIFICATES"),
    ("IDP_CLIENT_AUTHORITIES_FILE", __file__, "certificates of authorities, in PEM"),
    ("IDP_SECURITY_CONTACT", "an-toan@dangnhap.example", "must be mailto:, tel: or https: addresses"),
    ("IDP_SECURITY_EXPIRES", "2027-06-30T00:00:00", "timezone"),
    ("IDP_SECURITY_POLICY", "http://dangnhap.example", "must be an https address"),
    ("IDP_MESSAGE_GATEWAY_URL", "smtp://127.0.0.1", "must be an http or https address"),
    ("IDP_MESSAGE_GATEWAY_HEADER", "X-Key: a\nX-Other: b", "must be one header"),
    ("IDP_MESSAGE_GATEWAY_KEY", "pyproject.toml", "belongs together with IDP_MESSAGE_GATEWAY_CERT"),
    ("IDP_SMTP_URL", "http://127.0.0.1", "must be smtps://host or smtp://host"),
    ("IDP_SMTP_URL", "smtps://user:password@mail.example", "must be smtps://host or smtp://host"),
    ("IDP_SMTP_SENDER", "nobody", "must be an e-mail address"),
    ("IDP_HELP_LINE", "call us", "must be a telephone number"),
    ("IDP_SMTP_USER", "sign-on", "belongs together with IDP_SMTP_PASSWORD"),
]


@pytest.mark.parametrize(("name", "value", "reason"), WRONG)
def test_a_wrong_setting_is_one_line(bare: Operator, name: str, value: str, reason: str) -> None:
    bare.settings[name] = value
    done = bare.run("migrate")
    assert (done.code, done.out) == (2, "")
    (line,) = done.err.splitlines()
    assert line.startswith(f"idp: {name}: ")
    assert reason in line


@pytest.mark.parametrize("wrong", [WRONG[0], WRONG[4], WRONG[7]], ids=lambda wrong: wrong[0])
def test_the_server_says_the_same(bare: Operator, wrong: tuple[str, str, str]) -> None:
    name, value, reason = wrong
    bare.settings[name] = value
    done = run_server(bare.environment)
    assert done.code == 1
    (line,) = done.err.splitlines()
    assert line.startswith(f"{name}: ")
    assert reason in line


@pytest.mark.parametrize("name", ["IDP_ISSUER", "IDP_DATABASE_URL", "IDP_MASTER_KEY_FILE"])
def test_a_missing_setting_is_named(bare: Operator, name: str) -> None:
    environment = {key: value for key, value in bare.environment.items() if key != name}
    assert run_idp(["keys", "list"], environment).err == f"idp: {name}: is missing\n"
    assert run_server(environment).err == f"{name}: is missing\n"


def test_a_password_in_an_address_is_not_repeated(bare: Operator) -> None:
    bare.settings["IDP_REDIS_URL"] = "redis://:hidden-word@127.0.0.1/0?cluster=1"
    assert "hidden-word" not in run_server(bare.environment).err


def test_a_contact_for_reports_needs_its_end(bare: Operator) -> None:
    bare.settings["IDP_SECURITY_CONTACT"] = "mailto:an-toan@dangnhap.example"
    done = bare.run("keys", "list")
    assert (done.code, done.err.startswith("idp: IDP_SECURITY_EXPIRES: belongs together")) == (2, True)


def test_several_processes_need_redis(bare: Operator) -> None:
    bare.settings["IDP_PROCESSES"] = "2"
    done = bare.run("keys", "list")
    assert done.err == "idp: IDP_REDIS_URL: is empty, and the in-process store serves one process only\n"
    assert done.code == 2


def test_certificate_and_key_belong_together(bare: Operator) -> None:
    certificate = bare.folder / "certificate.pem"
    certificate.touch()
    bare.settings["IDP_TLS_CERT"] = str(certificate)
    assert bare.run("keys", "list").err.startswith("idp: IDP_TLS_KEY: ")


def test_the_operations_page_lists_every_setting_and_no_other() -> None:
    page = (REPOSITORY / "docs" / "operations.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `(IDP_[A-Z_]+)` \|", page, re.MULTILINE)
    assert sorted(listed) == sorted(f"IDP_{name.upper()}" for name in Settings.model_fields)
