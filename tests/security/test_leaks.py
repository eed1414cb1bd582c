"""Canaries go through whole flows; neither log, nor audit trail, nor a stolen copy of the store gives one back."""

import json
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, quote_plus

import httpx2
import pytest

from clients.model import ClientId
from migrations.runner import upgrade
from portals.simulator.people import PEOPLE
from portals.simulator.subscribers import phones_of
from tests.flows.portals import make_portals, secret_of
from tests.flows.running_provider import RunningProvider, gateway_settings
from tests.flows.stored import fetch
from tests.security.as_old_portal import visit_as_old_portal
from tests.security.own_secrets import confide
from tests.security.registering import REGISTER_SECRET, register, register_simulator, wait_code
from tests.support.every import every_case
from tests.support.parties.relying_party import show_password, sign_on
from tests.support.plain.browser import MARK, Browser, landed, shown
from tests.support.running.listener import Listener
from tests.support.running.postgres import postgres_programs
from tests.support.running.provider import Citizen, Provider
from tests.support.running.servers import PostgresServer, RedisServer

PERSON = PEOPLE[2]
PHONE, _ = phones_of(PERSON.number)
CANARY = Citizen(PERSON.number, "canary-Passphrase-Jackdaw-41", PERSON.full_name, PHONE)
WRONG_PASSWORD, WRONG_SECRET = "canary-Wrong-Passphrase-88", "canary-wrong-client-secret"
EMAIL = "canary.jackdaw@thu.example"
NOISY = (sys.executable, "-m", "tests.security.noisy_server")
PERSONAL = {
    "personal number": PERSON.number,
    "phone": PHONE,
    "national phone": PHONE.replace("+84", "0"),
    "bare phone": PHONE[3:],
    "name": PERSON.full_name,
    "name in capitals": PERSON.full_name.upper(),
    "e-mail": EMAIL,
    # What the register says without being asked; the simulator says it about everybody.
    "father": "NGƯỜI CHA MẪU",
    "place of origin": "QUÊ MẪU",
    "household": "SỔ MẪU",
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """What an intruder finds, and what was said in confidence."""

    log: str
    audit: str
    store: bytes
    canaries: Mapping[str, str]


def spellings(text: str) -> set[str]:
    """Return a value as a log could spell it: plain, as JSON, as a Python literal, in an address."""
    return {text, json.dumps(text)[1:-1], ascii(text)[1:-1], quote(text, safe=""), quote_plus(text), quote(text)}


def found_in(text: str, canaries: Mapping[str, str]) -> list[str]:
    """Return the names of the canaries that occur."""
    return [name for name, value in canaries.items() if any(one in text for one in spellings(value))]


def walk_through(running: RunningProvider) -> dict[str, str]:
    """Send every canary through registration, sign-in, step-up, tokens and logout; return those made on the way."""
    party = running.party()
    with Browser(running.provider.base()) as browser:
        verdict, sms_code = register(browser, running.listener, PERSON, PHONE, CANARY.password)
        assert verdict.shows("registered")
        wrong = Citizen(CANARY.number, WRONG_PASSWORD)
        started = party.start(login_hint=EMAIL)
        page = show_password(browser, browser.page(started.location), wrong)
        landing = landed(show_password(browser, shown(page), CANARY))
        code = party.code_of(started, landing)
        tokens = party.complete(started, landing)
        raised = party.start(acr_values="loa3", scope="openid offline_access")
        step_up = browser.page(raised.location)
        second_code = wait_code(running.listener, PHONE, 2)
        more = party.complete(raised, landed(browser.submit(step_up, "verify", code=second_code)))
        refreshed = party.refresh(str(more.refresh_token)).json()
        session, mark = browser.session or "", browser.http.cookies[MARK]
        assert party.introspect(tokens.access_token)["active"] is True
        for replayed in (party.redeem(started, code), party.refresh("x" + refreshed["refresh_token"])):
            assert replayed.status_code == 400
        refused = running.http.post(
            party.base + "/token",
            data={"grant_type": "client_credentials", "client_id": "so-tu-phap", "client_secret": WRONG_SECRET},
        )
        assert refused.status_code == 401
        assert sign_on(browser, party).claims["sub"] == tokens.claims["sub"]
        confided = confide(running, browser, EMAIL, PHONE)
        assert party.revoke(refreshed["access_token"]).status_code == 200
        old = visit_as_old_portal(running, browser, CANARY)
        browser.open(f"/logout?id_token_hint={more.id_token}")
    assert len(session) == len(mark) == 43
    return {
        "code": code,
        "verifier": started.verifier,
        "access token": tokens.access_token,
        "ID token": tokens.id_token,
        "refresh token": str(more.refresh_token),
        "next refresh token": refreshed["refresh_token"],
        "session": session,
        "browser mark": mark,
        "form token": step_up.values["form"],
        "SMS code": sms_code,
        "second SMS code": second_code,
        **confided,
        **old,
    }


SPOKEN = {
    "password": CANARY.password,
    "wrong password": WRONG_PASSWORD,
    "client secret": secret_of(ClientId("quoc-gia")),
    "wrong client secret": WRONG_SECRET,
    "register secret": REGISTER_SECRET,
}


def sqlite_bytes(folder: Path) -> bytes:
    """Return the database file and whatever SQLite keeps beside it."""
    files = sorted(folder.glob("idp.db*"))
    assert folder / "idp.db-wal" in files, "the test means to read the write-ahead log too"
    return b"".join(path.read_bytes() for path in files)


def sqlite_audit(folder: Path) -> str:
    """Return the audit trail as text."""
    with sqlite3.connect(folder / "idp.db") as store:
        return repr(store.execute("SELECT * FROM audit_events").fetchall())


def dumped(url: str) -> bytes:
    """Return the whole of a PostgreSQL database as `pg_dump` writes it."""
    address = url.replace("postgresql+asyncpg", "postgresql")
    done = subprocess.run([postgres_programs() / "pg_dump", address], capture_output=True, check=True, env={})
    return done.stdout


def noisy(
    folder: Path, url: str, redis_url: str, http: httpx2.Client
) -> Iterator[tuple[RunningProvider, dict[str, str]]]:
    """Run a noisy provider on a store, and walk through it."""
    with Listener() as listener, register_simulator(folder) as register_settings:
        reported = {**gateway_settings(listener), **register_settings, "PYTHONASYNCIODEBUG": "1"}
        provider = Provider(folder, url, redis_url, settings=reported, argv=NOISY)
        portals = make_portals(listener)
        provider.prepare([one.entry for one in portals.values()], [])
        with provider:
            running = RunningProvider(provider, portals, listener, http)
            yield running, walk_through(running)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def evidence(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, http: httpx2.Client
) -> Iterator[Evidence]:
    """What remains after the walk, on both kinds of stores."""
    folder = tmp_path_factory.mktemp("noisy")
    if request.param == "sqlite":
        for running, made in noisy(folder, f"sqlite+aiosqlite:///{folder}/idp.db", "", http):
            yield Evidence(
                running.provider.log_text(), sqlite_audit(folder), sqlite_bytes(folder), {**PERSONAL, **SPOKEN, **made}
            )
        return
    postgres: PostgresServer = request.getfixturevalue("postgres")
    redis: RedisServer = request.getfixturevalue("redis_server")
    redis.flush()
    url = postgres.create_database(postgres.template("migrated", upgrade))
    for running, made in noisy(folder, url, redis.url, http):
        rows = running.provider.run(fetch(url, "SELECT * FROM audit_events"))
        yield Evidence(running.provider.log_text(), repr(rows), dumped(url), {**PERSONAL, **SPOKEN, **made})
    postgres.drop_database(url)


def without_sms_codes(canaries: Mapping[str, str]) -> dict[str, str]:
    """Six digits occur by chance in any longer number: they are searched as a word of their own."""
    return {name: value for name, value in canaries.items() if not name.endswith("SMS code")}


def test_no_canary_is_in_the_log_of_the_noisiest_server(evidence: Evidence) -> None:
    assert "noisy DEBUG nothing is held back" in evidence.log
    assert found_in(evidence.log, without_sms_codes(evidence.canaries)) == []


def test_no_canary_is_in_the_audit_trail(evidence: Evidence) -> None:
    assert "account:password:accepted" in evidence.audit
    assert found_in(evidence.audit, without_sms_codes(evidence.canaries)) == []


def test_no_one_time_code_is_in_log_or_audit_trail(evidence: Evidence) -> None:
    with every_case() as cases:
        for name in ("SMS code", "second SMS code", "e-mail SMS code", "app SMS code"):
            word = re.compile(rf"(?<![\w.]){evidence.canaries[name]}(?!\w)")
            for place, text in (("log", evidence.log), ("audit trail", evidence.audit)):
                with cases.of(name, place):
                    assert word.search(text) is None


def test_a_stolen_store_holds_no_person_and_no_secret_in_plain_text(evidence: Evidence) -> None:
    assert b"quoc-gia" in evidence.store, "the bytes are those of the store"
    stolen = [
        name
        for name, value in without_sms_codes(evidence.canaries).items()
        for one in spellings(value)
        for code in ("utf-8", "utf-16-le")
        if one.encode(code) in evidence.store
    ]
    assert stolen == []
