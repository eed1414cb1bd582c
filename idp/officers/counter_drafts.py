"""What a citizen at a counter is in the middle of, and what they have shown."""

from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from idp.account.model import Account
from idp.factors.answers import Shown
from idp.kernel.effects import Effect
from idp.kernel.ids import AccountId, ApprovalId, PersonId, SessionId
from records.structs import Unprinted

# How long one citizen may sit at the counter before the officer begins anew.
SITTING = timedelta(minutes=15)


class CounterRefusal(StrEnum):
    """Why a filing does not go on: the key of the text that says so."""

    TOO_MANY = "counter_too_many"
    # The citizen's factors or proof do not reach what the portal insists on.
    LEVEL = "counter_level"
    # Answered already, too late, or the officer's account or the citizen's was taken back meanwhile.
    OVER = "counter_over"


class PhoneAnswer(StrEnum):
    """What the citizen's own device has said so far."""

    WAITING = "waiting"
    REFUSED = "refused"
    EXPIRED = "expired"


class CounterDraft(Unprinted, Struct, frozen=True):
    """One citizen at the counter of one officer's session. For a number without an account the ids are empty."""

    officer_session_id: SessionId
    # The digest of the request that the citizen is asked about: their word is good for no other.
    request: bytes
    number: str
    person_id: PersonId
    account_id: AccountId
    at: datetime
    approval_id: ApprovalId = ApprovalId("")
    match_number: int = 0
    asked_until: datetime | None = None
    # The name of the draft that holds what they showed first, on the counter's screen.
    second_step: str = ""


class Confirmation(Struct, frozen=True):
    """What the citizen has shown: factors by their names in `amr`; they count once `effects` are committed."""

    account: Account
    factors: frozenset[str]
    effects: tuple[Effect, ...]
    way: str


def from_screen(account: Account, earlier: frozenset[str], shown: Shown) -> Confirmation:
    """Return what a citizen has shown on the counter's own screen."""
    return Confirmation(account, earlier | {shown.factor}, shown.effects, "counter_screen")
