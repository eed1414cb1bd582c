"""Finding people and acting on their accounts, put together."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from idp.account.notices.model import NoticeKind
from idp.account.notices.service import Notices, Reachable
from idp.account.people import PersonRecord
from idp.admin.people.acts import PeopleActs
from idp.admin.people.ports import Lookup
from idp.admin.people.service import LOOKUP_LIFE, People, PeopleIndexes
from idp.app.foundation.opening import Foundation
from idp.kernel.effects import Effect
from idp.kernel.key_purposes import KeyPurpose
from idp.sign_in.drafts import DraftStore


class NoticeTeller(Struct, frozen=True):
    """Implements `idp.admin.people.ports.PersonTeller` with the notices of every other change of an account."""

    notices: Notices

    def tell(
        self, record: PersonRecord, kind: NoticeKind, now: datetime, details: Mapping[str, str]
    ) -> Sequence[Effect]:
        """Return the effects that tell, for the transaction of what they tell."""
        return self.notices.tell(Reachable.of(record), kind, now, details)


def compose_people(foundation: Foundation) -> PeopleActs:
    """Return what finds people and acts on their accounts; `PeopleActs.people` finds them."""
    database, root, clock = foundation.database, foundation.root_key, foundation.clock
    sealer = foundation.shared.sealer
    people = People(
        reader=database.people,
        lookups=DraftStore(foundation.shortlived, sealer, "people-look", Lookup, LOOKUP_LIFE),
        indexes=PeopleIndexes(
            foundation.shared.number_index,
            foundation.shared.phone_index,
            foundation.shared.email_index,
            root.hash_key(KeyPurpose.PEOPLE_SOUGHT),
        ),
        store=foundation.shortlived,
        ledger=database.ledger,
        sealer=sealer,
        clock=clock,
    )
    return PeopleActs(people, NoticeTeller(foundation.shared.notices), database.ledger, sealer, clock)
