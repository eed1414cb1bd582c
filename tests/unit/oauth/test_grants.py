"""The token endpoint as a table: what is loaded belongs to a row, and discovery says what the rows are."""

from collections.abc import Sequence
from datetime import datetime

import pytest

from clients.model import CIBA, DEVICE_CODE, JWT_BEARER, TOKEN_EXCHANGE, Client, ClientId
from idp.adapters.memory.shortlived import MemoryShortLivedStore
from idp.grants.device_requests import DeviceRequest
from idp.grants.model import GrantState
from idp.kernel.ids import AccountId, GrantId
from idp.oauth.client_keys import NO_KEYS, ClientKeys
from idp.oauth.codes import CodeStore
from idp.oauth.devices.polls import DeviceLoader
from idp.oauth.grants import GrantSources, grant_loaders
from idp.outbound.http import OutboundRequest, OutboundResponse
from idp.protocol.discovery import discovery_document
from idp.protocol.token.authorization_code import CodeFacts
from idp.protocol.token.device_code import DeviceFacts
from idp.protocol.token.endpoint import GRANTS
from idp.protocol.token.exchange import NOTHING_SHOWN, ExchangeFacts
from idp.protocol.token.jwt_bearer import AssertionFacts
from idp.protocol.token.refresh_token import RefreshFacts
from idp.protocol.tokens.identity_claims import NOBODY
from records.structs import replace
from tests.support.builders.protocol import CODE, NOW, PROVIDER, form
from tests.support.rigs.proof import HandClock
from tests.unit.oauth.unread_people import PERSONS


class NoNetwork:
    """Nobody answers, because nobody may be asked."""

    async def call(self, request: OutboundRequest) -> OutboundResponse:
        raise AssertionError(f"asked {request.url}")


class NoGrants:
    """A store without a grant."""

    async def state(self, grant_id: GrantId, jti: str, now: datetime) -> GrantState | None:
        return None

    async def life(self, grant_id: GrantId, jti: str, now: datetime) -> None:
        return None

    async def token_revoked(self, jti: str) -> bool:
        return False


class NoRequests:
    """A store without a device's request."""

    async def by_device_code(self, device_hash: bytes) -> None:
        return None

    async def by_user_code(self, user_hash: bytes) -> None:
        return None

    async def open_for(self, account_id: AccountId, now: datetime) -> Sequence[DeviceRequest]:
        return []


STORE = MemoryShortLivedStore(HandClock())
CODES = CodeStore(STORE, PROVIDER.policy.code_memory)
NO_CLIENTS: dict[ClientId, Client] = {}
LOADERS = grant_loaders(
    GrantSources(
        PROVIDER,
        NO_CLIENTS,
        ClientKeys(NoNetwork()),
        CODES,
        NoGrants(),
        PERSONS,
        DeviceLoader(PROVIDER, NoRequests(), PERSONS),
    )
)


def test_every_loader_belongs_to_a_grant() -> None:
    assert set(LOADERS) <= set(GRANTS)


async def test_what_is_absent_or_unknown_is_loaded_as_nothing_for_the_decision_to_refuse() -> None:
    assert await LOADERS["authorization_code"].load(form(), NOW) == CodeFacts(b"", None)
    unknown = await LOADERS["authorization_code"].load(form(code="guessed"), NOW)
    assert unknown == CodeFacts(PROVIDER.token_hash.digest("guessed"), None)
    assert await LOADERS["refresh_token"].load(form(refresh_token="guessed"), NOW) == RefreshFacts(None, None)
    for grant in (DEVICE_CODE, CIBA):
        assert await LOADERS[grant].load(form(), NOW) == DeviceFacts(b"", None)
    nothing = ExchangeFacts(NOTHING_SHOWN, NOTHING_SHOWN, NO_CLIENTS)
    for texts in ({}, {"subject_token": "guessed", "actor_token": "guessed"}):
        assert await LOADERS[TOKEN_EXCHANGE].load(form(**texts), NOW) == nothing
    for texts in ({}, {"assertion": "guessed"}):
        assert await LOADERS[JWT_BEARER].load(form(**texts), NOW) == AssertionFacts(NO_CLIENTS, None, NO_KEYS)


def test_rfc8414_2_discovery_names_the_grants_of_the_table() -> None:
    named = discovery_document("https://dangnhap.example", {})["grant_types_supported"]
    # The one besides is of the authorization endpoint (RFC 7591 2.1).
    assert named == [*GRANTS, "implicit"]


async def test_of_a_register_nothing_is_read_but_for_what_an_id_token_was_asked_for() -> None:
    """What goes to userinfo is read there (the budgets of docs/architecture.md)."""
    await CODES.put(PROVIDER.token_hash.digest("c"), replace(CODE, claims=("u:national_id", "i:email")))
    loaded = await LOADERS["authorization_code"].load(form(code="c"), NOW)
    assert isinstance(loaded, CodeFacts)
    assert (loaded.code, loaded.person) == (replace(CODE, claims=("u:national_id", "i:email")), NOBODY)
    await CODES.put(PROVIDER.token_hash.digest("c"), replace(CODE, claims=("i:national_id",)))
    with pytest.raises(AssertionError):
        await LOADERS["authorization_code"].load(form(code="c"), NOW)
