"""Ending everything that one client holds of a person."""

from datetime import datetime

from clients.model import ClientId
from idp.kernel.effects import Effect
from idp.kernel.ids import AccountId, LogoutNoticeId, PersonId


class RevokeClientGrants(Effect):
    """End every grant of a person's account at one client, with all tokens of them."""

    account_id: AccountId
    person_id: PersonId
    client_id: ClientId
    at: datetime
    reason: str


class StopCodes(Effect):
    """Refuse every code that an account's live sessions have brought so far, at whichever client.

    A code under way to another client is lost with it: it lives for a minute, and its client asks again. Belongs
    before `RevokeClientGrants` in the same commit, which then sees every grant that was first.
    """

    account_id: AccountId
    person_id: PersonId
    at: datetime


class TellPortal(Effect):
    """Tell one client to sign the person out, in each live session that it has a live grant of.

    Belongs before `RevokeClientGrants` in the same commit. `notice_id` keeps the notice apart from the one that the
    end of the session itself sends later, when the person has come back to the portal meanwhile.
    """

    account_id: AccountId
    person_id: PersonId
    client_id: ClientId
    notice_id: LogoutNoticeId
    at: datetime
    gives_up_at: datetime
