"""People who come through VNeID, simulated."""

from portals.simulator.person import Person
from tests.browser.people import NEW_PASSWORD
from tests.support.browser import Visitor


def registered(visitor: Visitor, person: Person, phone: str) -> None:
    """Open an account with a password, as any newcomer does."""
    visitor.open(visitor.system.provider("/register"))
    visitor.register(person, phone, NEW_PASSWORD)
    assert visitor.has("verdict-identical") or visitor.has("verdict-same")


def through_vneid(visitor: Visitor, person: Person) -> None:
    """Press the button of the sign-in page and choose who signs in there."""
    visitor.click("upstream-vneid")
    visitor.click(f"person-{person.number}")
