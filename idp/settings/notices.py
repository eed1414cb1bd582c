"""Notices that people read on the pages of sign-in, of their own account, and of status: maintenance, announcements."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from clients.document import Document
from idp.kernel.locales import Locale
from idp.settings.reading import Reading

# More than this nobody reads.
MOST_NOTICES = 10
_LONGEST = 300
NO_NOTICES: Document = {"notices": []}


class NoticePlace(StrEnum):
    """Where a notice stands."""

    SIGN_IN = "sign_in"
    ACCOUNT = "account"
    STATUS = "status"


class Severity(StrEnum):
    """How loudly a notice speaks."""

    INFO = "info"
    WARNING = "warning"
    URGENT = "urgent"


class Notice(Struct, frozen=True, kw_only=True):
    """One notice: from when until when it stands, and where. Its text is plain."""

    id: str
    severity: Severity
    places: frozenset[NoticePlace]
    starts_at: datetime
    ends_at: datetime
    text: Mapping[Locale, str]

    def stands(self, place: NoticePlace, now: datetime) -> bool:
        """Say whether it is shown at a place now."""
        return place in self.places and self.starts_at <= now < self.ends_at


def read_notices(document: Document) -> tuple[Notice, ...]:
    """Return the notices of a document. Raises `InvalidSettingError` with every problem."""
    reading = Reading()
    found = reading.only_list(document, "notices", MOST_NOTICES, lambda value, field: _notice(reading, value, field))
    reading.done()
    return found


def _notice(reading: Reading, value: object, field: str) -> Notice | None:
    members = reading.members(value, field, ("id", "severity", "where", "from", "until", "text"))
    if not isinstance(value, dict):
        return None
    notice_id = reading.id(members.get("id"), f"{field}.id")
    severity = Severity(reading.choice(members.get("severity"), f"{field}.severity", tuple(Severity)))
    places = reading.choices(members.get("where"), f"{field}.where", tuple(NoticePlace))
    text, span = reading.both(members.get("text"), f"{field}.text", _LONGEST), reading.span(members, field)
    if span is None:
        return None
    return Notice(
        id=notice_id,
        severity=severity,
        places=frozenset(NoticePlace(one) for one in places),
        starts_at=span[0],
        ends_at=span[1],
        text=text,
    )


def standing(notices: Iterable[Notice], place: NoticePlace, now: datetime) -> tuple[Notice, ...]:
    """Return what is shown at a place now, the loudest first."""
    loud = tuple(Severity)
    return tuple(sorted((one for one in notices if one.stands(place, now)), key=lambda one: -loud.index(one.severity)))
