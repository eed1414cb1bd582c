"""The whole of `make run` on free ports, and a person's browser in front of it."""

import json
import os
import signal
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Self

import httpx2
import yaml
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Response

from clients.model import ClientId
from portals.embedded import Folders, Layout, client_file, provider_environment
from portals.simulator.faults import Mode
from portals.simulator.person import Person
from tests.support.operator import run_idp
from tests.support.patience import patiently
from tests.support.running.free_ports import free_port, take
from tests.support.running.local_process import LocalProcess
from tests.support.running.server_process import REPOSITORY

# Debian's Chromium in a container: no sandbox for root, no screen, and no word to anybody outside.
CHROMIUM_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE localhost , EXCLUDE 127.0.0.1",
    # A process for each site and a reporter of crashes cost a third of every navigation and change nothing on a page.
    "--disable-site-isolation-trials",
    "--renderer-process-limit=1",
    "--disable-extensions",
    "--disable-crash-reporter",
    "--disable-breakpad",
)
# A page on two shared cores; a test that needs longer has found something.
PATIENCE = patiently(15)
_POLL_SECONDS = 0.05
_START, _STOP = patiently(25), patiently(20)


def until(found: Callable[[], bool], what: str, within: timedelta = PATIENCE) -> None:
    """Look again and again until it is so; AssertionError naming `what` when it is not in time."""
    deadline = time.monotonic() + within.total_seconds()
    while not found():
        assert time.monotonic() < deadline, f"not within {within}: {what}"
        time.sleep(_POLL_SECONDS)


class EmbeddedSystem:
    """The launcher and all that it starts, with data of its own; `layout` says which ports it took."""

    def __init__(self, data: Path) -> None:
        self.layout = _free_layout()
        self.folders = Folders(REPOSITORY, data)
        self._process = LocalProcess(
            [sys.executable, "-m", "portals.launch", "--data", data, "--port-base", str(self.layout.base)],
            log_path=data.with_suffix(".log"),
            environment={"LC_ALL": "C.UTF-8", **{name: os.environ[name] for name in ("PATH", "HOME")}},
            cwd=REPOSITORY,
        )

    def __enter__(self) -> Self:
        self._process.spawn()
        self._process.wait_until(lambda: self._process.log_text().endswith("\nready\n"), _START)
        return self

    def __exit__(self, *_: object) -> None:
        code = self._process.stop(signal.SIGINT, _STOP)
        assert code == 0, self._process.log_text()

    def provider(self, path: str = "") -> str:
        return f"{self.layout.issuer}{path}"

    def portal(self, well_known_port: int, path: str = "/") -> str:
        """Return an address of the portal that `make run` has at this port."""
        return f"http://127.0.0.1:{self.layout.moved(well_known_port)}{path}"

    def register_anew(self, client_id: ClientId, /, **members: object) -> None:
        """Do what an operator does who changes some members of a portal's entry and applies it; None leaves one out."""
        entries = yaml.safe_load(client_file(self.folders, self.layout).read_text(encoding="utf-8"))["clients"]
        (entry,) = [entry for entry in entries if entry["client_id"] == client_id]
        changed = self.folders.var / "changed.yaml"
        wanted = {name: value for name, value in {**entry, **members}.items() if value is not None}
        changed.write_text(yaml.safe_dump({"clients": [wanted]}, allow_unicode=True), encoding="utf-8")
        self.operator("clients", "apply", str(changed))

    def operator(self, *arguments: str) -> str:
        """Run a command of the operator's beside the provider and return what it says."""
        done = run_idp(arguments, provider_environment(self.folders, os.environ, self.layout))
        assert done.code == 0, done.err
        return done.out

    def messages(self, phone: str) -> list[str]:
        """Return the texts that the inbox has for a phone, the newest first."""
        asked = httpx2.get(self.inbox_messages, params={"to": f"+84{phone[1:]}"}, timeout=PATIENCE.total_seconds())
        return [message["text"] for message in asked.raise_for_status().json() if message["channel"] == "sms"]

    @property
    def inbox_messages(self) -> str:
        return f"http://127.0.0.1:{self.layout.inbox_port}/messages.json"

    @property
    def simulator(self) -> str:
        return f"http://127.0.0.1:{self.layout.simulator_port}/"

    @property
    def inbox(self) -> str:
        return f"http://127.0.0.1:{self.layout.inbox_port}/?paused=1"


def _free_layout() -> Layout:
    for _ in range(100):
        layout = Layout(free_port())
        if all(take(address.port) for address in layout.addresses if address.port != layout.base):
            return layout
    raise OSError("no free range of ports for the embedded system")


class Visitor:
    """One person at one browser; notes what no page may do: answer with a 5xx, break its own content policy."""

    def __init__(self, system: EmbeddedSystem, context: BrowserContext) -> None:
        context.set_default_timeout(PATIENCE.total_seconds() * 1000)
        context.on("response", self._note_response)
        context.on("console", self._note_console)
        self.system = system
        self.context = context
        self.page = context.new_page()
        self.faults: list[str] = []
        self.shown: list[str] = []

    def _note_response(self, response: Response) -> None:
        if response.status >= 500:
            self.faults.append(f"{response.status} {response.url}")
        if response.request.resource_type == "document" and not 300 <= response.status < 400:
            self.shown.append(response.url)

    def _note_console(self, message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            self.faults.append(message.text)

    def open(self, address: str) -> Page:
        self.page.goto(address)
        return self.page

    def at(self, well_known_port: int, path: str = "/") -> Page:
        """Open a portal's page."""
        return self.open(self.system.portal(well_known_port, path))

    def click(self, element_id: str) -> None:
        """Press, and if another page comes wait until it is read: the press itself returns at its first byte."""
        self.page.click(f"#{element_id}")
        self.page.wait_for_load_state("domcontentloaded")

    def text(self, element_id: str) -> str:
        return (self.page.locator(f"#{element_id}").text_content() or "").strip()

    def has(self, element_id: str) -> bool:
        self.page.wait_for_load_state("domcontentloaded")
        return self.page.locator(f"#{element_id}").count() > 0

    def claims(self) -> dict[str, dict[str, object]]:
        """Return what the portal's page shows as validated: `id_token` and `userinfo`."""
        claims: dict[str, dict[str, object]] = json.loads(self.text("claims"))
        return claims

    def sign_in(self, number: str, password: str) -> None:
        """Fill in the sign-in page."""
        self.page.fill("#identifier", number)
        self.page.fill("#password", password)
        self.click("sign-in")

    def prefer_sms(self) -> None:
        """Where a second factor is asked for, choose the code by SMS if something else is asked for first."""
        if self.has("use-sms"):
            self.click("use-sms")
        if self.has("send-code"):
            self.click("send-code")

    def declare(self, person: Person, phone: str, name: str | None = None) -> None:
        """Fill in the first page of registration; `name` instead of the one the person would type."""
        year, _, rest = person.born.partition("-")
        month, _, day = rest.partition("-")
        values = {"number": person.number, "full-name": name or person.typed_name, "phone": phone}
        for element_id, value in {**values, "birth-day": day, "birth-month": month, "birth-year": year}.items():
            self.page.fill(f"#{element_id}", value)
        self.click("continue")

    def register(self, person: Person, phone: str, password: str, name: str | None = None) -> None:
        """Go through registration from its first page to its last."""
        before = self.codes_sent(phone)
        self.declare(person, phone, name)
        self.page.wait_for_selector("#verify")
        self.page.fill("#code", self.new_code(phone, before))
        self.click("verify")
        self.page.wait_for_selector("#password")
        self.page.fill("#password", password)
        self.click("continue")
        self.page.wait_for_selector("#registered")

    def codes_sent(self, phone: str) -> int:
        """Return how many codes the inbox has for a phone."""
        return len(self._codes(phone))

    def new_code(self, phone: str, before: int) -> str:
        """Read the newest code for a phone in the inbox, once there are more than `before`; press for it if asked."""
        if self.has("send-code"):
            self.click("send-code")
        until(lambda: self.codes_sent(phone) > before, f"a code for {phone}")
        return self._codes(phone)[0]

    def _codes(self, phone: str) -> list[str]:
        words = [[word.strip(".,") for word in text.split()] for text in self.system.messages(phone)]
        return [word for line in words for word in line if len(word) == 6 and word.isdigit()]

    def set_register(self, mode: Mode, register: str = "population") -> None:
        """Press a fault button on the simulator's page."""
        page = self.context.new_page()
        try:
            page.goto(self.system.simulator)
            page.click(f"#control-{register} button[value={mode}]")
            page.wait_for_selector(f"#control-{register} button[value={mode}][aria-pressed=true]")
        finally:
            page.close()
