"""What is read of a person beside a grant: nothing, but where something leaves that stands elsewhere."""

from datetime import datetime
from typing import Protocol

from msgspec import Struct

from clients.model import Client, ClientId
from clients.ports import ClientLookup
from idp.grants.model import AuthorizationCode, Grant
from idp.kernel.ids import AccountId, PersonId
from idp.proofing.proof import HeldIdentity
from idp.protocol.requested_claims import Place
from idp.protocol.tokens.identity_claims import NOBODY, PersonFacts, reads_proof, reads_roles


class IdentityReader(Protocol):
    """Reads what an account holds of an identity."""

    async def of_account(
        self, person_id: PersonId, account_id: AccountId, known_as: PersonId | None = None
    ) -> HeldIdentity | None:
        """Return the identity behind an account, with the TechID of the person that the asking client knows."""


class RolesReader(Protocol):
    """Reads the roles of an officer that a client may be told of."""

    async def of(self, client: Client, person_id: PersonId, account_id: AccountId, now: datetime) -> tuple[str, ...]:
        """Return the roles; none for a citizen."""


class Asked(Struct, frozen=True):
    """Whose claims leave for which client, by which scopes and single claims, and where."""

    client_id: ClientId
    person_id: PersonId
    account_id: AccountId
    known_as: PersonId
    scope: tuple[str, ...]
    claims: tuple[str, ...]
    place: Place


class PersonReader(Struct, frozen=True):
    """Reads it for userinfo and for ID tokens."""

    clients: ClientLookup
    identities: IdentityReader
    roles: RolesReader

    async def of_grant(self, grant: Grant, scope: tuple[str, ...], place: Place, now: datetime) -> PersonFacts:
        """Return what is needed for a grant, with the scopes that count."""
        ids = (grant.client_id, grant.person_id, grant.account_id, grant.known_as)
        return await self._read(Asked(*ids, scope, grant.claims, place), now)

    async def of_code(self, code: AuthorizationCode, now: datetime) -> PersonFacts:
        """Return what the ID token of a code needs."""
        ids = (code.client_id, code.person_id, code.account_id, code.subject_id or code.person_id)
        return await self._read(Asked(*ids, code.scope, code.claims, "id_token"), now)

    async def _read(self, asked: Asked, now: datetime) -> PersonFacts:
        client = self.clients.get(asked.client_id)
        proof = reads_proof(asked.scope, asked.claims, asked.place)
        roles = client is not None and reads_roles(client, asked.scope, asked.claims, asked.place)
        if not proof and not roles:
            return NOBODY
        whose = asked.person_id, asked.account_id
        return PersonFacts(
            held=await self.identities.of_account(*whose, asked.known_as) if proof else None,
            roles=await self.roles.of(client, *whose, now) if client is not None and roles else (),
        )
