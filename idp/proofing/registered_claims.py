"""What a register's word changes in a person's claims; everything else in them stays."""

from collections.abc import Mapping
from datetime import datetime

from idp.account.profiles import MASKED_NUMBER
from idp.proofing.model import RegisterRecord
from idp.proofing.values.names import readable_name
from idp.proofing.values.personal_numbers import masked_number

_NAME_PARTS = ("family_name", "middle_name", "given_name")

Claims = Mapping[str, object]


def spelled_by_register(profile: Claims, record: RegisterRecord, now: datetime) -> dict[str, object]:
    """Return the claims as the register writes them, after it has proved them."""
    changed = _renamed(profile, record.full_name)
    changed["birthdate"] = record.birth_date.oidc_birthdate()
    if record.sex.oidc_gender:
        changed["gender"] = record.sex.oidc_gender
    if record.parts is not None:
        parts = (record.parts.family, record.parts.middle, record.parts.given)
        changed |= {claim: readable_name(part) for claim, part in zip(_NAME_PARTS, parts, strict=True) if part}
    return _changed_at(changed, now)


def with_new_name(profile: Claims, registered_name: str, now: datetime) -> dict[str, object]:
    """Return the claims with another name. Its parts go: a name is never split by us (vietnam.md 4.3)."""
    return _changed_at(_renamed(profile, registered_name), now)


def with_new_number(profile: Claims, digits: str, now: datetime) -> dict[str, object]:
    """Return the claims with what pages may show of another number."""
    return _changed_at({**profile, MASKED_NUMBER: masked_number(digits)}, now)


def _renamed(profile: Claims, registered_name: str) -> dict[str, object]:
    kept = {claim: value for claim, value in profile.items() if claim not in _NAME_PARTS}
    return {**kept, "name": readable_name(registered_name)}


def _changed_at(profile: dict[str, object], now: datetime) -> dict[str, object]:
    return {**profile, "updated_at": int(now.timestamp())}
