"""The token endpoint as a table: what is loaded belongs to a row, and discovery says what the rows are."""

from datetime import datetime

from clients.model import JWT_BEARER, TOKEN_EXCHANGE, Client, ClientId
from idp.adapters.memory.shortlived import MemoryShortLivedStore
from idp.grants.model import GrantState
from idp.kernel.ids import GrantId
from idp.oauth.client_keys import NO_KEYS, ClientKeys
from idp.oauth.codes import CodeStore
from idp.oauth.grants import grant_loaders
from idp.outbound.http import OutboundRequest, OutboundResponse
from idp.protocol.discovery import discovery_document
from idp.protocol.token.authorization_code import CodeFacts
from idp.protocol.token.endpoint import GRANTS
from idp.protocol.token.exchange import NOTHING_SHOWN, ExchangeFacts
from idp.protocol.token.jwt_bearer import AssertionFacts
from idp.protocol.token.refresh_token import RefreshFacts
from tests.support.builders.protocol import NOW, PROVIDER, form
from tests.support.rigs.proof import HandClock


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


NOBODY: dict[ClientId, Client] = {}
LOADERS = grant_loaders(
    PROVIDER,
    CodeStore(MemoryShortLivedStore(HandClock()), PROVIDER.policy.code_memory),
    NoGrants(),
    NOBODY,
    ClientKeys(NoNetwork()),
)


def test_every_loader_belongs_to_a_grant() -> None:
    assert set(LOADERS) <= set(GRANTS)


async def test_what_is_absent_or_unknown_is_loaded_as_nothing_for_the_decision_to_refuse() -> None:
    assert await LOADERS["authorization_code"].load(form(), NOW) == CodeFacts(b"", None)
    unknown = await LOADERS["authorization_code"].load(form(code="guessed"), NOW)
    assert unknown == CodeFacts(PROVIDER.token_hash.digest("guessed"), None)
    assert await LOADERS["refresh_token"].load(form(refresh_token="guessed"), NOW) == RefreshFacts(None, None)
    nothing = ExchangeFacts(NOTHING_SHOWN, NOTHING_SHOWN, NOBODY)
    for texts in ({}, {"subject_token": "guessed", "actor_token": "guessed"}):
        assert await LOADERS[TOKEN_EXCHANGE].load(form(**texts), NOW) == nothing
    for texts in ({}, {"assertion": "guessed"}):
        assert await LOADERS[JWT_BEARER].load(form(**texts), NOW) == AssertionFacts(NOBODY, None, NO_KEYS)


def test_rfc8414_2_discovery_names_the_grants_of_the_table() -> None:
    assert discovery_document("https://dangnhap.example", {})["grant_types_supported"] == list(GRANTS)
