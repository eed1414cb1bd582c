"""The profile of the person whose session a page is shown in."""

import msgspec
from starlette.requests import Request

from idp.account.model import PROFILE_PLACE
from idp.sessions.model import SessionView
from idp.web.http.dependencies import WebDependencies
from idp.web.http.shared_session import note_shared_session


def person_of(view: SessionView, web: WebDependencies) -> dict[str, object]:
    """Return the profile of the person of a session."""
    profile: dict[str, object] = msgspec.json.decode(
        web.sealer.open(view.profile_sealed, PROFILE_PLACE.of(view.account.person_id))
    )
    return profile


def head_shared_pages(request: Request, view: SessionView, web: WebDependencies) -> None:
    """Have the page that answers this request say whose session it is, if the computer is shared."""
    if view.session.shared_computer:
        note_shared_session(request, str(person_of(view, web).get("name", "")))
