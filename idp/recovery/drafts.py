"""A recovery before the register has proved it: what a browser has shown so far, and for whose account."""

from base64 import b32hexencode
from datetime import UTC, datetime

from msgspec import Struct

from idp.account.model import SignInRecord
from idp.account.ports import AccountReader
from idp.factors.one_time_codes.service import CodeDraft
from idp.kernel.ids import ID_LENGTH, AccountId, PersonId, RecoveryId
from idp.kernel.secrets import HashKey
from idp.proofing.values.personal_numbers import PersonalNumber
from idp.recovery.policy import Evidence
from records.structs import Unprinted, replace

# Of a draft whose beginning was not written down: it is over.
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class RecoveryDraft(Unprinted, Struct, frozen=True):
    """What a browser has done of a recovery.

    The ids may be of nobody (see `RecoverySubjects`), and every step is the same then. `asked` is the evidence
    whose code is waited for. `recovery_id` is there once the register has proved the person.
    """

    number: str
    person_id: PersonId
    account_id: AccountId
    asked: Evidence | None = None
    code: CodeDraft | None = None
    shown: tuple[Evidence, ...] = ()
    phone: str = ""
    phone_confirmed: bool = False
    recovery_id: RecoveryId = RecoveryId("")
    name: str = ""
    birth_date: str = ""
    # The browser is one that the account knows: counted apart from unrecognised devices.
    known_device: bool = False
    began_at: datetime = LONG_AGO
    # The account's when it began: what changes what protects the account makes worthless what was shown.
    epoch: int = 0
    # A right code came back from the account's phone, whose number may be somebody else's by now: not in `shown`.
    stale_phone: bool = False

    @property
    def waits(self) -> bool:
        """Say whether it is the way of a person who has lost their factors."""
        return bool(self.phone)

    @property
    def reached(self) -> bool:
        """Say whether an old channel of the account was shown to reach the person."""
        return bool(self.shown)

    @property
    def personal(self) -> tuple[str, ...]:
        """Return what a new password must not be made of."""
        return tuple(value for value in (self.number, self.name, self.birth_date, self.phone) if value)


class RecoverySubjects(Struct, frozen=True):
    """Finds whose account a number is; a number without one, or with a closed one, gets ids of nobody, always the same.

    Rows are written, counted and read under those as under real ones, so that neither pages nor time tell (EN-1).
    """

    accounts: AccountReader
    number_index: HashKey
    nobody: HashKey

    async def of_number(self, number: PersonalNumber, now: datetime) -> RecoveryDraft:
        """Return the first draft of a recovery."""
        record = await self.accounts.for_sign_in(self.number_index.digest(number.digits))
        made_up = PersonId(self._id_of(number))
        if record is None or record.gone:
            return RecoveryDraft(number.digits, made_up, AccountId(made_up), began_at=now)
        account = record.account
        return RecoveryDraft(number.digits, account.person_id, account.id, began_at=now, epoch=record.epoch)

    def of_nobody(self, draft: RecoveryDraft) -> RecoveryDraft:
        """Return the same draft as for a number without an account."""
        made_up = PersonId(self._id_of(PersonalNumber(draft.number)))
        return replace(draft, person_id=made_up, account_id=AccountId(made_up))

    async def record(self, draft: RecoveryDraft) -> SignInRecord | None:
        """Return the account as it is now, or None if there is none or it was closed meanwhile."""
        record = await self.accounts.by_id(draft.person_id, draft.account_id)
        return None if record is None or record.gone else record

    def _id_of(self, number: PersonalNumber) -> str:
        # An own id is a time and a random rest; these letters are as many and from the same alphabet.
        return b32hexencode(self.nobody.digest(number.digits)).decode("ascii").lower()[:ID_LENGTH]
