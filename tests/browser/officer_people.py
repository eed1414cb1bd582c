"""The demonstration officers at the console: each signs in once for a whole run, as at a desk in the morning.

An app's code is typed once and the next comes half a minute later: signing in for each test would be waiting for codes.
"""

import time
from dataclasses import dataclass, field
from datetime import timedelta
from weakref import WeakKeyDictionary

from idp.cli.demonstration.administrators import READY
from idp.cli.demonstration.officer import OFFICER, DemonstrationOfficer
from idp.kernel.secrets import Secret
from tests.browser.gallery import in_language
from tests.support.authenticator_app import App
from tests.support.browser import EmbeddedSystem, Visitor

# As `make run` prints them.
PEOPLE = {one.name.text: one for one in (OFFICER, *(ready for ready, _, _ in READY))}

# The console wants two factors of the last quarter of an hour; a test has some minutes left.
_FRESH = timedelta(minutes=8)


@dataclass(slots=True)
class Desk:
    """One officer of one system: the app in their hand, and the cookies of the session once there is one."""

    person: DemonstrationOfficer
    app: App
    cookies: list[dict[str, object]] = field(default_factory=list)
    signed_in_at: float = 0.0

    @property
    def is_fresh(self) -> bool:
        return bool(self.cookies) and time.monotonic() - self.signed_in_at < _FRESH.total_seconds()


_DESKS: WeakKeyDictionary[EmbeddedSystem, dict[str, Desk]] = WeakKeyDictionary()


def desk(system: EmbeddedSystem, name: str) -> Desk:
    """Return the desk of an officer, the same for every test on a system."""
    known = _DESKS.setdefault(system, {})
    if name not in known:
        known[name] = Desk(PEOPLE[name], App(Secret(PEOPLE[name].app_secret)))
    return known[name]


def officer_signs_in(visitor: Visitor, name: str, path: str, language: str = "vi") -> None:
    """Open a page and sign in with password and app where that leads; a session from before is left aside."""
    own = desk(visitor.system, name)
    visitor.open(in_language(visitor.system.provider(path), language))
    visitor.sign_in(name, own.person.password)
    visitor.page.wait_for_selector("#way-totp")
    visitor.page.fill("#code", own.app.code())
    visitor.click("verify")


def at_the_desk(visitor: Visitor, name: str, path: str = "/admin", language: str = "vi") -> None:
    """Come to a page of the provider's, signed in: anew, or with the session of an earlier test."""
    own, address = desk(visitor.system, name), in_language(visitor.system.provider(path), language)
    if own.is_fresh:
        visitor.context.add_cookies(own.cookies)  # type: ignore[arg-type]  # what it gave out it takes
        # Whoever signs somebody else in at this browser ends the session.
        if not visitor.open(address).locator("#identifier").count():
            return
    own.signed_in_at = time.monotonic()
    officer_signs_in(visitor, name, "/sign-in?officer=1", language)
    visitor.page.wait_for_url(visitor.system.provider("/account"))
    own.cookies = [dict(cookie) for cookie in visitor.context.cookies(visitor.system.provider())]
    visitor.open(address)
