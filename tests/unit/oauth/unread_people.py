"""A reader of people for whom nothing may be read: it fails where something is."""

from datetime import datetime

from clients.model import Client
from idp.kernel.ids import AccountId, PersonId
from idp.oauth.persons import PersonReader
from idp.proofing.proof import HeldIdentity
from tests.support.rigs.proof import KnownClients


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


PERSONS = PersonReader(KnownClients(), NoIdentities(), NoRoles())
