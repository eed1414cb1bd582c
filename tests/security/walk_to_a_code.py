"""People at the bare edge who try to come to a code by every way but the right one, and what they have really shown."""

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from idp.account.notices.messages import open_message
from idp.app.foundation.opening import Foundation
from idp.factors.model import SetTwoSteps
from idp.oauth.codes import CodeStore
from tests.flows.portals import CALLBACK
from tests.security.in_process import Edge, running_edge
from tests.security.requests.hostile_requests import encoded
from tests.security.walk import AUTHORIZE, Walk
from tests.support.page import Page, read_page
from tests.support.running.provider import Citizen

PLAIN, STRICT, BANK = "quoc-gia", "muc-ba", "ngan-hang"
SKIPS = ("/consent", "/step-up", "/sign-in/second", "/sign-in")
_SESSION = "idp-session"
_MAX_HOPS = 12


class Place:
    """The edge over one store, which may be stopped and started: what is only in memory is gone then."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self._folder, self._url, self._stack = folder, database_url, ExitStack()
        self._seen: list[tuple[str, str]] = []
        self.edge = self._open()

    def restart(self) -> None:
        """Stop the provider and start it anew."""
        self.close()
        self.edge = self._open()

    def close(self) -> None:
        """Stop the provider."""
        self._stack.close()

    def codes_to(self, phone: str) -> list[str]:
        """Return every code that was sent to a phone, oldest first."""
        foundation = self.edge.foundation
        now, sealer = foundation.clock.now(), foundation.shared.sealer
        lease = foundation.database.outbox.lease(now, now + timedelta(days=1), 1_000)
        for message in self.edge.runner.run(lease):
            if message.kind == "sms":
                sent = open_message(sealer, "sms", message.payload)
                self._seen += [(sent.to, code) for code in re.findall(r"\b\d{6}\b", sent.text)]
        return [code for to, code in self._seen if to == phone]

    def ask_for_two_steps(self, citizen: Citizen) -> None:
        """Let a person's every sign-in want a second step."""
        foundation = self.edge.foundation
        index = foundation.shared.number_index.digest(citizen.number)
        record = self.edge.runner.run(foundation.database.accounts.for_sign_in(index))
        assert record is not None
        switched = SetTwoSteps(person_id=record.account.person_id, account_id=record.account.id, two_steps=True)
        assert self.edge.runner.run(foundation.database.ledger.commit(switched))

    def _open(self) -> Edge:
        return self._stack.enter_context(running_edge(self._folder, self._url))


@contextmanager
def opened_place(folder: Path, database_url: str) -> Iterator[Place]:
    """Run a place."""
    place = Place(folder, database_url)
    try:
        yield place
    finally:
        place.close()


@dataclass(slots=True)
class Shown:
    """What one browser has really shown since it last lost its session, however the provider took it."""

    password: bool = False
    second: bool = False
    # The password was taken and a second step asked for: the browser's own cookie keeps that much of a sign-in.
    halfway: bool = False


@dataclass(slots=True)
class Person:
    """Somebody with two browsers, and the truth about each: only honest evidence is written down."""

    place: Place
    citizen: Citizen
    two_steps: bool
    browsers: list[Walk] = field(default_factory=list)
    shown: list[Shown] = field(default_factory=lambda: [Shown(), Shown()])
    pages: list[list[Page]] = field(default_factory=lambda: [[], []])
    consented: bool = False
    used: set[str] = field(default_factory=set)
    codes: int = 0

    def __post_init__(self) -> None:
        self.browsers = [Walk(self.place.edge), Walk(self.place.edge)]

    def do(self, deed: str, at: int, choice: int) -> None:
        """Try one thing at one browser."""
        match deed:
            case "authorize":
                self.authorize(at, (PLAIN, STRICT, BANK, BANK)[choice])
            case "lose":
                self.lose(at, everything=choice == 0)
            case "restart":
                self.restart()
            case _ if self.pages[at]:
                self.use(deed, at, choice, self.pages[at][-1])
            case _:
                self.authorize(at, PLAIN)

    def use(self, deed: str, at: int, choice: int, page: Page) -> None:
        """Try one thing with the page that is open."""
        match deed:
            case "password" | "wrong password":
                self.type_password(at, page, right=deed == "password")
            case "code" | "old code" | "guess":
                self.type_code(at, page, deed)
            case "allow":
                self.allow(at, page)
            case "skip":
                self.skip(at, page, SKIPS[choice])
            case "back":
                self.pages[at].append(self.pages[at][max(0, len(self.pages[at]) - 2 - choice)])
            case _:
                self.open(1 - at, page.address)

    def restart(self) -> None:
        """Have the provider started anew under both browsers."""
        self.place.restart()
        for browser in self.browsers:
            browser.edge = self.place.edge

    def authorize(self, at: int, client: str) -> None:
        """Come from a portal."""
        scope = "openid profile"
        self.open(at, f"/authorize?{encoded({**AUTHORIZE, 'client_id': client, 'scope': scope}).decode()}")

    def type_password(self, at: int, page: Page, *, right: bool) -> None:
        """Fill in number and password, whatever the page is."""
        self.shown[at].password |= right
        secret = {"identifier": self.citizen.number, "password": self.citizen.password if right else "mot mat khau sai"}
        self.submit(at, page, "sign-in", secret)
        self.shown[at].halfway |= right and urlsplit(self.pages[at][-1].address).path == "/sign-in/second"

    def type_code(self, at: int, page: Page, deed: str) -> None:
        """Type the newest code, one that was used, or one that nobody sent; ask for one where the page offers it."""
        if "send-code" in page.buttons:
            self.submit(at, page, "send-code", {})
            page = self.pages[at][-1]
        sent = self.place.codes_to(self.citizen.phone)
        fresh = [code for code in sent if code not in self.used]
        match deed:
            case "code" if fresh:
                code = fresh[-1]
                self.shown[at].second = self.shown[at].second or self.shown[at].password
                before = self.browsers[at].cookies.get(_SESSION)
                self.submit(at, page, "verify", {"code": code})
                if self.browsers[at].cookies.get(_SESSION) != before:
                    self.used.add(code)
            case "old code" if self.used:
                before = self.browsers[at].cookies.get(_SESSION)
                self.submit(at, page, "verify", {"code": min(self.used)})
                assert self.browsers[at].cookies.get(_SESSION) == before, "a code was taken twice"
            case _:
                wrong = next(text for n in range(10) if (text := f"{n:06d}") not in sent)
                self.submit(at, page, "verify", {"code": wrong})

    def allow(self, at: int, page: Page) -> None:
        """Agree, if this page asks whether one does."""
        self.consented |= "allow" in page.buttons
        self.submit(at, page, "allow", {})

    def skip(self, at: int, page: Page, path: str) -> None:
        """Send this page's form to another step, as if that one had been shown."""
        # From the page of consent itself this is how one agrees.
        self.consented |= "allow" in page.buttons and path == "/consent"
        address = urlsplit(page.action or page.address)._replace(path=path, scheme="", netloc="").geturl()
        form = {**page.values, "action": "allow", "decision": "allow", "code": "000000"}
        self.follow(at, "POST", address, form)

    def lose(self, at: int, *, everything: bool) -> None:
        """Lose the session's cookie, or all of them."""
        kept = {} if everything else {k: v for k, v in self.browsers[at].cookies.items() if k != _SESSION}
        self.browsers[at].cookies = kept
        stays = self.shown[at].halfway and not everything
        self.shown[at] = Shown(password=stays, halfway=stays)

    def submit(self, at: int, page: Page, button: str, fields: dict[str, str]) -> None:
        """Press a button; on a page that has none of that name, its form goes out with the fields all the same."""
        name, value = page.buttons.get(button, ("action", button))
        self.follow(at, "POST", page.action or page.address, {**page.values, **fields, name: value})

    def open(self, at: int, address: str) -> None:
        """Open an address."""
        self.follow(at, "GET", address, {})

    def follow(self, at: int, method: str, address: str, form: dict[str, str]) -> None:
        """Send, follow our own redirects, and look at every one that leaves the provider."""
        answered = self.browsers[at].send(method, address, form or None)
        for _ in range(_MAX_HOPS):
            assert answered.status < 500, (address, answered.body)
            location = answered.header("location")
            if location is None:
                self.pages[at].append(read_page(answered.status, {}, answered.body.decode(), address))
                return
            if location.startswith(CALLBACK):
                self.arrived(at, parse_qs(urlsplit(location).query), address)
                return
            address, answered = location, self.browsers[at].send("GET", location)
        raise AssertionError(f"redirected in circles: {address}")

    def arrived(self, at: int, values: dict[str, list[str]], address: str) -> None:
        """A portal's turn: with a code only if everything that it and the account want was shown in this browser."""
        if "code" not in values:
            return
        self.codes += 1
        client = self.client_of(values["code"][0])
        truth = self.shown[at]
        assert truth.password, f"a code for {client} without the password, by {address}"
        assert truth.second or not self.two_steps, f"a code for {client} past the second step, by {address}"
        assert truth.second or client != STRICT, f"a code for {client} without the level, by {address}"
        assert self.consented or client != BANK, f"a code for {client} without consent, by {address}"

    def client_of(self, code: str) -> str:
        """Return whom a code is for, as its payload says."""
        foundation = self.place.edge.foundation
        return self.place.edge.runner.run(_client_of(foundation, code))


async def _client_of(foundation: Foundation, code: str) -> str:
    provider = foundation.shared.provider
    payload = await CodeStore(foundation.shortlived, provider.policy.code_memory).get(provider.token_hash.digest(code))
    assert payload is not None
    return payload.client_id
