"""A provider of ours with two upstream providers, both of them the simulator under another name of its host."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx2
import yaml

from portals.simulator.app import DEMO_SECRET
from portals.simulator.upstream.faults import Fault
from portals.simulator.upstream.names import CLIENT_ID, CLIENT_SECRET, REALM
from records.structs import replace
from tests.flows.portals import Portal, make_portals
from tests.flows.running_provider import gateway_settings
from tests.flows.simulated import simulator
from tests.support.page import Page
from tests.support.parties.relying_party import RelyingParty
from tests.support.plain.browser import Browser, Landing, shown
from tests.support.running.listener import Listener
from tests.support.running.provider import Citizen, Provider


@dataclass(frozen=True, slots=True)
class Federated:
    """A provider of ours with two upstream providers, both of them the simulator under another name of its host."""

    provider: Provider
    simulator: str
    http: httpx2.Client
    portal: Portal
    listener: Listener
    _known: set[str] = field(default_factory=set)

    def with_people(self, citizens: Sequence[Citizen]) -> "Federated":
        """Return the same system for a file with people of its own."""
        self.provider.open_accounts([one for one in citizens if one.number not in self._known])
        self._known.update(one.number for one in citizens)
        return self

    @property
    def party(self) -> RelyingParty:
        return self.portal.party(self.http, self.provider)

    @contextmanager
    def fault(self, wanted: Fault) -> Iterator[None]:
        self.http.put(f"{self.simulator}/upstream/fault/{wanted}").raise_for_status()
        try:
            yield
        finally:
            self.http.put(f"{self.simulator}/upstream/fault/{Fault.OK}").raise_for_status()

    def asked(self, browser: Browser, upstream: str = "vneid", *, shared: bool = False) -> str:
        """Press an upstream's button and return where the browser is sent."""
        return self.asked_from(browser, browser.page("/sign-in"), upstream, shared=shared)

    def asked_from(self, browser: Browser, page: Page, upstream: str = "vneid", *, shared: bool = False) -> str:
        """Do the same on a sign-in page that is open, maybe a portal's."""
        fields = {**page.values, "action": upstream, **({"shared_computer": "yes"} if shared else {})}
        answer = browser.http.post(f"/sign-in/upstream?{urlsplit(page.address).query}", data=fields)
        assert answer.status_code == 303
        return str(answer.headers["location"])

    def answered(self, address: str, number: str) -> str:
        """Choose a person on the upstream's page and return the callback: path and query at our provider."""
        form = address.replace("/protocol/openid-connect/auth", "/login-actions/authenticate")
        answer = self.http.post(form, data={"number": number})
        assert answer.status_code == 303, answer.text
        return callback_of(str(answer.headers["location"]))

    def first_time(self, browser: Browser, number: str) -> Page:
        return shown(browser.open(self.answered(self.asked(browser), number)))

    def linked(self, browser: Browser, citizen: Citizen) -> None:
        """Link a citizen's account, and sign out again."""
        page = self.first_time(browser, citizen.number)
        browser.submit(page, "link", password=citizen.password)
        assert browser.session is not None
        browser.http.cookies.delete("idp-session")


def callback_of(location: str) -> str:
    parts = urlsplit(location)
    return f"{parts.path}?{parts.query}"


def with_query(callback: str, **changed: str | None) -> str:
    path, _, query = callback.partition("?")
    values = {**dict(parse_qsl(query)), **changed}
    return f"{path}?{urlencode({name: value for name, value in values.items() if value is not None})}"


def why(answer: Page | Landing) -> str:
    """Return the word with which the sign-in page explains that nothing came of it."""
    page = shown(answer)
    assert page.shows("upstream-why")
    assert page.shows("password"), "every other way goes on"
    return dict(parse_qsl(urlsplit(page.address).query))["upstream"]


def by_password(page: Page) -> Page:
    """Return a sign-in page with the form of its upper part, not that of the upstreams."""
    return replace(page, action=page.action.replace("/sign-in/upstream", "/sign-in"))


@contextmanager
def federated_system(folder: Path, http: httpx2.Client) -> Iterator[Federated]:
    """Start the simulator and the provider, without any people."""
    with simulator(folder) as upstream, Listener() as listener:
        settings = {
            "IDP_UPSTREAMS_FILE": str(written(folder, int(upstream.base_url.rpartition(":")[2]))),
            "IDP_EGRESS_ALLOW": "127.0.0.1,localhost",
            "IDP_POPULATION_REGISTER_URL": f"{upstream.base_url}/population",
            "IDP_POPULATION_REGISTER_SECRET": DEMO_SECRET,
            **gateway_settings(listener),
        }
        provider = Provider(folder, f"sqlite+aiosqlite:///{folder}/idp.db", settings=settings)
        portals = make_portals(listener)
        provider.prepare([one.entry for one in portals.values()], ())
        # Whoever is away when the provider begins is asked again only later.
        upstream.wait_ready()
        with provider:
            yield Federated(provider, upstream.base_url, http, portals["quoc-gia"], listener)


def written(folder: Path, port: int) -> Path:
    (folder / "secret").write_text(CLIENT_SECRET)
    entries = [
        {
            "id": name,
            "name": {"vi": name, "en": name},
            "issuer": f"http://{host}:{port}{REALM}",
            "client_id": CLIENT_ID,
            "client_secret_file": "secret",
            "trust": "proved_identity",
            "factors": {"1": ["pwd"]},
            "reuse": ["reading", "filing"],
        }
        for name, host in (("vneid", "127.0.0.1"), ("khac", "localhost"))
    ]
    path = folder / "upstreams.yaml"
    path.write_text(yaml.safe_dump({"upstreams": entries}))
    return path
