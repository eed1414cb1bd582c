"""On a shared computer the next person may already be waiting: the name and a way out are on every page."""

from starlette.requests import Request

_STATE = "shared_session"


def note_shared_session(request: Request, name: str) -> None:
    """Have the page that answers this request say whose session is open on a shared computer."""
    request.scope["state"][_STATE] = name


def name_on_shared_computer(request: Request) -> str | None:
    """Return whose session on a shared computer the request belongs to, if that was noted."""
    name = request.scope.get("state", {}).get(_STATE)
    return name if isinstance(name, str) else None
