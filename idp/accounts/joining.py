"""Accounts of one human that are not one yet: which of two has the number, and what keeps the other for its owner."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from idp.accounts.model import AccountStatus, SignInRecord
from idp.kernel.effects import Effect

# Why an account is locked whose number went to one that outranks it, until its owner joins the two.
SET_ASIDE = "set_aside"


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAccountAside(Effect):
    """Lock an account and take its number, so that another may have it; what it holds stays for its owner to join.

    Its sessions and grants end, its portals are told until `gives_up_at`. Too late if it is closed, was imported, or
    somebody has shown evidence for it meanwhile.
    """

    person_id: str
    account_id: str
    at: datetime
    gives_up_at: datetime
    claim: ClassVar[bool] = True


def gives_way(holder: SignInRecord) -> bool:
    """Say whether an account lets go of its number when somebody else proves to be the person of it.

    Never one that came with an import: portals may know its person, and who is that person recovers it.
    """
    account = holder.account
    return account.never_proved and account.status is not AccountStatus.CLOSED and not holder.imported


def is_kept(holder: SignInRecord, now: datetime) -> bool:
    """Say whether an account that gives way is set aside and not erased: it has a factor that only its owner shows.

    The phone that registered it is none: nobody else's proof would ever end an account if it were.
    """
    return holder.protected_at(now)
