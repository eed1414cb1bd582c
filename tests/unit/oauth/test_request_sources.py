"""Where the parameters of a request are: in the browser's address, or where the client pushed them (RFC 9126)."""

import asyncio
from datetime import timedelta

import pytest

from clients.model import Client, ClientId
from idp.adapters.memory.shortlived import MemoryShortLivedStore
from idp.kernel.errors import BusyError
from idp.oauth.client_keys import ClientKeys
from idp.oauth.pushed_requests import PushedRequestRoom, PushedRequestStore
from idp.oauth.referenced_objects import ReferencedObjects
from idp.oauth.request_objects import RequestObjects
from idp.oauth.request_sources import RequestSources
from idp.protocol.authorize.pushed import PushedRequest
from idp.protocol.authorize.submitted import Provenance, SubmittedRequest
from idp.protocol.errors import INVALID_REQUEST_URI
from idp.protocol.forms import Form, collect
from records.structs import replace
from tests.support.builders.protocol import CLIENT, CLIENT_KEY, NOW, PROVIDER, authorize, form, public_jwks
from tests.support.builders.request_objects import request_object
from tests.support.plain.checks import NoService
from tests.support.rigs.proof import HandClock

LIFE, MEMORY = PROVIDER.policy.pushed_request_life, PROVIDER.policy.interaction_life
KEPT = PushedRequest(CLIENT.client_id, dict(authorize().data), NOW + LIFE)
REFERENCE = "r" * 43
SIGNING = replace(CLIENT, client_id=ClientId("signing"), jwks=public_jwks(CLIENT_KEY))
PUBLIC = replace(CLIENT, token_endpoint_auth_method="none", secrets=())


@pytest.fixture
def clock() -> HandClock:
    return HandClock(NOW)


@pytest.fixture
def store(clock: HandClock) -> MemoryShortLivedStore:
    return MemoryShortLivedStore(clock)


@pytest.fixture
def pushed(store: MemoryShortLivedStore) -> PushedRequestStore:
    return PushedRequestStore(store, PROVIDER.sealer, PROVIDER.token_hash, LIFE, MEMORY)


def brought(client_id: str = CLIENT.client_id, **more: str) -> Form:
    return form(client_id=client_id, request_uri=f"urn:ietf:params:oauth:request_uri:{REFERENCE}", **more)


async def resolved(pushed: PushedRequestStore, sent: Form, *, after: timedelta = timedelta()) -> SubmittedRequest:
    clients = {one.client_id: one for one in (CLIENT, SIGNING, replace(CLIENT, client_id=ClientId("other")))}
    sources = RequestSources(pushed, RequestObjects(PROVIDER, ClientKeys(NoService()), ReferencedObjects(NoService())))
    return await sources.resolve(clients, sent, NOW + after)


async def test_a_plain_request_is_what_the_browser_brings(pushed: PushedRequestStore) -> None:
    assert await resolved(pushed, authorize()) == SubmittedRequest(CLIENT, authorize())
    assert await resolved(pushed, form(client_id="nobody")) == SubmittedRequest(None, form(client_id="nobody"))


async def test_rfc9126_4_what_was_pushed_counts_and_what_the_browser_adds_does_not(pushed: PushedRequestStore) -> None:
    await pushed.put(REFERENCE, KEPT)
    added = brought(redirect_uri="https://elsewhere.example/", state="another", nonce="another")
    assert await resolved(pushed, added) == SubmittedRequest(CLIENT, authorize(), Provenance.PUSHED, REFERENCE)
    # Until it is answered it may be begun again: a page that is loaded twice is no replay.
    assert (await resolved(pushed, brought())).fault is None


@pytest.mark.parametrize("case", ["unknown", "of another client", "at its end", "answered"])
async def test_rfc9126_4_7_3_a_reference_is_good_once_for_its_client_until_its_end(
    pushed: PushedRequestStore, case: str
) -> None:
    if case != "unknown":
        await pushed.put(REFERENCE, KEPT)
    if case == "answered":
        assert await pushed.spend(REFERENCE)
    sent = brought("other") if case == "of another client" else brought()
    found = await resolved(pushed, sent, after=LIFE if case == "at its end" else timedelta())
    assert (found.fault, found.reference) == (INVALID_REQUEST_URI, "")


async def test_rfc9126_7_3_of_two_answers_one_is_the_first(pushed: PushedRequestStore, clock: HandClock) -> None:
    assert [await pushed.spend(REFERENCE) for _ in range(3)] == [True, False, False]
    clock.pass_by(MEMORY - timedelta(seconds=1))
    assert not await pushed.spend(REFERENCE)


async def test_what_is_kept_names_nobody_to_who_reads_the_store(
    pushed: PushedRequestStore, store: MemoryShortLivedStore
) -> None:
    await pushed.put(REFERENCE, replace(KEPT, parameters={"login_hint": "079999000002"}))
    key = f"pushed:{PROVIDER.token_hash.digest(REFERENCE).hex()}"
    raw = await store.get(key)
    assert raw is not None
    assert b"079999000002" not in raw


async def taken(room: PushedRequestRoom, client: Client, request: PushedRequest) -> None:
    """Push until no more is taken; far more than any share."""
    with pytest.raises(BusyError):
        await asyncio.gather(*(room.admit(client, request, "192.0.2.1") for _ in range(5000)))


async def test_a_network_that_pushes_for_a_public_client_has_a_share_and_no_other_pays(
    store: MemoryShortLivedStore,
) -> None:
    room = PushedRequestRoom(store, LIFE)
    await taken(room, PUBLIC, KEPT)
    await room.admit(PUBLIC, KEPT, "198.51.100.1")
    await room.admit(CLIENT, KEPT, "192.0.2.1")


async def test_a_client_with_a_secret_has_a_share_of_its_own(store: MemoryShortLivedStore) -> None:
    room, large = PushedRequestRoom(store, LIFE), replace(KEPT, parameters={"state": "x" * 8000})
    await taken(room, CLIENT, large)
    await room.admit(CLIENT, replace(KEPT, client_id=ClientId("other")), "192.0.2.1")


async def test_rfc9101_6_3_what_the_client_signed_counts_and_what_the_browser_adds_does_not(
    pushed: PushedRequestStore,
) -> None:
    signed = request_object(authorize(client=SIGNING).data)
    sent = form(client_id="signing", request=signed, state="outside", redirect_uri="https://elsewhere.example/")
    found = await resolved(pushed, sent)
    assert found == SubmittedRequest(SIGNING, authorize(client=SIGNING), Provenance.SIGNED)


async def test_rfc9101_5_an_object_beside_a_reference_is_not_read_and_spends_none(
    pushed: PushedRequestStore,
) -> None:
    await pushed.put(REFERENCE, replace(KEPT, client_id=SIGNING.client_id))
    sent = brought("signing", request=request_object(authorize(client=SIGNING).data))
    assert await resolved(pushed, sent) == SubmittedRequest(SIGNING, sent)


async def test_rfc6749_3_1_what_stands_twice_beside_an_object_is_left_for_the_checks(
    pushed: PushedRequestStore,
) -> None:
    signed = request_object(authorize(client=SIGNING).data)
    sent = collect([("client_id", "signing"), ("request", signed), ("client_id", "other")])
    assert await resolved(pushed, sent) == SubmittedRequest(SIGNING, sent)


async def test_a_pushed_request_is_told_from_one_that_was_signed_too(pushed: PushedRequestStore) -> None:
    await pushed.put(REFERENCE, replace(KEPT, provenance=Provenance.SIGNED_AND_PUSHED))
    found = await resolved(pushed, brought())
    assert (found.provenance, found.reference) == (Provenance.SIGNED_AND_PUSHED, REFERENCE)


async def test_rfc9101_7_an_object_that_is_not_taken_is_a_fault(pushed: PushedRequestStore) -> None:
    found = await resolved(pushed, form(client_id="signing", request="a.b.c"))
    assert found.fault is not None
    assert found.fault.code == "invalid_request_object"
