"""Effects on passwords besides their tries: one was right, one was replaced."""

from datetime import datetime
from typing import ClassVar

from idp.kernel.effects import Effect
from idp.kernel.ids import AccountId, PersonId, SessionId

# The tries of a browser that the account knows: a counter of its own, so that unrecognised devices cannot use it up
# (BF-5).
KNOWN_DEVICE_TRIES = "pwd.known"


class AcceptPassword(Effect):
    """The counter starts anew. Too late if the password was replaced after this one was looked at.

    `renewed` takes the place of a hash that came from another system; `short` is then known for the first time.
    """

    account_id: AccountId
    person_id: PersonId
    password_hash: str
    renewed: str | None = None
    short: bool = False
    claim: ClassVar[bool] = True


class ChangePassword(Effect):
    """Replace a password. Too late if it is no longer the one with the hash `before`.

    A `short` one asks for two steps at every sign-in from now on (SP 800-63B-4 3.1.1.2).
    """

    account_id: AccountId
    person_id: PersonId
    before: str
    password_hash: str
    short: bool
    claim: ClassVar[bool] = True


class EndOtherAccess(Effect):
    """End every session of an account but one, tell its portals, and revoke the grants that did not come from it.

    With the grants their refresh families die (ASVS 7.4.3). Portals are told until `gives_up_at`.
    """

    account_id: AccountId
    person_id: PersonId
    kept_session_id: SessionId
    at: datetime
    reason: str
    gives_up_at: datetime
