"""Whether a session is fresh and strong enough to change what protects the account."""

from datetime import datetime, timedelta

from idp.authentication.levels import PASSWORD, SECOND_FACTORS, is_strong
from idp.sessions.model import SessionView

# ASVS 7.5.1 wants a full re-authentication before factors and contacts change; a form takes its time.
RECENT = timedelta(minutes=15)


def is_recent_and_strong(view: SessionView, now: datetime) -> bool:
    """Say whether two factors or a passkey were shown, the last of them a short while ago."""
    return is_strong(view.session.amr) and now - view.session.factor_at <= RECENT


def still_to_show(view: SessionView, now: datetime) -> frozenset[str]:
    """Return the factors of which one must be shown now: a second one beside a recent password, else a new sign-in.

    Empty when the session is fresh and strong. The password is named when the sign-in itself is too old.
    """
    if is_recent_and_strong(view, now):
        return frozenset()
    if now - view.session.auth_time <= RECENT and PASSWORD in view.session.amr:
        return view.enrolled & SECOND_FACTORS
    return frozenset({PASSWORD}) | (view.enrolled & SECOND_FACTORS)
