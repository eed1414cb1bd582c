"""A second factor that is being asked for: what is on its way, and what was shown before it."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from idp.account.model import Account
from idp.factors.one_time_codes.service import CodeDraft
from idp.kernel.ids import AccountId, ApprovalId, PersonId, SessionId
from idp.upstream.arrivals import UpstreamArrival


class AuthenticationMethod(StrEnum):
    """The second factors a person can be asked for, in the order they are offered."""

    PASSKEY = "passkey"
    TOTP = "totp"
    APPROVAL = "approval"
    SMS = "sms"
    RECOVERY_CODE = "recovery_code"


class Claimant(Struct, frozen=True):
    """Whose factor is asked for, and the sealed contacts of the account: where a code or a notice would go."""

    account: Account
    phone_sealed: bytes | None
    email_sealed: bytes | None


class PendingSignIn(Struct, frozen=True):
    """What was shown at sign-in before the second factor; no session exists yet (MF-1)."""

    factors: tuple[str, ...]
    shared_computer: bool
    # The hash of the password's hash: a password that was changed meanwhile ends what began with the old one.
    password_mark: bytes
    at: datetime
    # The provider's answer that signs in, or that is linked once the second factor is there.
    upstream: UpstreamArrival | None = None


class FactorDraft(Struct, frozen=True):
    """A second factor asked of one account: inside `session_id`, or, where that is empty, to complete `sign_in`."""

    person_id: PersonId
    account_id: AccountId
    session_id: SessionId
    sign_in: PendingSignIn | None = None
    code: CodeDraft | None = None
    approval_id: ApprovalId | None = None


class FactorChallenge(Struct, frozen=True):
    """A second factor that is being asked for, under the name its browser knows it by."""

    name: str
    draft: FactorDraft
    claimant: Claimant
    # In the order they are offered; empty where the account has none that would help.
    ways: tuple[AuthenticationMethod, ...]
