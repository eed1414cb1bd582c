"""What an operator changes reaches both processes while they serve: keys rotate, a client is disabled."""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import count

import httpx2
import orjson
import pytest
from joserfc import jws

from clients.model import ClientId
from tests.flows.running_provider import RunningProvider
from tests.support.operator import run_idp
from tests.support.parties.relying_party import RelyingParty, sign_in, sign_on
from tests.support.parties.token_checks import read_signed
from tests.support.patience import patient
from tests.support.plain.browser import Browser, shown
from tests.support.waiting import wait_for

# Long enough that a process which looks every 400 ms has published the key, however busy the machine is.
LEAD_SECONDS = "5"
BOTH = (0, 1)


def kid_of(token: str) -> str:
    return str(jws.extract_compact(token.encode()).headers()["kid"])


def idp(running: RunningProvider, *arguments: str) -> str:
    """Run the operator's command and return what it printed."""
    port = int(running.provider.issuer.rpartition(":")[2])
    done = run_idp(arguments, {"LC_ALL": "C.UTF-8", **running.provider.environment(port)})
    assert done.code == 0, done.err
    return done.out


@dataclass(slots=True)
class Traffic:
    """Asks both processes for tokens without pause, and verifies each as it comes; `signed` are (process, kid)."""

    citizen: RelyingParty
    service: RelyingParty
    refresh_token: str
    # Where each token's key must be published at the moment the token arrives.
    verify_at: tuple[tuple[int, ...], ...]
    bases: tuple[str, ...]
    signed: deque[tuple[int, str]] = field(default_factory=deque)
    failures: list[str] = field(default_factory=list)
    _stop: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Go on until stopped or until something fails."""
        try:
            for turn in count():
                if self._stop.is_set():
                    return
                self._ask(turn % len(self.bases))
        except Exception as error:  # noqa: BLE001 - told by the test that started the thread
            self.failures.append(repr(error))

    def _ask(self, place: int) -> None:
        answer = self.citizen.at(self.bases[place]).refresh(self.refresh_token)
        assert answer.status_code == 200, answer.text
        body = answer.json()
        self.refresh_token = body["refresh_token"]
        machine = self.service.at(self.bases[place]).token(grant_type="client_credentials")
        assert machine.status_code == 200, machine.text
        for seen_at in self.verify_at[place]:
            jwks = self.citizen.at(self.bases[seen_at]).jwks()
            read_signed(body["id_token"], jwks, "ES256", "JWT")
            read_signed(body["access_token"], jwks, "ES256", "at+jwt")
            read_signed(machine.json()["access_token"], jwks, "ES256", "at+jwt")
            assert self.citizen.at(self.bases[seen_at]).userinfo(body["access_token"]).status_code == 200
        self.signed.append((place, kid_of(body["id_token"])))

    def wait_signed_by_both(self, kid: str | None = None) -> None:
        """Wait until both processes have signed with this key, or with any."""
        self.signed.clear()
        wanted = set(BOTH)
        wait_for(
            f"both processes sign with {kid or 'any key'}",
            lambda: self.failures or {place for place, used in tuple(self.signed) if kid in {None, used}} == wanted,
        )
        assert self.failures == []

    def stop(self) -> None:
        """End after the answer that is on its way."""
        self._stop.set()


@contextmanager
def traffic(running: RunningProvider, refresh_token: str, verify_at: tuple[tuple[int, ...], ...]) -> Iterator[Traffic]:
    """Run traffic beside the test; none of its tokens may have failed when it ends."""
    with httpx2.Client(timeout=patient(30)) as http:
        going = Traffic(
            running.portals["quoc-gia"].party(http, running.provider),
            running.portals["ho-so-api"].party(http, running.provider),
            refresh_token,
            verify_at,
            tuple(running.provider.base(place) for place in BOTH),
        )
        thread = threading.Thread(target=going.run)
        thread.start()
        try:
            yield going
        finally:
            going.stop()
            thread.join()
    assert going.failures == []


@pytest.fixture
def browser(cluster: RunningProvider) -> Iterator[Browser]:
    with Browser(cluster.provider.base()) as opened:
        yield opened


@pytest.mark.parametrize(
    ("arguments", "verify_at"),
    [
        # Published before it signs: whichever process is asked for the key set knows the key.
        (("--lead", LEAD_SECONDS), (BOTH, BOTH)),
        # An emergency: the process that signs publishes; the other follows within its next look.
        (("--now",), ((0,), (1,))),
    ],
    ids=["lead", "now"],
)
def test_no_token_fails_to_verify_while_keys_rotate(
    cluster: RunningProvider, browser: Browser, arguments: tuple[str, ...], verify_at: tuple[tuple[int, ...], ...]
) -> None:
    party = cluster.party()
    before = sign_in(browser, party, cluster.citizen())
    with traffic(cluster, before.refresh_token or "", verify_at) as going:
        going.wait_signed_by_both(kid_of(before.id_token))
        added = orjson.loads(idp(cluster, "keys", "rotate", *arguments, "--json"))
        (kid,) = [key["kid"] for key in added if key["algorithm"] == "ES256"]
        assert kid != kid_of(before.id_token)
        going.wait_signed_by_both(kid)
    # What was signed before still verifies everywhere, and is still a hint.
    for place in BOTH:
        there = party.at(cluster.provider.base(place))
        read_signed(before.id_token, there.jwks(), "ES256", "JWT")
        assert there.userinfo(before.access_token).status_code == 200
    assert sign_on(browser, party, prompt="none", id_token_hint=before.id_token).claims["sub"] == before.claims["sub"]


def test_a_disabled_client_stops_on_both_processes(cluster: RunningProvider, browser: Browser) -> None:
    """Its tokens stop with it; nobody is redirected to it; everybody else goes on."""
    party, healthy = cluster.party(ClientId("sap-ngung")), cluster.party()
    tokens = sign_in(browser, party, cluster.citizen())
    others = sign_on(browser, healthy)
    for place in BOTH:
        assert party.at(cluster.provider.base(place)).introspect(tokens.access_token)["active"] is True
    idp(cluster, "clients", "disable", "sap-ngung")
    for place in BOTH:
        there = party.at(cluster.provider.base(place))
        wait_for(f"process {place} refuses", partial(is_refused, there))
        check_stopped(browser, there, tokens.access_token, tokens.refresh_token or "")
        assert healthy.at(there.base).introspect(others.access_token)["active"] is True
    healthy.validated(healthy.refresh(others.refresh_token or ""), nonce=None)


def is_refused(there: RelyingParty) -> bool:
    """Say whether a process does not authenticate the client."""
    return there.refresh("unknown").status_code == 401


def check_stopped(browser: Browser, there: RelyingParty, access_token: str, refresh_token: str) -> None:
    """A process knows the client no more."""
    answers = [
        there.refresh(refresh_token),
        there.revoke(refresh_token),
        there.post("/introspect", token=access_token),
    ]
    assert [(one.status_code, one.json()["error"]) for one in answers] == [(401, "invalid_client")] * len(answers)
    assert there.userinfo(access_token).status_code == 401
    with browser.at(there.base) as elsewhere:
        page = shown(elsewhere.open(there.start().location))
    assert (page.status, page.error_code) == (400, "invalid_client")
