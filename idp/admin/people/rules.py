"""Decisions about people: who may be shown, what is shown of them, and what may be done to an account as it stands."""

from datetime import datetime
from typing import Literal

import msgspec
from msgspec import Struct

from idp.account.merging.joining_model import SET_ASIDE
from idp.account.model import (
    EMAIL_PLACE,
    NUMBER_PLACE,
    PHONE_PLACE,
    PROFILE_PLACE,
    AccountKind,
    AccountStatus,
    ProofState,
)
from idp.account.people import OpenRecovery, PersonRecord
from idp.admin.errors import ConflictError
from idp.admin.people.commands import Act
from idp.audit.model import EventName
from idp.factors.contacts.email_addresses import EmailAddress, InvalidEmailError
from idp.imports.model import DUPLICATE
from idp.kernel.ids import AccountId
from idp.kernel.places import Place
from idp.kernel.secrets import SealBrokenError, Sealer
from idp.proofing.values.personal_numbers import masked_number
from idp.proofing.values.phones import PhoneNumber
from idp.recovery.model import NOT_ME
from records.structs import Unprinted

# Who keeps an account from signing in. `duplicate`: an import found two accounts for one number, and merging ends it.
LockedBy = Literal["owner", "support", "operator", "duplicate", "elsewhere"]
# Ends sessions and grants; told to portals and kept with the rows.
LOCKED, SIGNED_OUT, UNLOCKED = (
    EventName.PERSON_LOCKED.value,
    EventName.PERSON_SIGNED_OUT.value,
    EventName.PERSON_UNLOCKED.value,
)


class PersonShown(Unprinted, Struct, frozen=True):
    """What support sees of an account: personal values masked, factors by kind, no secret."""

    account_id: AccountId
    name: str
    number: str
    phone: str
    email: str
    status: AccountStatus
    locked_by: LockedBy | None
    proof: ProofState
    proved_at: datetime | None
    created_at: datetime
    two_steps: bool
    passkeys: int
    has_authenticator_app: bool
    recovery_codes: int
    upstream_links: int
    phone_rests_until: datetime | None
    wrong_passwords: int
    next_try_at: datetime | None
    sessions: int
    last_sign_in_at: datetime | None
    recovery: OpenRecovery | None
    # What would change something now.
    acts: tuple[Act, ...]


def may_be_shown(record: PersonRecord) -> bool:
    """Say whether support may see an account: a citizen's that is not closed. Officers belong to their agencies."""
    return record.account.kind is AccountKind.CITIZEN and record.account.status is not AccountStatus.CLOSED


def locked_by(record: PersonRecord) -> LockedBy | None:
    """Return who locked an account; None for one that is not locked."""
    if record.account.status is not AccountStatus.LOCKED:
        return None
    match record.locked_for:
        case reason if reason == NOT_ME:
            return "owner"
        case reason if reason == LOCKED:
            return "support"
        case reason if reason == EventName.ACCOUNT_LOCKED.value:
            return "operator"
        # Without a number either way: only its owner opens it, by joining it with another.
        case reason if reason in {DUPLICATE, SET_ASIDE}:
            return "duplicate"
        case _:
            return "elsewhere"


def changes_something(act: Act, record: PersonRecord) -> bool:
    """Say whether an act would change the account as it stands; a second press of a button would not.

    Raises `ConflictError` where the account's state forbids it: what its owner locked opens by recovery alone, for
    whoever calls the desk may be the one whom it was locked against.
    """
    by = locked_by(record)
    match act:
        case Act.LOCK:
            return by in {None, "owner"}
        case Act.UNLOCK:
            if by in {"owner", "duplicate"}:
                raise ConflictError(f"the lock of {by} is not lifted here")
            return by is not None or record.wrong_passwords > 0
        case Act.SIGN_OUT:
            return bool(record.sessions or record.grants)
        case Act.RECOVER:
            if by not in {None, "owner"}:
                raise ConflictError(f"the lock of {by} outlives a recovery")
            return True


def shown(record: PersonRecord, sealer: Sealer, now: datetime) -> PersonShown:
    """Return what is shown of an account."""
    account = record.account
    return PersonShown(
        account_id=account.id,
        name=masked_name(_name_in(sealer, record)),
        number=masked_number(_opened(sealer, record.number_sealed, NUMBER_PLACE.of(record.account.person_id)))
        if record.number_sealed
        else "",
        phone=_masked_phone(_opened(sealer, record.phone_sealed, PHONE_PLACE.of(account.person_id))),
        email=_masked_email(_opened(sealer, record.email_sealed, EMAIL_PLACE.of(account.person_id))),
        status=account.status,
        locked_by=locked_by(record),
        proof=account.proof_at(now),
        proved_at=account.proved_at,
        created_at=account.created_at,
        two_steps=account.two_steps,
        passkeys=record.passkeys,
        has_authenticator_app=record.has_authenticator_app,
        recovery_codes=record.recovery_codes,
        upstream_links=record.upstream_links,
        phone_rests_until=record.phone_rests_until if _later(record.phone_rests_until, now) else None,
        wrong_passwords=record.wrong_passwords,
        next_try_at=record.next_try_at if _later(record.next_try_at, now) else None,
        sessions=record.sessions,
        last_sign_in_at=record.last_sign_in_at,
        recovery=record.recovery,
        acts=tuple(act for act in Act if _would(act, record)),
    )


def masked_name(name: str) -> str:
    """Return the last word of a name whole, which is what people are called by, and of each other its first letter."""
    *before, last = name.split() or [""]
    return " ".join([*(f"{word[0]}•••" for word in before), last])


def number_in(record: PersonRecord, sealer: Sealer) -> str:
    """Return the personal number; "" where there is none, or it no longer opens."""
    return _opened(sealer, record.number_sealed, NUMBER_PLACE.of(record.account.person_id))


def _would(act: Act, record: PersonRecord) -> bool:
    try:
        return changes_something(act, record)
    except ConflictError:
        return False


def _later(at: datetime | None, now: datetime) -> bool:
    return at is not None and at > now


def _opened(sealer: Sealer, sealed: bytes | None, place: Place) -> str:
    if sealed is None:
        return ""
    try:
        return sealer.open(sealed, place).decode()
    except SealBrokenError:
        return ""


def _name_in(sealer: Sealer, record: PersonRecord) -> str:
    place = PROFILE_PLACE.of(record.account.person_id)
    try:
        profile: dict[str, object] = msgspec.json.decode(sealer.open(record.profile_sealed, place))
    except SealBrokenError:
        return ""
    return str(profile.get("name", ""))


def _masked_phone(e164: str) -> str:
    return PhoneNumber(e164).masked() if e164 else ""


def _masked_email(text: str) -> str:
    try:
        return EmailAddress.parse(text).masked() if text else ""
    except InvalidEmailError:
        return "•••"
