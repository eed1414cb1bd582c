"""Registration over HTTP, with the real register simulator behind the provider."""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from portals.simulator.person import Person
from tests.support.page import Page
from tests.support.plain.browser import Browser, shown
from tests.support.running.listener import Listener
from tests.support.running.servers import ServerProcess, free_port
from tests.support.waiting import wait_for

REGISTER_SECRET = "a-register-secret-of-the-tests"


@contextmanager
def register_simulator(folder: Path) -> Iterator[dict[str, str]]:
    """Run the simulator and yield the provider's settings for it."""
    port = free_port()
    program = "portals.simulator.app:build_app"
    argv = (sys.executable, "-m", "uvicorn", "--factory", program, "--port", str(port), "--no-access-log")
    server = ServerProcess(
        argv,
        base_url=f"http://127.0.0.1:{port}",
        environment={"SIMULATOR_REGISTER_SECRET": REGISTER_SECRET},
        log_path=folder / "simulator.log",
        ready_path="/people.json",
    )
    with server:
        yield {
            "IDP_POPULATION_REGISTER_URL": f"http://127.0.0.1:{port}/population",
            "IDP_POPULATION_REGISTER_SECRET": REGISTER_SECRET,
            "IDP_SUBSCRIBER_MATCH_URL": f"http://127.0.0.1:{port}/subscribers",
            "IDP_SUBSCRIBER_MATCH_SECRET": REGISTER_SECRET,
        }


def codes_to(listener: Listener, phone: str) -> list[str]:
    """Return the one-time codes sent to a phone, oldest first; notices have none."""
    texts = listener.texts_to(phone)
    return [code for text in texts for code in re.findall(r"(?<!\d)\d{6}(?!\d)", text)]


def wait_code(listener: Listener, phone: str, count: int = 1) -> str:
    """Return the `count`-th code to a phone as soon as it has come."""

    def enough() -> list[str] | None:
        codes = codes_to(listener, phone)
        return codes if len(codes) >= count else None

    return wait_for(f"{count} codes to {phone}", enough)[count - 1]


def declare(browser: Browser, person: Person, phone: str) -> Page:
    """Fill in the first page and return the page of the code."""
    year, month, day = person.born.split("-")
    typed = {"number": person.number, "full_name": person.full_name, "phone": phone}
    born = {"birth_day": day, "birth_month": month, "birth_year": year}
    return shown(browser.submit(browser.page("/register"), "continue", **typed, **born))


def register(browser: Browser, listener: Listener, person: Person, phone: str, password: str) -> tuple[Page, str]:
    """Register somebody; return the verdict's page and the code that was sent."""
    before = len(codes_to(listener, phone))
    page = declare(browser, person, phone)
    code = wait_code(listener, phone, before + 1)
    page = shown(browser.submit(page, "verify", code=code))
    return shown(browser.submit(page, "continue", password=password)), code
