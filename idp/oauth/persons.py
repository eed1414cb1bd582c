"""What is read of a person beside a grant: nothing, but where something leaves that stands elsewhere."""

from typing import Protocol

from msgspec import Struct

from idp.grants.model import AuthorizationCode, Grant
from idp.kernel.ids import AccountId, PersonId
from idp.proofing.proof import HeldIdentity
from idp.protocol.requested_claims import Place
from idp.protocol.tokens.identity_claims import NOBODY, PersonFacts, reads_proof


class IdentityReader(Protocol):
    """Reads what an account holds of an identity."""

    async def of_account(
        self, person_id: PersonId, account_id: AccountId, known_as: PersonId | None = None
    ) -> HeldIdentity | None:
        """Return the identity behind an account, with the TechID of the person that the asking client knows."""


class PersonReader(Struct, frozen=True):
    """Reads it for userinfo and for ID tokens."""

    identities: IdentityReader

    async def of_grant(self, grant: Grant, scope: tuple[str, ...], place: Place) -> PersonFacts:
        """Return what is needed for a grant, with the scopes of which claims go to this place."""
        if not reads_proof(scope, grant.claims, place):
            return NOBODY
        return PersonFacts(await self.identities.of_account(grant.person_id, grant.account_id, grant.known_as))

    async def of_code(self, code: AuthorizationCode) -> PersonFacts:
        """Return what the ID token of a code needs."""
        if not reads_proof((), code.claims, "id_token"):
            return NOBODY
        known_as = code.subject_id or code.person_id
        return PersonFacts(await self.identities.of_account(code.person_id, code.account_id, known_as))
