"""A town without people, and the use cases about them: for tests of what stands around them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from idp.account.notices.messages import Messages
from idp.account.notices.service import Notices
from idp.account.people import AccountKey, Identifier, PeopleReader, PersonRecord
from idp.adapters.memory.shortlived import MemoryShortLivedStore
from idp.admin.people.acts import PeopleActs
from idp.admin.people.ports import Lookup
from idp.admin.people.service import LOOKUP_LIFE, People, PeopleIndexes
from idp.app.admin.people import NoticeTeller
from idp.audit.model import Origin
from idp.factors.one_time_codes.service import CodeVerdict
from idp.kernel.clock import Clock
from idp.kernel.effects import Ledger
from idp.kernel.ids import AccountId
from idp.kernel.locales import Locale
from idp.kernel.secrets import HashKey
from idp.proofing.model import Verdict
from idp.proofing.values.personal_numbers import PersonalNumber
from idp.proofing.values.phones import PhoneNumber
from idp.recovery.assisted import Seat
from idp.recovery.drafts import RecoveryDraft
from idp.recovery.service import RecoveryRefusal
from idp.recovery.started import NotShown, Started
from idp.registration.declared_identity import DeclaredPerson
from idp.sign_in.drafts import DraftStore
from idp.web.messages.catalogue import email_text, sms_text
from tests.support.builders.protocol import PROVIDER

INDEXES: Final = PeopleIndexes(*(HashKey(letter * 32) for letter in (b"n", b"p", b"e", b"s")))


class NoPeople:
    """Implements `idp.account.people.PeopleReader`: finds nobody."""

    async def with_value(self, kind: Identifier, index: bytes, limit: int) -> Sequence[AccountKey]:
        """Return nobody."""
        return ()

    async def with_account_id(self, account_id: AccountId) -> AccountKey | None:
        """Return nobody."""
        return None

    async def record(self, key: AccountKey, now: datetime) -> PersonRecord | None:
        """Return nobody."""
        return None


class NoRecoveries:
    """Implements `idp.web.admin_api.operations.recovery_steps.RecoverySteps`: no desk has begun any."""

    async def begin(
        self, seat: Seat, number: PersonalNumber, phone: PhoneNumber, locale: Locale
    ) -> str | RecoveryRefusal:
        """Refuse."""
        return RecoveryRefusal.TOO_MANY

    async def load(self, name: str, seat: Seat) -> RecoveryDraft | None:
        """Return none."""
        return None

    async def resend(self, name: str, draft: RecoveryDraft, seat: Seat, locale: Locale) -> bool:
        """Send nothing."""
        return False

    async def confirm(self, name: str, draft: RecoveryDraft, entered: str, seat: Seat, origin: Origin) -> CodeVerdict:
        """Know no code."""
        return CodeVerdict.EXPIRED

    async def prove(
        self, name: str, draft: RecoveryDraft, person: DeclaredPerson, seat: Seat, origin: Origin
    ) -> Started | Verdict | RecoveryRefusal:
        """Begin nothing."""
        return NotShown()


def people_of(reader: PeopleReader, ledger: Ledger, clock: Clock) -> PeopleActs:
    """Return the use cases, composed as the provider does, with a store in memory for what is short-lived."""
    store = MemoryShortLivedStore(clock)
    lookups = DraftStore(store, PROVIDER.sealer, "people-look", Lookup, LOOKUP_LIFE)
    notices = Notices(Messages(PROVIDER.sealer, sms_text, email_text), PROVIDER.sealer, HashKey(b"a" * 32))
    people = People(reader, lookups, INDEXES, store, ledger, PROVIDER.sealer, clock)
    return PeopleActs(people, NoticeTeller(notices), ledger, PROVIDER.sealer, clock)
