"""A change as a list of the console shows it."""

from datetime import datetime

from idp.admin.changes.model import Change
from idp.kernel.locales import Locale
from idp.web.admin.clients.pages import ChangeEntry
from idp.web.http.local_time import local_time


def change_entry(change: Change, now: datetime, locale: Locale) -> ChangeEntry:
    """Return one row."""
    return ChangeEntry(
        id=change.id,
        object_kind=change.object_kind,
        object_id=change.object_id,
        kind=change.kind,
        state=change.state_at(now),
        proposed_by=change.proposed_by.code,
        proposed_at=local_time(change.proposed_at, locale),
        wants_review=change.wants_review,
    )
