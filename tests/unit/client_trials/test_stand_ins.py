"""Stand-ins and requests of the test relying party: what a trial client proves itself by, and nobody else."""

from datetime import UTC, datetime, timedelta

import pytest

from clients.client_secret import verify_secret
from clients.model import Client, ClientId
from clients.registry import ClientRegistry
from clients.trial_client import TrialAddresses, WithTrialClient, is_trial_client, trial_client_of
from idp.client_trials.model import TrialRun
from idp.client_trials.requests import token_request
from idp.client_trials.stand_ins import StandIns
from idp.kernel.ids import AccountId, PersonId
from idp.kernel.secrets import HashKey
from idp.protocol.client_auth.private_key_jwt import BadAssertionError, verify_assertion
from records.structs import replace
from tests.support.builders.protocol import CLIENT, PROVIDER
from tests.support.builders.protocol import NOW as PROVIDER_NOW
from tests.support.running.client_store import MemoryClientStore

NOW = datetime(2026, 11, 25, 8, tzinfo=UTC)
RUN = TrialRun(
    "r" * 26, ClientId("cong-thu"), PersonId("p" * 26), AccountId("a" * 26), NOW, NOW + timedelta(minutes=30)
)
STAND_INS = StandIns(HashKey(b"k" * 32), b"pepper" * 6)
ADDRESSES = TrialAddresses("https://signon.example/try/back", "https://signon.example/try/signed-out")
BROWSER, OTHER = "b" * 43, "c" * 43


def trial_client(client: Client) -> Client:
    return trial_client_of(client, ADDRESSES, STAND_INS.of(BROWSER, RUN))


def test_a_trial_client_is_in_the_sandbox_and_reaches_no_server_of_the_portal() -> None:
    client = replace(
        CLIENT,
        stage="production",
        backchannel_logout_uri="https://portal.example/out",
        security_event_endpoint="https://portal.example/events",
        jwks_uri="https://portal.example/jwks",
    )
    made = trial_client(client)
    assert made.takes_accounts == ("trial",)
    assert made.redirect_uris == (ADDRESSES.back,)
    assert "https://portal.example" not in repr(made)
    assert is_trial_client(made.client_id)
    assert (made.scope, made.grant_types, made.minimum_acr) == (client.scope, client.grant_types, client.minimum_acr)


def test_a_stand_in_is_one_browsers_and_ends_with_the_run() -> None:
    kept = (STAND_INS.of(BROWSER, RUN).secret,)
    assert verify_secret(kept, STAND_INS.secret(BROWSER), STAND_INS.pepper, NOW)
    assert not verify_secret(kept, STAND_INS.secret(OTHER), STAND_INS.pepper, NOW)
    assert not verify_secret(kept, STAND_INS.secret(BROWSER), STAND_INS.pepper, RUN.ends_at)
    another_provider = StandIns(HashKey(b"x" * 32), STAND_INS.pepper)
    assert not verify_secret(kept, another_provider.secret(BROWSER), STAND_INS.pepper, NOW)
    assert STAND_INS.secret(BROWSER) not in repr(STAND_INS.of(BROWSER, RUN))


async def test_a_trial_client_is_known_beside_the_registered_clients_and_to_nobody_else() -> None:
    store, registry, made = MemoryClientStore(), ClientRegistry(), trial_client(CLIENT)
    kept = await store.save(CLIENT, expected_version=None)
    await registry.refresh(store)
    known = WithTrialClient(registry, made)
    assert (known.get(made.client_id), known.get(CLIENT.client_id), known.get(ClientId("unknown"))) == (
        made,
        kept,
        None,
    )
    assert registry.get(made.client_id) is None


@pytest.mark.parametrize("method", ["none", "client_secret_basic", "client_secret_post", "private_key_jwt"])
def test_a_token_request_is_proved_by_the_registered_method(method: str) -> None:
    made = trial_client(replace(CLIENT, token_endpoint_auth_method=method))  # type: ignore[arg-type]
    asked = token_request(made, "code", "v" * 43, secret="s" * 43, assertion="a.b.c")
    proofs = {"client_secret", "client_assertion"} & asked.form.keys()
    wanted = {"client_secret_post": {"client_secret"}, "private_key_jwt": {"client_assertion"}}.get(method, set())
    assert (proofs, asked.authorization is not None) == (wanted, method == "client_secret_basic")


def test_rfc7523_the_provider_believes_the_stand_in_key() -> None:
    made = trial_client(replace(CLIENT, token_endpoint_auth_method="private_key_jwt"))
    assert made.jwks is not None
    shown = STAND_INS.assertion(BROWSER, made.client_id, PROVIDER.issuer, PROVIDER_NOW)
    assert verify_assertion(PROVIDER, made, shown, made.jwks, PROVIDER_NOW).client_id == made.client_id
    foreign = STAND_INS.assertion(OTHER, made.client_id, PROVIDER.issuer, PROVIDER_NOW)
    with pytest.raises(BadAssertionError):
        verify_assertion(PROVIDER, made, foreign, made.jwks, PROVIDER_NOW)
