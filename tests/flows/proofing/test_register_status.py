"""The registers' health as everybody sees it, and sign-in while they hang, drip or are gone (case F10)."""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

from migrations.runner import upgrade
from portals.simulator.faults import Mode
from portals.simulator.people import BY_NUMBER
from tests.flows.portals import make_portals
from tests.flows.running_provider import CITIZENS, RunningProvider, gateway_settings
from tests.flows.simulated import simulator
from tests.security.registering import declare, register, wait_code
from tests.support.parties.relying_party import sign_in
from tests.support.patience import patient, patiently
from tests.support.plain.browser import Browser, shown
from tests.support.running.listener import Listener
from tests.support.running.provider import Provider
from tests.support.running.servers import PostgresServer, RedisServer
from tests.support.waiting import wait_for

SECRET = "secret-between-register-and-provider"
PASSWORD = "bốn con mèo ngồi đợi mưa"
# Living people without an account; five are as many as open the circuit.
STRANGERS = ("079899000003", "048999000004", "038899000005", "040999000006", "092899000007")
# Others, who wait for one that hangs or drips; fewer than open it.
NEWCOMERS = {
    Mode.HANGING: ("056999000008", "031899000009"),
    Mode.DRIPPING: ("022999000010", "075899000011"),
}


@dataclass(frozen=True, slots=True)
class Watched:
    """A provider, and the registers that it asks."""

    running: RunningProvider
    simulator: str

    def behave(self, mode: Mode, register: str = "population") -> None:
        """Set how a register answers."""
        url = f"{self.simulator}/controls/{register}"
        self.running.http.put(url, json={"mode": mode, "delay_seconds": 60}).raise_for_status()

    def reported(self, place: int = 0) -> dict[str, dict[str, str]]:
        """Return what a process tells portals about the registers."""
        answer = self.running.http.get(f"{self.running.provider.base(place)}/status.json")
        assert answer.status_code == 200
        registers: dict[str, dict[str, str]] = answer.json()["registers"]
        return registers

    def condition(self, register: str = "population", place: int = 0) -> str:
        return self.reported(place)[register]["condition"]

    def page(self, language: str) -> str:
        return self.running.http.get(f"{self.running.provider.base()}/status?lang={language}").text


@contextmanager
def watched(folder: Path, http: httpx2.Client, provider_of: Callable[[dict[str, str]], Provider]) -> Iterator[Watched]:
    with simulator(folder, SIMULATOR_REGISTER_SECRET=SECRET) as registers, Listener() as listener:
        provider = provider_of(
            {
                "IDP_POPULATION_REGISTER_URL": f"{registers.base_url}/population",
                "IDP_POPULATION_REGISTER_SECRET": SECRET,
                "IDP_POPULATION_REGISTER_KIND": "rest",
                "IDP_ENTERPRISE_REGISTER_URL": f"{registers.base_url}/enterprise",
                **gateway_settings(listener),
            }
        )
        portals = make_portals(listener)
        provider.prepare([one.entry for one in portals.values()], CITIZENS[:9])
        registers.wait_ready()
        with provider:
            yield Watched(RunningProvider(provider, portals, listener, http), registers.base_url)


@pytest.fixture(scope="module")
def embedded_system(tmp_path_factory: pytest.TempPathFactory, http: httpx2.Client) -> Iterator[Watched]:
    """One process."""
    folder = tmp_path_factory.mktemp("watched")
    url = f"sqlite+aiosqlite:///{folder}/idp.db"
    with watched(folder, http, lambda settings: Provider(folder, url, settings=settings)) as one:
        yield one


@pytest.fixture
def embedded_watch(embedded_system: Watched) -> Iterator[Watched]:
    """The same, with registers that answer before and after the test."""
    wait_for("the population register answers", lambda: embedded_system.condition("population") == "working")
    wait_for("the enterprise register answers", lambda: embedded_system.condition("enterprise") == "working")
    yield embedded_system
    embedded_system.behave(Mode.OK)


@pytest.fixture
def cluster_watch(
    own_folder: Path, http: httpx2.Client, postgres: PostgresServer, redis_server: RedisServer
) -> Iterator[Watched]:
    """Two processes with PostgreSQL and Redis."""
    url = postgres.create_database(postgres.template("migrated", upgrade))
    redis_server.flush()
    with watched(
        own_folder, http, lambda settings: Provider(own_folder, url, redis_server.url, count=2, settings=settings)
    ) as one:
        yield one
    postgres.drop_database(url)


def register_somebody(watched: Watched, browser: Browser, number: str, phone: str) -> str:
    """Register a demonstration person as far as the verdict, and return the page that tells it."""
    verdict, _ = register(browser, watched.running.listener, BY_NUMBER[number], phone, PASSWORD)
    return " ".join(verdict.texts)


def open_the_circuit(watched: Watched) -> None:
    """Let five people meet a register that hangs up on them."""
    watched.behave(Mode.DOWN)
    for place, number in enumerate(STRANGERS):
        with Browser(watched.running.provider.base()) as browser:
            register_somebody(watched, browser, number, f"+8491234567{place}")


def test_both_registers_are_seen_to_work_before_anybody_asked(embedded_watch: Watched) -> None:
    english, vietnamese = embedded_watch.page("en"), embedded_watch.page("vi")
    assert (english.count("<strong>Working</strong>"), vietnamese.count("<strong>Đang hoạt động</strong>")) == (2, 2)
    assert "Sign-in works." in english
    assert re.search(r"Trả lời gần nhất lúc \d\d:\d\d, \d\d/\d\d/\d{4}", vietnamese)


def test_portals_may_read_the_status_from_any_origin_and_keep_it_for_seconds(embedded_watch: Watched) -> None:
    answer = embedded_watch.running.http.get(f"{embedded_watch.running.provider.base()}/status.json")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cache-control"] == "public, max-age=5"
    assert answer.json()["sign_in"] == "working"
    assert set(answer.json()["registers"]["population"]) == {"condition", "state", "since", "last_answer_at"}


@pytest.mark.long
def test_f10_a_register_that_went_away_is_told_as_silent_and_is_found_back_without_anybody_asking(
    embedded_watch: Watched,
) -> None:
    wait_for("the register answers", lambda: embedded_watch.condition() == "working")
    open_the_circuit(embedded_watch)
    wait_for("the register is told as silent", lambda: embedded_watch.condition() == "silent")
    assert "Not answering" in embedded_watch.page("en")
    assert "Không trả lời" in embedded_watch.page("vi")
    ready = embedded_watch.running.http.get(f"{embedded_watch.running.provider.base()}/health/ready")
    assert (ready.status_code, ready.json()["status"]) == (200, "ready")
    assert ready.json()["registers"]["population"] in {"open", "half_open"}
    embedded_watch.behave(Mode.OK)
    wait_for("the register is seen to be back", lambda: embedded_watch.condition() == "working", patiently(60))


def test_a_process_tells_what_another_one_found_out(cluster_watch: Watched) -> None:
    wait_for("the register answers", lambda: cluster_watch.condition() == "working")
    open_the_circuit(cluster_watch)
    wait_for("the process that asked tells it", lambda: cluster_watch.condition(place=0) == "silent")
    wait_for("the other process tells it", lambda: cluster_watch.condition(place=1) == "silent")


@pytest.mark.long
@pytest.mark.parametrize("mode", NEWCOMERS)
def test_f10_a_returning_citizen_signs_in_while_a_new_one_waits_for_the_register(
    embedded_watch: Watched, mode: Mode
) -> None:
    embedded_watch.behave(mode)
    # On a busy machine the register's time may be up before a sign-in has ended: then the next newcomer waits.
    assert any(signs_in_meanwhile(embedded_watch, number) for number in NEWCOMERS[mode])


def signs_in_meanwhile(watched: Watched, number: str) -> bool:
    """Let a newcomer wait for the register and a citizen sign in; say whether the newcomer still waited then."""
    running, phone = watched.running, f"+8450400{number[-4:]}"
    with ThreadPoolExecutor() as pool, running.browser() as one, running.browser() as other:
        page = declare(one, BY_NUMBER[number], phone)
        before_password = shown(one.submit(page, "verify", code=wait_code(running.listener, phone)))
        waiting = pool.submit(one.submit, before_password, "continue", password=PASSWORD)
        landing = sign_in(other, running.party(), running.citizen())
        still_waited = not waiting.done()
        assert landing.claims["acr"] == "loa2"
        assert shown(waiting.result(timeout=patient(30))).shows("registered")
    return still_waited


@pytest.mark.one_form
def test_programs_get_json_for_a_wrong_method_at_the_status_document(
    running: RunningProvider, browser: Browser
) -> None:
    answer = browser.http.post("/status.json")
    assert (answer.status_code, answer.headers["content-type"]) == (405, "application/json")
