"""What the token endpoint loads for each grant before it decides: the I/O of the rows of `GRANTS`."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from clients.model import CIBA, JWT_BEARER
from clients.ports import ClientLookup
from idp.grants.ports import GrantReader
from idp.oauth.client_keys import NO_KEYS, ClientKeys
from idp.oauth.codes import CodeStore
from idp.oauth.devices.polls import PARAMETERS, DeviceLoader
from idp.oauth.persons import PersonReader
from idp.oauth.shown_tokens import TokenReader
from idp.protocol.client_auth.client_jws import claimed_kid
from idp.protocol.client_auth.private_key_jwt import claimed_client
from idp.protocol.forms import Form
from idp.protocol.provider import Provider
from idp.protocol.resources import NO_CLIENTS
from idp.protocol.token import (
    authorization_code,
    client_credentials,
    device_code,
    exchange,
    jwt_bearer,
    refresh_token,
)
from idp.protocol.token.authorization_code import CodeFacts
from idp.protocol.token.exchange import NOTHING_SHOWN, ExchangeFacts
from idp.protocol.token.jwt_bearer import AssertionFacts
from idp.protocol.token.own_access import OwnFacts
from idp.protocol.token.refresh_token import RefreshFacts
from idp.protocol.tokens.bearer import ShownToken
from records.structs import replace

_NO_ACCESS_TOKEN = ""


class GrantLoader(Protocol):
    """Loads what one grant decides on."""

    async def load(self, form: Form, now: datetime) -> object:
        """Return the facts of the grant; facts of nothing where its parameter is absent: refusing is the decision's."""


class CodeLoader(Struct, frozen=True):
    """What the short-lived store has of a presented code."""

    provider: Provider
    codes: CodeStore
    persons: PersonReader
    registry: ClientLookup

    async def load(self, form: Form, now: datetime) -> CodeFacts:
        """Return the code by its hash."""
        code = form.get("code")
        if not code:
            return CodeFacts(b"", None)
        code_hash = self.provider.token_hash.digest(code)
        found = await self.codes.get(code_hash)
        if found is None:
            return CodeFacts(code_hash, None)
        person = await self.persons.of_code(found, now)
        return CodeFacts(code_hash, found, person, self.registry if found.resources else NO_CLIENTS)


class RefreshLoader(Struct, frozen=True):
    """The grant of a presented refresh token."""

    provider: Provider
    grants: GrantReader
    persons: PersonReader
    registry: ClientLookup

    async def load(self, form: Form, now: datetime) -> RefreshFacts:
        """Return the token, if it is genuine, with its grant as it stands."""
        text = form.get("refresh_token")
        token = self.provider.refresh_tokens.parse(text) if text else None
        state = await self.grants.state(token.grant_id, _NO_ACCESS_TOKEN, now) if token else None
        if state is None:
            return RefreshFacts(token, None)
        person = await self.persons.of_grant(state.grant, state.grant.scope, "id_token", now)
        return RefreshFacts(token, state, person, self.registry if state.grant.resources else NO_CLIENTS)


class OwnLoader(Struct, frozen=True):
    """Loads the registry, which is in memory: a client's own token needs nothing that is stored."""

    registry: ClientLookup

    async def load(self, form: Form, now: datetime) -> OwnFacts:  # noqa: ARG002 - the decision looks clients up
        """Return the registry."""
        return OwnFacts(self.registry)


class AssertionLoader(Struct, frozen=True):
    """The client that an assertion says it is from, with its keys."""

    registry: ClientLookup
    keys: ClientKeys

    async def load(self, form: Form, now: datetime) -> AssertionFacts:
        """Return what is known of the issuer; keys of an active client only are fetched."""
        text = form.get("assertion") or ""
        named = claimed_client(text)
        client = self.registry.get(named) if named is not None else None
        jwks = NO_KEYS
        if client is not None and client.active and JWT_BEARER in client.grant_types:
            jwks = await self.keys.of(client, claimed_kid(text), now)
        return AssertionFacts(self.registry, client, jwks)


class ExchangeLoader(Struct, frozen=True):
    """What the subject token and the actor token stand for: a read each."""

    tokens: TokenReader

    async def load(self, form: Form, now: datetime) -> ExchangeFacts:
        """Return both."""
        subject = await self._read(form.get("subject_token"), now)
        actor = await self._read(form.get("actor_token"), now)
        return ExchangeFacts(subject, actor, self.tokens.registry)

    async def _read(self, text: str | None, now: datetime) -> ShownToken:
        return await self.tokens.read(text, now) if text else NOTHING_SHOWN


class GrantSources(Struct, frozen=True):
    """Where the facts of all grants are."""

    provider: Provider
    registry: ClientLookup
    keys: ClientKeys
    codes: CodeStore
    grants: GrantReader
    persons: PersonReader
    devices: DeviceLoader


def grant_loaders(of: GrantSources) -> Mapping[str, GrantLoader]:
    """Return the loaders by `grant_type`; a grant that decides on its client alone has none."""
    return {
        authorization_code.GRANT.grant_type: CodeLoader(of.provider, of.codes, of.persons, of.registry),
        refresh_token.GRANT.grant_type: RefreshLoader(of.provider, of.grants, of.persons, of.registry),
        client_credentials.GRANT.grant_type: OwnLoader(of.registry),
        device_code.GRANT.grant_type: of.devices,
        device_code.BACKCHANNEL_GRANT.grant_type: replace(of.devices, parameter=PARAMETERS[CIBA]),
        exchange.GRANT.grant_type: ExchangeLoader(TokenReader(of.provider, of.registry, of.grants)),
        jwt_bearer.GRANT.grant_type: AssertionLoader(of.registry, of.keys),
    }
