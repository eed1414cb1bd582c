"""A person's standard claims (OIDC Core 5.1), as they are first written down."""

from datetime import datetime

from idp.proofing.model import ClaimedIdentity, RegisterRecord
from idp.proofing.values.names import readable_name
from idp.proofing.values.personal_numbers import masked_number

MASKED_NUMBER = "masked_number"


def first_profile(
    claimed: ClaimedIdentity, record: RegisterRecord | None, phone: str, locale: str, now: datetime
) -> dict[str, object]:
    """Return the claims of a new person: the register's spelling where it proved them, else their own.

    A name is divided only where the register itself divided it (vietnam.md 4.3); a birth date known by its year
    stays a year.
    """
    profile: dict[str, object] = {
        "name": readable_name(record.full_name) if record else claimed.name,
        "birthdate": (record.birth_date if record else claimed.birth_date).oidc_birthdate(),
        "phone_number": phone,
        "phone_number_verified": True,
        "locale": locale,
        "zoneinfo": "Asia/Ho_Chi_Minh",
        "updated_at": int(now.timestamp()),
        # No claim: what our own pages show of the number, so that they need not open the number itself.
        MASKED_NUMBER: masked_number(claimed.number.digits),
    }
    if record is not None and record.sex.oidc_gender:
        profile["gender"] = record.sex.oidc_gender
    if record is not None and record.parts is not None:
        parts = record.parts
        names = {"family_name": parts.family, "middle_name": parts.middle, "given_name": parts.given}
        profile |= {claim: readable_name(value) for claim, value in names.items() if value}
    return profile
