"""Contacts of an account: the phone, and an e-mail address if the person wants one."""

from datetime import datetime
from typing import Literal

from idp.account.model import SealedValue
from idp.kernel.effects import Effect
from idp.kernel.ids import AccountId, PersonId

ContactKind = Literal["phone", "email"]


class SetContact(Effect):
    """Keep a confirmed contact in the place of the one before.

    Belongs after `ReplaceProfile` in the same commit: it keeps two changes apart, and the claims say the same.
    """

    account_id: AccountId
    person_id: PersonId
    kind: ContactKind
    contact: SealedValue
    confirmed_at: datetime


class RemoveContact(Effect):
    """Forget a contact; the same holds as for `SetContact`."""

    account_id: AccountId
    person_id: PersonId
    kind: ContactKind
