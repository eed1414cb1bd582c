"""The profile of the person whose session a page is shown in."""

import msgspec

from idp.account.model import PROFILE_PLACE
from idp.sessions.model import SessionView
from idp.web.parts import Parts


def person_of(view: SessionView, parts: Parts) -> dict[str, object]:
    """Return the profile of the person of a session."""
    profile: dict[str, object] = msgspec.json.decode(
        parts.sealer.open(view.profile_sealed, PROFILE_PLACE.of(view.account.person_id))
    )
    return profile
