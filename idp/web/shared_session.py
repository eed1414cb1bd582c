"""On a shared computer the next person may already be waiting: the name and a way out are on every page."""

from starlette.requests import Request

from idp.sessions.model import SessionView
from idp.web.parts import Parts
from idp.web.profiles import person_of

_STATE = "shared_session"


def note_shared_session(request: Request, view: SessionView, parts: Parts) -> None:
    """Have the page that answers this request say whose session it is, if the computer is shared."""
    if view.session.shared_computer:
        request.scope["state"][_STATE] = str(person_of(view, parts).get("name", ""))


def name_on_shared_computer(request: Request) -> str | None:
    """Return whose session on a shared computer the request belongs to, if that was noted."""
    name = request.scope.get("state", {}).get(_STATE)
    return name if isinstance(name, str) else None
