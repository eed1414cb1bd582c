"""Proof for life over real processes: an outage that ends, a number replaced, a death, and portals that are told."""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass

import httpx2
import pytest

from clients.model import ClientId
from idp.account.model import NUMBER_PLACE
from idp.kernel.key_purposes import KeyPurpose
from portals.simulator.faults import Mode
from portals.simulator.people import BY_NUMBER
from tests.contract.sql.direct import rows, run
from tests.flows.portals import SCOPE, make_portals, portal
from tests.flows.registration.test_registration import SECRET, Case, Register, check_signs_in, own, registered
from tests.flows.running_provider import RunningProvider, gateway_settings
from tests.flows.simulated import simulator
from tests.flows.stored import open_store
from tests.support.parties.relying_party import show_password, sign_in
from tests.support.plain.browser import Browser, shown
from tests.support.running.listener import Listener, Reply
from tests.support.running.provider import Citizen, Provider
from tests.support.waiting import wait_for

EVENTS = "/events/can-bao"
RISC = "https://schemas.openid.net/secevent/risc/event-type/"
OURS = "https://dichvucong.gov.vn/secevent/event-type/"
GOVERNED = "national_id tech_id"
# People of the simulator, each with an account from the start.
RENUMBERED = Citizen("036999000015", phone="+84500000101")
MORTAL = Citizen("079899000003", phone="+84500000102")
RENAMED = Citizen("092899000007", phone="+84500000103")
# Was proved so long ago that the register is asked anew; says what the register says.
AGEING = Citizen("001899000001", name="Nguyễn Văn Bình", phone="+84500000104")
NEW_NUMBER = "001999000099"
# After an outage the register's changes are read a minute later.
FEED_IS_READ = "UPDATE feed_positions SET at = 0"
# Before anybody signs in: one proof is old, and one value that was used once has had its time.
BEFORE = (
    """UPDATE accounts SET proved_at = created_at - 346 * 86400 * 1000000
       WHERE created_at = (SELECT MIN(created_at) FROM accounts)""",
    "INSERT INTO used_once (purpose, value_hash, expires_at) VALUES ('test', x'00', 1)",
)


@dataclass(frozen=True, slots=True)
class Life:
    """A town with a register that changes."""

    running: RunningProvider
    register: Register

    def happens(self, **change: str) -> None:
        """Let the register report a change."""
        url = f"{self.register.server.base_url}/controls/changes"
        answer = self.register.http.post(url, json=change)
        assert answer.is_success, answer.text
        self.running.provider.run(run(self.running.provider.database_url, FEED_IS_READ))

    def events(self) -> list[dict[str, object]]:
        """Return the claims of the events that the subscribed portal got."""
        return [claims_in(one.body.decode()) for one in self.running.listener.received(EVENTS)]

    def wait_event(self, event: str, subject: str) -> dict[str, object]:
        """Return the event as soon as the portal has it."""

        def found() -> dict[str, object] | None:
            reported = [one for one in self.events() if event in as_dict(one["events"])]
            return next((one for one in reported if as_dict(one["sub_id"])["sub"] == subject), None)

        return wait_for(f"the event {event}", found)


def as_dict(value: object) -> dict[str, object]:
    assert isinstance(value, dict)
    return value


def claims_in(token: str) -> dict[str, object]:
    """Return a token's claims, its signature unlooked at: the portals' own tests do that."""
    part = token.split(".")[1]
    claims: dict[str, object] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return claims


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory, http: httpx2.Client) -> Iterator[Life]:
    folder = tmp_path_factory.mktemp("life")
    with simulator(folder, SIMULATOR_REGISTER_SECRET=SECRET) as registers, Listener() as listener:
        listener.answer(EVENTS, Reply(status=202))
        settings = {
            "IDP_POPULATION_REGISTER_URL": registers.base_url + "/population",
            "IDP_POPULATION_REGISTER_SECRET": SECRET,
            "IDP_SUBSCRIBER_MATCH_URL": registers.base_url + "/subscribers",
            "IDP_SUBSCRIBER_MATCH_SECRET": SECRET,
            "IDP_REGISTER_FEED_SECONDS": "1",
            **gateway_settings(listener),
        }
        provider = Provider(folder, f"sqlite+aiosqlite:///{folder}/idp.db", settings=settings)
        portals = make_portals(listener) | {
            "can-bao": portal(
                ClientId("can-bao"),
                listener,
                scope=f"{SCOPE} verified_identity {GOVERNED}",
                governed_claims=GOVERNED.split(),
                security_event_endpoint=listener.url + EVENTS,
                security_events=[
                    *(f"{RISC}{name}" for name in ("account-disabled", "identifier-changed")),
                    f"{OURS}identity-changed",
                ],
            )
        }
        provider.prepare([one.entry for one in portals.values()], [AGEING, RENUMBERED, MORTAL, RENAMED])
        for statement in BEFORE:
            provider.run(run(provider.database_url, statement))
        registers.wait_ready()
        with provider:
            yield Life(RunningProvider(provider, portals, listener, http), Register(registers, http))


@pytest.fixture
def browser(life: Life) -> Iterator[Browser]:
    with Browser(life.running.provider.base()) as opened:
        yield opened


def make_due(life: Life) -> None:
    """What waits is tried now: as if the time until its next try had passed."""
    life.running.provider.run(run(life.running.provider.database_url, "UPDATE register_jobs SET due_at = 0"))


def stored(life: Life, query: str) -> list[tuple[object, ...]]:
    """Return what the database holds."""
    return list(life.running.provider.run(rows(life.running.provider.database_url, query)))


def test_what_waited_for_the_register_is_finished_without_the_person(life: Life, browser: Browser) -> None:
    case = Case("no_answer", "048999000004", own("048999000004"), mode=Mode.DOWN)
    life.register.behave(Mode.DOWN)
    try:
        result = registered(life.running, browser, case)[-1]
    finally:
        life.register.behave(Mode.OK)
    check_signs_in(life.running, browser, browser.page(result.links["continue"]), case)

    def reported() -> bool:
        make_due(life)
        return any("Danh tinh cua ban da duoc xac thuc" in text for text in life.running.listener.texts_to(case.phone))

    wait_for("the person is told", reported)
    with Browser(life.running.provider.base()) as later:
        tokens = sign_in(later, life.running.party(), Citizen(case.number, "bốn con mèo ngồi đợi mưa"))
        assert tokens.claims["acr"] == "loa2"
        name = life.running.party().userinfo(tokens.access_token).json()["name"]
        assert name == BY_NUMBER[case.number].full_name
    kept = stored(life, "SELECT claim_sealed, result FROM register_jobs WHERE purpose = 'registration'")
    assert kept == [(None, "identical")]


def test_an_old_proof_is_renewed_by_a_yes_and_nobody_notices(life: Life) -> None:
    def renewed() -> bool:
        make_due(life)
        return stored(life, "SELECT result FROM register_jobs WHERE purpose = 'recheck'") == [("identical",)]

    wait_for("the old proof is checked", renewed)
    assert stored(life, "SELECT 1 FROM accounts WHERE proof = 'proved' AND proved_at > created_at") != []
    assert life.running.listener.texts_to(AGEING.phone) == []


def test_what_has_had_its_time_is_swept_out(life: Life) -> None:
    wait_for("the value is gone", lambda: not stored(life, "SELECT 1 FROM used_once WHERE purpose = 'test'"))


def test_a_portal_that_is_allowed_gets_what_was_proved(life: Life, browser: Browser) -> None:
    party = life.running.party(ClientId("can-bao"))
    tokens = sign_in(browser, party, AGEING, scope=f"openid verified_identity {GOVERNED}")
    claims = party.userinfo(tokens.access_token).json()
    assert claims["national_id"] == AGEING.number
    assert claims["verified_claims"]["verification"]["trust_framework"] == "vn_national_population"
    assert claims["verified_claims"]["claims"]["name"] == AGEING.name
    assert len(claims["TechID"]) == 36
    assert claims["TechID"] != claims["sub"]
    released = "SELECT DISTINCT client_id FROM audit_events WHERE name = 'client:national_id:released'"
    assert wait_for("the release is recorded", lambda: stored(life, released)) == [("can-bao",)]


def test_a_portal_that_is_not_allowed_is_told_invalid_scope(life: Life, browser: Browser) -> None:
    party = life.running.party()
    started = party.start(scope="openid national_id")
    landing = browser.open(started.location)
    assert not hasattr(landing, "links"), "no page is shown"
    assert party.error_of(started, landing) == "invalid_scope"


def test_a_changed_name_reaches_userinfo_and_the_portal_that_subscribed(life: Life, browser: Browser) -> None:
    party = life.running.party(ClientId("can-bao"))
    tokens = sign_in(browser, party, RENAMED)
    life.happens(kind="name_changed", number=RENAMED.number, new_name="NGUYỄN THỊ HẠNH")
    event = life.wait_event(f"{OURS}identity-changed", str(tokens.claims["sub"]))
    assert event["aud"] == "can-bao"
    assert RENAMED.number not in json.dumps(event)
    assert party.userinfo(tokens.access_token).json()["name"] == "Nguyễn Thị Hạnh"


def test_a_replaced_number_signs_in_the_same_person(life: Life, browser: Browser) -> None:
    party = life.running.party(ClientId("can-bao"))
    before = sign_in(browser, party, RENUMBERED).claims["sub"]
    life.happens(kind="number_replaced", number=RENUMBERED.number, new_number=NEW_NUMBER)
    life.wait_event(f"{RISC}identifier-changed", str(before))
    with Browser(life.running.provider.base()) as later:
        new = Citizen(NEW_NUMBER, RENUMBERED.password)
        assert sign_in(later, party, new).claims["sub"] == before
    with Browser(life.running.provider.base()) as old:
        refused = shown(show_password(old, old.page("/sign-in"), RENUMBERED))
        assert refused.status == 401
    assert life.running.provider.run(history(life)) == [RENUMBERED.number, NEW_NUMBER]


async def history(life: Life) -> list[str]:
    """Return every number of the person behind the new one, oldest first, opened."""
    provider = life.running.provider
    async with open_store(provider.database_url) as database:
        root = await provider.root_key(database)
        index = root.hash_key(KeyPurpose.PERSONAL_NUMBERS).digest(NEW_NUMBER).hex()
    found = await rows(
        provider.database_url,
        "SELECT i.person_id, i.sealed FROM identifiers i JOIN identifiers n ON n.person_id = i.person_id "
        f"WHERE n.blind_index = x'{index}' ORDER BY i.valid_from",
    )
    return [root.sealer().open(bytes(sealed), NUMBER_PLACE.of(str(person))).decode() for person, sealed in found]  # type: ignore[call-overload]


def test_a_death_ends_sessions_closes_the_account_and_is_told(life: Life, browser: Browser) -> None:
    party = life.running.party(ClientId("can-bao"))
    tokens = sign_in(browser, party, MORTAL, scope="openid profile offline_access")
    life.happens(kind="died", number=MORTAL.number)
    event = life.wait_event(f"{RISC}account-disabled", str(tokens.claims["sub"]))
    assert "sub" not in event
    life.running.listener.wait("/logout/can-bao")
    assert party.userinfo(tokens.access_token).status_code == 401
    assert party.refresh(str(tokens.refresh_token)).json()["error"] == "invalid_grant"
    with Browser(life.running.provider.base()) as again:
        assert shown(show_password(again, again.page("/sign-in"), MORTAL)).status in {401, 403}
