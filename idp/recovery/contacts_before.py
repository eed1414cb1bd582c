"""The account before its contacts changed: taking the changes back takes them out of the claims too."""

from collections.abc import Iterable
from datetime import datetime

from idp.account.contact_claims import with_contact
from idp.account.model import SignInRecord
from idp.factors.change_model import ContactChange, RestoreProfile
from idp.kernel.secrets import Sealer
from records.structs import replace


def contacts_before(
    record: SignInRecord, changes: Iterable[ContactChange], since: datetime, sealer: Sealer, now: datetime
) -> SignInRecord:
    """Return the account with the contacts that those which took their place since an instant replaced."""
    before = record
    for change in reversed(tuple(changes)):
        if change.settled_at is None or change.since < since:
            continue
        old = change.replaced.sealed if change.replaced else None
        profile = with_contact(change.person_id, before.profile_sealed, change.kind, old, sealer, now)
        before = replace(before, profile_sealed=profile)
        before = replace(before, phone_sealed=old) if change.kind == "phone" else replace(before, email_sealed=old)
    return before


def restored_claims(record: SignInRecord, before: SignInRecord) -> tuple[RestoreProfile, ...]:
    """Return the effect that lets the claims name the contacts of before, if any came back."""
    if before is record:
        return ()
    return (RestoreProfile(person_id=record.account.person_id, profile_sealed=before.profile_sealed),)
