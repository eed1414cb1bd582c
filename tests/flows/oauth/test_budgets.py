"""The budgets of docs/architecture.md, counted over HTTP on PostgreSQL and Redis."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import httpx2
import pytest

from clients.model import JWT_BEARER, TOKEN_EXCHANGE, ClientId
from idp.environment import Settings
from idp.protocol.token.exchange import ACCESS_TOKEN
from migrations.runner import upgrade
from records.structs import replace
from tests.flows.counted import CountedProvider, Trips
from tests.flows.portals import RESOURCE, Portal, make_portals, portal
from tests.flows.running_provider import CITIZENS, gateway_settings
from tests.flows.services import service, signer
from tests.support.parties.relying_party import RelyingParty, Started, Tokens, sign_in
from tests.support.plain.browser import Browser, Landing, landed
from tests.support.running.listener import Listener
from tests.support.running.provider import Provider
from tests.support.running.servers import PostgresServer, RedisServer

OPAQUE = ClientId("ma-kin")
ONE_READ = Trips(reads=1)


@dataclass(frozen=True, slots=True)
class Counted:
    """The counted provider, its clients, and a browser that has signed in at the national portal."""

    serving: CountedProvider
    provider: Provider
    portals: dict[str, Portal]
    http: httpx2.Client
    browser: Browser

    def party(self, client_id: ClientId = ClientId("quoc-gia")) -> RelyingParty:
        """Return a client's relying party."""
        return self.portals[client_id].party(self.http, self.provider)


@pytest.fixture(scope="module")
def counted(
    tmp_path_factory: pytest.TempPathFactory, http: httpx2.Client, postgres: PostgresServer, redis_server: RedisServer
) -> Iterator[Counted]:
    folder, url = tmp_path_factory.mktemp("counted"), postgres.create_database(postgres.template("migrated", upgrade))
    with Listener() as listener:
        provider = Provider(folder, url, redis_server.url, settings=gateway_settings(listener))
        opaque = portal(OPAQUE, listener, access_token_format="opaque", resource=RESOURCE)
        portals = {**make_portals(listener), **_services(listener), OPAQUE: opaque}
        provider.prepare([one.entry for one in portals.values()], CITIZENS[:1])
        named = provider.environment(int(provider.base().rpartition(":")[2])).items()
        settings = Settings.model_validate({name.removeprefix("IDP_").lower(): value for name, value in named})
        with CountedProvider(settings) as serving, Browser(provider.base()) as browser:
            made = Counted(serving, provider, portals, http, browser)
            sign_in(browser, made.party(), CITIZENS[0])
            yield made
    postgres.drop_database(url)


def _services(listener: Listener) -> dict[str, Portal]:
    """Return an API that carries tokens on to another, and a service that signs."""
    # Of no agency, as the national portal is, which had the resource first.
    carrying = {
        "agency": None,
        "resource": RESOURCE,
        "grant_types": [TOKEN_EXCHANGE],
        "exchange_apis": ["counted-next"],
    }
    made = (
        service(listener, "counted-api", **carrying),
        service(listener, "counted-next", resource="https://counted-next.example/api"),
        signer(listener, "counted-signer", grant_types=[JWT_BEARER]),
    )
    return {str(one.entry["client_id"]): one for one in made}


def authorized(counted: Counted) -> tuple[Started, str]:
    """Return a request and the code that a live session brought for it."""
    started = counted.party().start()
    return started, counted.party().code_of(started, landed(counted.browser.open(started.location)))


def tokens_of(counted: Counted) -> Tokens:
    """Return tokens of the live session."""
    started, code = authorized(counted)
    return counted.party().validated(counted.party().redeem(started, code), nonce=started.nonce)


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/jwks.json"])
def test_discovery_and_jwks_cost_nothing(counted: Counted, path: str) -> None:
    reported: list[httpx2.Response] = []
    assert counted.serving.trips(lambda: reported.append(counted.http.get(counted.provider.base() + path))) == Trips()
    assert reported[0].status_code == 200


def test_authorize_with_a_live_session_is_one_read_and_one_short_lived_write(counted: Counted) -> None:
    started, answers = counted.party().start(), list[Landing]()
    trips = counted.serving.trips(lambda: answers.append(landed(counted.browser.open(started.location))))
    counted.party().code_of(started, answers[0])
    # Its audit event leaves with the next batch.
    assert trips == Trips(redis=1, reads=1, noted=1)


def test_code_to_tokens_is_one_short_lived_read_and_one_statement(counted: Counted) -> None:
    party, (started, code) = counted.party(), authorized(counted)
    answers: list[httpx2.Response] = []
    trips = counted.serving.trips(lambda: answers.append(party.redeem(started, code)))
    party.validated(answers[0], nonce=started.nonce)
    # The table allows two; claim, grant, family and event share one.
    assert trips == Trips(redis=1, writes=1)


def test_a_refresh_is_one_read_and_one_write_and_asks_no_short_lived_store(counted: Counted) -> None:
    party, head = counted.party(), tokens_of(counted).refresh_token or ""
    answers: list[httpx2.Response] = []
    trips = counted.serving.trips(lambda: answers.append(party.refresh(head)))
    party.validated(answers[0], nonce=None)
    assert trips == Trips(reads=1, writes=1)


def test_userinfo_is_one_read(counted: Counted) -> None:
    token, answers = tokens_of(counted).access_token, list[httpx2.Response]()
    assert counted.serving.trips(lambda: answers.append(counted.party().userinfo(token))) == ONE_READ
    assert answers[0].status_code == 200


@pytest.mark.parametrize("asker", ["quoc-gia", "ho-so-api"])
def test_introspection_is_one_read(counted: Counted, asker: ClientId) -> None:
    token, reported = tokens_of(counted).access_token, list[dict[str, object]]()
    assert counted.serving.trips(lambda: reported.append(counted.party(asker).introspect(token))) == ONE_READ
    assert reported[0]["active"] is True


def test_introspection_of_a_refresh_token_is_one_read(counted: Counted) -> None:
    token, reported = tokens_of(counted).refresh_token or "", list[dict[str, object]]()
    assert counted.serving.trips(lambda: reported.append(counted.party().introspect(token))) == ONE_READ
    assert reported[0]["active"] is True


def _ask(ask: Callable[[str], dict[str, object]], token: str, reported: list[dict[str, object]]) -> None:
    reported.append(ask(token))


def test_opaque_access_tokens_cost_what_jwts_cost(counted: Counted) -> None:
    """Introspection is the busiest question there is."""
    party = counted.party(OPAQUE)
    started = party.start()
    code = party.code_of(started, landed(counted.browser.open(started.location)))
    answers, reported = list[httpx2.Response](), list[dict[str, object]]()
    assert counted.serving.trips(lambda: answers.append(party.redeem(started, code))) == Trips(redis=1, writes=1)
    token = party.validated(answers[0], nonce=started.nonce).access_token
    assert token.startswith("nso_at_")
    for ask in (party.introspect, party.introspect_signed, counted.party(ClientId("ho-so-api")).introspect):
        assert counted.serving.trips(partial(_ask, ask, token, reported)) == ONE_READ
    assert counted.serving.trips(lambda: answers.append(party.userinfo(token))) == ONE_READ
    assert all(one["active"] is True for one in reported)


def test_claims_that_were_asked_for_one_by_one_cost_no_read_unless_a_register_proved_them(counted: Counted) -> None:
    party = replace(counted.party(), personal=frozenset({"name"}))
    started = party.start(scope="openid", claims='{"userinfo":{"phone_number":null},"id_token":{"name":null}}')
    landings, answers = list[Landing](), list[httpx2.Response]()
    asked = counted.serving.trips(lambda: landings.append(landed(counted.browser.open(started.location))))
    assert asked == Trips(redis=1, reads=1, noted=1)
    code = party.code_of(started, landings[0])
    assert counted.serving.trips(lambda: answers.append(party.redeem(started, code))) == Trips(redis=1, writes=1)
    tokens = party.validated(answers[0], nonce=started.nonce)
    assert counted.serving.trips(lambda: answers.append(party.userinfo(tokens.access_token))) == ONE_READ
    assert "phone_number" in answers[1].json()


def test_client_credentials_read_nothing_and_their_event_is_noted(counted: Counted) -> None:
    party, answers = counted.party(ClientId("ho-so-api")), list[httpx2.Response]()
    trips = counted.serving.trips(lambda: answers.append(party.token(grant_type="client_credentials")))
    assert answers[0].status_code == 200
    assert trips == Trips(noted=1)


def test_a_token_exchange_is_one_read_and_its_event(counted: Counted) -> None:
    party, token = counted.party(ClientId("counted-api")), tokens_of(counted).access_token
    answers: list[httpx2.Response] = []
    asked = {"subject_token": token, "subject_token_type": ACCESS_TOKEN}
    trips = counted.serving.trips(lambda: answers.append(party.token(grant_type=TOKEN_EXCHANGE, **asked)))
    assert answers[0].status_code == 200, answers[0].text
    assert trips == Trips(reads=1, noted=1)


def test_a_jwt_bearer_grant_is_one_claim(counted: Counted) -> None:
    party, answers = counted.party(ClientId("counted-signer")), list[httpx2.Response]()
    _, proof = party.credentials.prove(party.client_id, party.issuer)
    form = {"grant_type": JWT_BEARER, "assertion": proof["client_assertion"]}
    trips = counted.serving.trips(lambda: answers.append(counted.http.post(f"{party.base}/token", data=form)))
    assert answers[0].status_code == 200, answers[0].text
    assert trips == Trips(writes=1, noted=1)
