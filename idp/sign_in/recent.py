"""Whether a session is fresh and strong enough to change what protects the account."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from idp.sessions.model import Session, SessionView
from idp.sign_in.levels import PASSWORD, SECOND_FACTORS, is_strong

# ASVS 7.5.1 wants a full re-authentication before factors and contacts change; a form takes its time.
RECENT = timedelta(minutes=15)

ShownFactors = Iterable[tuple[str, datetime]]


def strong_since(shown: ShownFactors) -> datetime | None:
    """Return the latest instant since which what was shown is strong: two factors, both after it, or a passkey."""
    known = sorted(shown, key=lambda one: one[1], reverse=True)
    for count, (_, at) in enumerate(known, start=1):
        if is_strong(factor for factor, _ in known[:count]):
            return at
    return None


def fresh_factors(session: Session, now: datetime) -> frozenset[str]:
    """Return the factors that were shown a short while ago."""
    return frozenset(factor for factor, at in session.shown if now - at <= RECENT)


def is_recent_and_strong(view: SessionView, now: datetime) -> bool:
    """Say whether two factors or a passkey were shown a short while ago: each of them, not the last alone.

    A factor that waits to count (`idp.factors.change_model`) is not among what was shown.
    """
    return is_strong(fresh_factors(view.session, now))


def still_to_show(view: SessionView, now: datetime) -> frozenset[str]:
    """Return the factors of which one must be shown now: a second one beside a recent password, else a new sign-in.

    Empty when the session is fresh and strong. The password is named when it was shown too long ago.
    """
    if is_recent_and_strong(view, now):
        return frozenset()
    if PASSWORD in fresh_factors(view.session, now):
        return view.enrolled & SECOND_FACTORS
    return frozenset({PASSWORD}) | (view.enrolled & SECOND_FACTORS)
