"""`idp doctor`: what is right is ok, and each thing that is wrong is found alone, with what to do."""

import asyncio
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import orjson
import pytest
from redis import Redis

from clients.model import ClientId
from idp.adapters.sql.database import open_database
from idp.admin.clients.health import CheckCause, CheckKind, CheckResult, CheckState, Judged, Target
from records.structs import replace
from tests.flows.cli.conftest import on_sqlite
from tests.flows.cli.operator import Operator, entry
from tests.flows.simulated import simulator
from tests.support.parties.client_certificates import authority
from tests.support.running.listener import Listener
from tests.support.running.servers import RedisServer, free_port

SECRET = "secret-between-register-and-provider"
Findings = dict[str, dict[str, str]]


@pytest.fixture
def listener() -> Iterator[Listener]:
    with Listener() as opened:
        yield opened


@pytest.fixture(scope="session")
def healthy_folder(prepared_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a store that has a client, and whose logs are sealed and published; tests work on copies."""
    folder = tmp_path_factory.mktemp("healthy")
    shutil.copytree(prepared_folder, folder, dirs_exist_ok=True)
    operator = on_sqlite(folder)
    operator.good("clients", "apply", operator.client_file(entry(ClientId("hue"))))
    operator.good("audit", "seal")
    operator.good("transparency", "publish")
    return folder


@pytest.fixture(scope="session")
def registers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The registers' simulator: they answer questions, and not only calls."""
    with simulator(tmp_path_factory.mktemp("registers"), SIMULATOR_REGISTER_SECRET=SECRET) as server:
        server.wait_ready()
        yield server.base_url


@pytest.fixture
def healthy(healthy_folder: Path, tmp_path: Path, listener: Listener, registers: str) -> Operator:
    """An operator where nothing is wrong: a client, and a register and a gateway that answer."""
    shutil.copytree(healthy_folder, tmp_path, dirs_exist_ok=True)
    operator = on_sqlite(tmp_path)
    operator.settings |= {
        "IDP_EGRESS_ALLOW": "127.0.0.1",
        "IDP_POPULATION_REGISTER_URL": f"{registers}/population",
        "IDP_POPULATION_REGISTER_SECRET": SECRET,
        "IDP_ENTERPRISE_REGISTER_URL": f"{registers}/enterprise",
        "IDP_MESSAGE_GATEWAY_URL": f"{listener.url}/messages",
    }
    return operator


def examine(operator: Operator) -> tuple[int, Findings]:
    """Return the exit code and what was found, by what was looked at."""
    done = operator.run("doctor", "--json")
    findings: list[dict[str, str]] = orjson.loads(done.out)
    assert len({one["what"] for one in findings}) == len(findings), findings
    return done.code, {one["what"]: one for one in findings}


def amiss(operator: Operator) -> tuple[int, dict[str, str]]:
    """Return the exit code and the verdict on everything that is not ok."""
    code, found = examine(operator)
    assert all(one["remedy"] for one in found.values() if one["verdict"] != "ok")
    return code, {what: one["verdict"] for what, one in found.items() if one["verdict"] != "ok"}


def test_a_healthy_system_is_ok_throughout(healthy: Operator) -> None:
    code, found = examine(healthy)
    assert code == 0
    assert list(found) == [
        "settings",
        "master key",
        "database",
        "issuer",
        "clock",
        "keys ES256",
        "keys RS256",
        "data keys",
        "audit log",
        "transparency log",
        "passwords",
        "clients",
        "officers' numbers",
        "short-lived store",
        "population register",
        "enterprise register",
        "message gateway",
    ]
    assert {one["verdict"] for one in found.values()} == {"ok"}


def test_the_lines_for_people_begin_with_the_verdict(healthy: Operator) -> None:
    healthy.settings["IDP_MESSAGE_GATEWAY_URL"] = ""
    done = healthy.run("doctor")
    assert done.code == 1
    assert [line.split()[0] for line in done.out.splitlines()] == ["ok"] * 16 + ["fail", "->"]
    assert done.out.endswith("-> set IDP_MESSAGE_GATEWAY_URL\n")


def test_it_makes_and_writes_nothing(bare: Operator) -> None:
    code, found = amiss(bare)
    assert code == 1
    assert (found["master key"], found["database"]) == ("fail", "fail")
    assert list(bare.folder.iterdir()) == []


def test_a_wrong_setting_is_a_finding(healthy: Operator) -> None:
    healthy.settings["IDP_ISSUER"] = "dangnhap.example"
    code, found = examine(healthy)
    assert (code, list(found)) == (1, ["settings"])
    assert found["settings"]["found"].startswith("IDP_ISSUER: ")


def test_a_master_key_open_to_others_is_found(healthy: Operator) -> None:
    healthy.master_key.chmod(0o644)
    code, found = examine(healthy)
    assert (code, found["master key"]["verdict"]) == (1, "fail")
    assert found["master key"]["remedy"] == f"run `chmod 600 {healthy.master_key}`"


def test_a_master_key_of_another_system_is_found(healthy: Operator) -> None:
    healthy.master_key.write_text("A" * 43)
    done = healthy.run("doctor")
    assert done.code == 1
    assert "the master key does not open the signing keys in the database" in done.out


def test_a_database_that_does_not_answer_is_found_and_the_rest_still_looked_at(healthy: Operator) -> None:
    healthy.database_url = f"postgresql+asyncpg://idp@127.0.0.1:{free_port()}/idp"
    assert amiss(healthy) == (1, {"database": "fail"})


def test_redis_is_asked(healthy: Operator, redis_server: RedisServer) -> None:
    healthy.settings["IDP_REDIS_URL"] = redis_server.url
    assert amiss(healthy) == (0, {})
    healthy.settings["IDP_REDIS_URL"] = f"redis://127.0.0.1:{free_port()}/0"
    assert amiss(healthy) == (1, {"short-lived store": "fail"})


@pytest.mark.parametrize(
    ("name", "what", "unset"),
    [
        ("IDP_POPULATION_REGISTER_URL", "population register", (0, {"population register": "warn"})),
        ("IDP_MESSAGE_GATEWAY_URL", "message gateway", (1, {"message gateway": "fail"})),
    ],
)
def test_a_line_that_is_down_forbidden_or_unset_is_found(
    healthy: Operator, name: str, what: str, unset: tuple[int, dict[str, str]]
) -> None:
    healthy.settings[name] = f"http://127.0.0.1:{free_port()}/"
    assert amiss(healthy) == (1, {what: "fail"})
    healthy.settings[name] = "http://192.168.0.1/"
    _, found = examine(healthy)
    assert "IDP_EGRESS_ALLOW" in found[what]["remedy"]
    healthy.settings[name] = ""
    assert amiss(healthy) == unset


@pytest.mark.parametrize(
    ("register", "what", "kind"),
    [
        ("population", "population register", "soap"),
        ("population", "population register", "rest"),
        ("enterprise", "enterprise register", "soap"),
    ],
)
def test_a_register_in_maintenance_answers_calls_and_no_question(
    healthy: Operator, registers: str, register: str, what: str, kind: str
) -> None:
    healthy.settings["IDP_POPULATION_REGISTER_KIND"] = kind
    assert amiss(healthy) == (0, {})
    control = f"{registers}/controls/{register}"
    httpx2.put(control, json={"mode": "maintenance"}).raise_for_status()
    try:
        assert amiss(healthy) == (1, {what: "fail"})
    finally:
        httpx2.put(control, json={"mode": "ok"}).raise_for_status()


def test_a_register_that_does_not_know_us_is_found(healthy: Operator) -> None:
    healthy.settings["IDP_POPULATION_REGISTER_SECRET"] = "not-the-password-at-all"
    assert amiss(healthy) == (1, {"population register": "fail"})


def test_a_redis_that_answers_and_takes_no_writes_is_found(healthy: Operator) -> None:
    with RedisServer() as full:
        healthy.settings["IDP_REDIS_URL"] = full.url
        assert amiss(healthy) == (0, {})
        with Redis.from_url(full.url) as admin:
            admin.config_set("maxmemory", "1")
        assert amiss(healthy) == (1, {"short-lived store": "fail"})


def test_a_state_portal_outside_gov_vn_is_worth_a_look(healthy: Operator) -> None:
    """Thông tư 01/2018/TT-VPCP Điều 16."""
    healthy.good(
        "clients", "apply", healthy.client_file(entry(ClientId("hue"), redirect_uris=["https://bank.example/callback"]))
    )
    code, found = examine(healthy)
    assert (code, found["clients"]["verdict"]) == (0, "warn")
    assert "bank.example is not under gov.vn" in found["clients"]["found"]


def test_an_old_legacy_sign_on_that_ends_soon_is_worth_a_look_and_shown_in_the_list(healthy: Operator) -> None:
    soon = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
    healthy.good("clients", "apply", healthy.client_file(entry(ClientId("hue"), legacy_dialect_until=soon)))
    _, found = examine(healthy)
    assert found["clients"]["verdict"] == "warn"
    assert f"hue: old dialect ends on {soon}" in found["clients"]["found"]
    assert f"old dialect ends on {soon}" in healthy.good("clients", "list")


def test_rfc9207_2_errors_without_iss_are_worth_a_look_and_shown_with_the_client(healthy: Operator) -> None:
    soon = (datetime.now(UTC) + timedelta(days=200)).date().isoformat()
    healthy.good("clients", "apply", healthy.client_file(entry(ClientId("hue"), error_iss_omitted_until=soon)))
    code, found = examine(healthy)
    assert (code, found["clients"]["verdict"]) == (0, "warn")
    said = f"error responses lack iss until {soon}"
    assert f"hue: {said}" in found["clients"]["found"]
    assert said in healthy.good("clients", "list")
    assert f"warning: {said}" in healthy.good("clients", "show", "hue")
    # Its positive twin: without the member there is nothing to look at.
    healthy.good("clients", "apply", healthy.client_file(entry(ClientId("hue"))))
    assert said not in str(examine(healthy)[1])
    assert "warning" not in healthy.good("clients", "show", "hue")


def test_an_exception_that_is_over_is_an_error_until_somebody_acts(healthy: Operator) -> None:
    soon = (datetime.now(UTC) + timedelta(days=1)).date().isoformat()
    healthy.good("clients", "apply", healthy.client_file(entry(ClientId("hue"), error_iss_omitted_until=soon)))
    assert examine(healthy)[1]["clients"]["verdict"] == "warn"
    asyncio.run(ended(healthy.database_url))
    code, found = examine(healthy)
    assert (code, found["clients"]["verdict"]) == (1, "fail")
    assert "hue: error responses have iss again" in found["clients"]["found"]


async def ended(url: str) -> None:
    """Move the last day into the past, as time would."""
    database = await open_database(url)
    client = await database.clients.find(ClientId("hue"))
    assert client is not None
    past = (datetime.now(UTC) - timedelta(days=3)).date()
    await database.clients.save(replace(client, error_iss_omitted_until=past), expected_version=client.version)
    await database.close()


async def keep_failing(url: str, address: str) -> None:
    """Keep, as the job does, that a key set was not there."""
    database = await open_database(url)
    now, host = datetime.now(UTC), "dichvucong.hue.gov.vn:443"
    taken = await database.client_checks.take(host, now, now + timedelta(minutes=1))
    assert taken is not None
    judged = Judged(CheckState.FAILS, CheckCause.MISSING, "404")
    result = CheckResult(ClientId("hue"), Target(CheckKind.KEY_SET, address, host), judged, now, None, now)
    assert await database.client_checks.record(taken, [result], now + timedelta(hours=1))
    await database.close()


def test_a_clients_server_that_fails_is_worth_a_look_as_long_as_the_client_has_it(healthy: Operator) -> None:
    address = "https://dichvucong.hue.gov.vn/jwks"
    keys = {"jwks_uri": address, "token_endpoint_auth_method": "private_key_jwt"}
    healthy.good("clients", "apply", healthy.client_file(entry(ClientId("hue"), **keys)))
    asyncio.run(keep_failing(healthy.database_url, address))
    code, found = examine(healthy)
    assert (code, found["clients"]["verdict"]) == (0, "warn")
    assert f"hue: its key set at {address} fails (missing 404, since" in found["clients"]["found"]
    healthy.good("clients", "apply", healthy.client_file(entry(ClientId("hue"))))
    assert amiss(healthy) == (0, {})


def test_no_client_is_worth_a_look_and_disabled_ones_do_not_count(healthy: Operator) -> None:
    healthy.good("clients", "disable", "hue")
    assert amiss(healthy) == (0, {"clients": "warn"})


def test_a_public_issuer_with_no_proxy_trusted_is_worth_a_look(healthy: Operator) -> None:
    healthy.settings["IDP_ISSUER"] = "https://dangnhap.example"
    with closing(sqlite3.connect(healthy.folder / "idp.db")) as store, store:
        store.execute("UPDATE installation SET issuer = 'https://dangnhap.example', demonstration_since = NULL")
    assert amiss(healthy) == (0, {"settings": "warn"})
    healthy.settings["IDP_TRUSTED_PROXIES"] = "10.0.0.1"
    _, found = examine(healthy)
    assert "SQLite" in found["settings"]["found"]


@pytest.mark.parametrize(
    ("days", "verdict", "reported"),
    [
        (-1, "warn", "not served any more"),
        (20, "warn", "expires on"),
        (200, "ok", "good until"),
        (500, "warn", "a year"),
    ],
)
def test_rfc9116_2_5_5_a_contact_for_reports_that_grows_old_is_found(
    healthy: Operator, days: int, verdict: str, reported: str
) -> None:
    assert "security.txt" not in examine(healthy)[1]
    healthy.settings |= {
        "IDP_SECURITY_CONTACT": "mailto:an-toan@dangnhap.example",
        "IDP_SECURITY_EXPIRES": (datetime.now(UTC) + timedelta(days=days)).isoformat(),
    }
    code, found = examine(healthy)
    assert (code, found["security.txt"]["verdict"]) == (0, verdict)
    assert reported in found["security.txt"]["found"]


def test_a_coming_rotation_is_shown(healthy: Operator) -> None:
    healthy.good("keys", "rotate")
    _, found = examine(healthy)
    assert "the next from" in found["keys ES256"]["found"]


def test_clients_that_need_a_certificate_which_cannot_arrive_are_found_and_authorities_that_end(
    healthy: Operator,
) -> None:
    method = {"token_endpoint_auth_method": "tls_client_auth", "tls_client_auth_san_dns": "hue.example"}
    healthy.good("clients", "apply", healthy.client_file(entry(ClientId("hue"), **method)))
    code, found = examine(healthy)
    assert (code, found["clients"]["verdict"]) == (1, "fail")
    assert "none reaches the provider" in found["clients"]["found"]
    healthy.settings |= {"IDP_TRUSTED_PROXIES": "10.0.0.1", "IDP_CLIENT_CERTIFICATES": "rfc9440"}
    code, found = examine(healthy)
    assert (code, found["client certificates"]["verdict"]) == (1, "ok")
    assert "none is trusted" in found["clients"]["found"]
    authorities = healthy.folder / "authorities.pem"
    healthy.settings["IDP_CLIENT_AUTHORITIES_FILE"] = str(authorities)
    for age, verdict in ((0, "ok"), (250, "warn"), (310, "warn")):
        authorities.write_bytes(authority(datetime.now(UTC) - timedelta(days=age)).pem)
        assert examine(healthy)[1]["client certificates"]["verdict"] == verdict
    assert examine(healthy)[0] == 0
