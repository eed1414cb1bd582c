"""Who the signed-in person is to a register or to another person: number and name, only where they are proved."""

from datetime import datetime

from msgspec import Struct

from idp.account.model import NUMBER_PLACE, ProofState
from idp.delegation.mandates.names import open_name
from idp.kernel.ids import AccountId, PersonId
from idp.kernel.secrets import HashKey, Sealer
from idp.proofing.proof_ports import Identities
from idp.sessions.model import SessionView
from records.structs import Unprinted


class OwnIdentity(Unprinted, Struct, frozen=True):
    """A proved person; nothing of it shows in `repr`."""

    person_id: PersonId
    account_id: AccountId
    number: str
    number_index: bytes
    name: str


class OwnIdentities(Struct, frozen=True):
    """Opens the identity behind a session."""

    identities: Identities
    sealer: Sealer
    number_index: HashKey

    async def of(self, view: SessionView, now: datetime) -> OwnIdentity | None:
        """Return who is signed in, or None as long as no register has said so: a number alone is nobody."""
        if view.account.proof_at(now) is not ProofState.PROVED:
            return None
        return await self.of_account(view.account.person_id, view.account.id)

    async def of_account(self, person_id: PersonId, account_id: AccountId) -> OwnIdentity | None:
        """Return who an account belongs to, by the number that is valid now."""
        held = await self.identities.of_account(person_id, account_id)
        if held is None:
            return None
        number = self.sealer.open(held.number_sealed, NUMBER_PLACE.of(person_id)).decode()
        name = open_name(self.sealer, person_id, held.profile_sealed)
        return OwnIdentity(person_id, account_id, number, self.number_index.digest(number), name)
