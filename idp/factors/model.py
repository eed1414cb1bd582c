"""Second factors of an account but its passkeys: time-based codes, recovery codes, and the tries at each of them."""

from datetime import datetime
from typing import ClassVar, Protocol

from msgspec import Struct

from idp.kernel.effects import Effect
from idp.kernel.ids import AccountId, PersonId
from idp.kernel.places import Column

# What a secret was sealed as.
TOTP_PLACE = Column("totp_secret")


class TotpRecord(Struct, frozen=True):
    """A shared secret at rest, and the last step of thirty seconds that was accepted (RFC 6238 5.2)."""

    secret_sealed: bytes
    last_step: int
    created_at: datetime
    last_used_at: datetime | None
    # Until then it signs its owner in and does nothing else (`idp.factors.change_model`).
    pending_until: datetime | None = None


class EnrolledFactors(Struct, frozen=True):
    """What an account has besides its password and its phone."""

    totp: TotpRecord | None = None
    recovery_codes: int = 0
    recovery_codes_made_at: datetime | None = None
    recovery_codes_pending_until: datetime | None = None
    passkeys: int = 0
    # Of the passkey that waits no more, or the least; None without one, or where one never waited.
    passkeys_pending_until: datetime | None = None
    # Until then a code to the phone is no second factor (`idp.recovery.model.RestPhone`).
    phone_rests_until: datetime | None = None


class Tries(Struct, frozen=True):
    """How often in a row a factor was shown wrongly, and until when it waits."""

    failures: int
    retry_at: datetime | None


class FactorReader(Protocol):
    """Reads the factors of an account."""

    async def of_account(self, person_id: PersonId, account_id: AccountId) -> EnrolledFactors:
        """Return which factors an account has."""

    async def tries(self, person_id: PersonId, account_id: AccountId, factor: str) -> Tries:
        """Return the tries at one factor: none at all if it was never shown wrongly."""

    async def has_recovery_code(self, person_id: PersonId, account_id: AccountId, code_hash: bytes) -> bool:
        """Say whether an unused recovery code has this keyed hash."""


class CountTry(Effect):
    """Count a try at a factor before the secret is looked at, and set the wait that a wrong one earns.

    `factor` is the row's own word: "sms", "totp", "recovery_code", "pwd.known". The wait is
    `authentication.throttling.delay_after` of the new count, written in the same step, so that a burst of guesses
    cannot outrun it. Too late while an earlier wait runs or when `limit` is reached.
    """

    person_id: PersonId
    account_id: AccountId
    factor: str
    now: datetime
    limit: int
    claim: ClassVar[bool] = True


class ForgetTries(Effect):
    """Forget wrong answers: after a right one, or when the factor is set up anew."""

    person_id: PersonId
    account_id: AccountId
    factor: str


class HoldAccount(Effect):
    """Wait for whoever changes the same account in the same way. Too late if the account is not open."""

    person_id: PersonId
    account_id: AccountId
    claim: ClassVar[bool] = True


class AddTotp(Effect):
    """Keep a confirmed secret. Too late if the account has one."""

    person_id: PersonId
    account_id: AccountId
    secret_sealed: bytes
    # The step that confirmed it is used up.
    last_step: int
    created_at: datetime
    pending_until: datetime | None = None
    claim: ClassVar[bool] = True


class RemoveTotp(Effect):
    """Forget the secret. Too late if there is none, or if it is the last second factor of an officer."""

    person_id: PersonId
    account_id: AccountId
    claim: ClassVar[bool] = True


class UseTotpStep(Effect):
    """Accept one step of thirty seconds. Too late if this step or a later one was accepted (RFC 6238 5.2)."""

    person_id: PersonId
    account_id: AccountId
    last_step: int
    now: datetime
    claim: ClassVar[bool] = True


class DropRecoveryCodes(Effect):
    """Forget all recovery codes, used and unused."""

    person_id: PersonId
    account_id: AccountId


class AddRecoveryCode(Effect):
    """Keep the keyed hash of one recovery code."""

    person_id: PersonId
    account_id: AccountId
    code_hash: bytes
    created_at: datetime
    pending_until: datetime | None = None


class UseRecoveryCode(Effect):
    """Use a recovery code. Too late if it was used or replaced."""

    person_id: PersonId
    account_id: AccountId
    code_hash: bytes
    now: datetime
    claim: ClassVar[bool] = True


class SetTwoSteps(Effect):
    """Ask for a second factor at every sign-in, or no more.

    Too late to switch off while the password is short, and for an officer always.
    """

    person_id: PersonId
    account_id: AccountId
    two_steps: bool
    # When it was switched on by its person, and from when it counts against a recovery.
    at: datetime | None = None
    counts_from: datetime | None = None
    claim: ClassVar[bool] = True
