"""The claims of a profile that name a contact (OIDC Core 5.1): they say what the account's contact in force is."""

from collections.abc import Mapping
from datetime import datetime

import orjson

from idp.account.model import EMAIL_PLACE, PHONE_PLACE, PROFILE_PLACE
from idp.factors.contacts.model import ContactKind
from idp.kernel.ids import PersonId
from idp.kernel.places import Column
from idp.kernel.secrets import Sealer

CONTACT_PLACES: Mapping[ContactKind, Column] = {"phone": PHONE_PLACE, "email": EMAIL_PLACE}
_CLAIMS: Mapping[ContactKind, str] = {"phone": "phone_number", "email": "email"}


def with_contact(
    person_id: PersonId,
    profile_sealed: bytes,
    kind: ContactKind,
    contact_sealed: bytes | None,
    sealer: Sealer,
    now: datetime,
) -> bytes:
    """Return the profile with a contact as it will be released, or without one."""
    profile: dict[str, object] = orjson.loads(sealer.open(profile_sealed, PROFILE_PLACE.of(person_id)))
    name = _CLAIMS[kind]
    changed = {key: value for key, value in profile.items() if key not in {name, f"{name}_verified"}}
    if contact_sealed is not None:
        address = sealer.open(contact_sealed, CONTACT_PLACES[kind].of(person_id)).decode()
        changed |= {name: address, f"{name}_verified": True}
    changed["updated_at"] = int(now.timestamp())
    return sealer.seal(orjson.dumps(changed), PROFILE_PLACE.of(person_id))
