"""The token endpoint as a table: what is loaded belongs to a row, and discovery says what the rows are."""

from datetime import datetime

import pytest

from clients.model import Client
from idp.adapters.memory.shortlived import MemoryShortLivedStore
from idp.grants.model import GrantState
from idp.kernel.ids import AccountId, GrantId, PersonId
from idp.oauth.codes import CodeStore
from idp.oauth.grants import grant_loaders
from idp.oauth.persons import PersonReader
from idp.proofing.proof import HeldIdentity
from idp.protocol.discovery import discovery_document
from idp.protocol.token.authorization_code import CodeFacts
from idp.protocol.token.endpoint import GRANTS
from idp.protocol.token.refresh_token import RefreshFacts
from idp.protocol.tokens.identity_claims import NOBODY
from records.structs import replace
from tests.support.builders.protocol import CODE, NOW, PROVIDER, form
from tests.support.rigs.proof import HandClock, KnownClients


class NoGrants:
    """A store without a grant."""

    async def state(self, grant_id: GrantId, jti: str, now: datetime) -> GrantState | None:
        return None

    async def life(self, grant_id: GrantId, jti: str, now: datetime) -> None:
        return None

    async def token_revoked(self, jti: str) -> bool:
        return False


class NoRoles:
    """Likewise for the roles of officers."""

    async def of(self, client: Client, person_id: PersonId, account_id: AccountId, now: datetime) -> tuple[str, ...]:
        raise AssertionError(client, person_id, account_id, now)


class NoIdentities:
    """A store that nobody may read here: nothing was asked that stands there."""

    async def of_account(
        self, person_id: PersonId, account_id: AccountId, known_as: PersonId | None = None
    ) -> HeldIdentity | None:
        raise AssertionError(person_id, account_id, known_as)


CODES = CodeStore(MemoryShortLivedStore(HandClock()), PROVIDER.policy.code_memory)
LOADERS = grant_loaders(PROVIDER, CODES, NoGrants(), PersonReader(KnownClients(), NoIdentities(), NoRoles()))


def test_every_loader_belongs_to_a_grant() -> None:
    assert set(LOADERS) <= set(GRANTS)


async def test_what_is_absent_or_unknown_is_loaded_as_nothing_for_the_decision_to_refuse() -> None:
    assert await LOADERS["authorization_code"].load(form(), NOW) == CodeFacts(b"", None)
    unknown = await LOADERS["authorization_code"].load(form(code="guessed"), NOW)
    assert unknown == CodeFacts(PROVIDER.token_hash.digest("guessed"), None)
    assert await LOADERS["refresh_token"].load(form(refresh_token="guessed"), NOW) == RefreshFacts(None, None)


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
