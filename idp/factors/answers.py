"""The possible results of showing a second factor."""

from datetime import timedelta
from enum import StrEnum

from msgspec import Struct

from idp.kernel.effects import Effect


class Why(StrEnum):
    """Why a second factor did not do: the key of the text that says so and what to do next."""

    CODE_WRONG = "code_wrong"
    CODE_EXPIRED = "code_expired"
    CODE_TRIES_USED = "code_tries_used"
    CODE_SENDS_USED = "code_sends_used"
    TOTP_WRONG = "totp_wrong"
    RECOVERY_CODE_WRONG = "recovery_code_wrong"
    # A code, a yes or a challenge that was good and is used up: another tab was quicker, or somebody read along.
    USED = "factor_used"
    WAIT = "factor_wait"
    DISABLED = "factor_disabled"
    APPROVAL_WAITING = "approval_waiting"
    APPROVAL_REFUSED = "approval_refused"
    APPROVAL_EXPIRED = "approval_expired"
    APPROVALS_USED = "approvals_used"
    PASSKEY_REFUSED = "passkey_refused"
    PASSKEY_EXPIRED = "passkey_expired"


class Refused(Struct, frozen=True):
    """A factor that does not count, and how long to wait where that helps."""

    why: Why
    retry_after: timedelta | None = None


class Shown(Struct, frozen=True):
    """A factor by its name in `amr`. It counts only once `effects` are committed with what it yields."""

    factor: str
    effects: tuple[Effect, ...]
    # It waits to count (`idp.factors.change_model`): good for signing in, and for nothing that needs a fresh factor.
    waits: bool = False
