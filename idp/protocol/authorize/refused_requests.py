"""What the audit log says of a refused request, for a portal's team to mend it: our words, no value of a person."""

from datetime import datetime
from urllib.parse import urlsplit

from clients.model import Client
from idp.audit.model import SAID, SHOWN, EventName, Origin, RecordEvent
from idp.kernel.ids import EventId, new_id
from idp.protocol.authorize.errors import PageError
from idp.protocol.decider import printable
from idp.protocol.errors import INVALID_REDIRECT_URI
from idp.protocol.forms import Form

_MOST_SAID, _MOST_SHOWN = 160, 160


def said_details(said: str) -> dict[str, str]:
    """Return what a client was told as details of an event, without a value that it may quote behind `=`."""
    words = said.partition("=")[0].strip()[:_MOST_SAID]
    return {SAID: words} if words else {}


def page_event(client: Client, form: Form, error: PageError, origin: Origin, now: datetime) -> RecordEvent:
    """Return the event of a request that is answered by a page, because it has no proven address (RFC 9700 4.11)."""
    details = said_details(error.detail)
    if error.code == INVALID_REDIRECT_URI.code:
        details |= _shown(form.get("redirect_uri") or "")
    return RecordEvent(
        id=EventId(new_id()),
        name=EventName.AUTHORIZATION_REFUSED,
        at=now,
        origin=origin,
        client_id=client.client_id,
        reason=error.code,
        details=details,
    )


def _shown(address: str) -> dict[str, str]:
    """Return an address as far as its path: what stands behind may be about a person, or a secret."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return {}
    place = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
    words = printable(place)[:_MOST_SHOWN]
    return {SHOWN: words} if parts.netloc and words else {}
