"""People who come through VNeID, simulated."""

from portals.simulator.person import Person
from tests.browser.people import NEW_PASSWORD, own_phone
from tests.support.browser import Visitor


def registered(visitor: Visitor, person: Person) -> None:
    """Open an account with a password and the person's own phone, as any newcomer does."""
    visitor.open(visitor.system.provider("/register"))
    visitor.register(person, own_phone(person), NEW_PASSWORD)


def through_vneid(visitor: Visitor, person: Person) -> None:
    """Press the button of the sign-in page and choose who signs in there."""
    visitor.click("upstream-vneid")
    visitor.click(f"person-{person.number}")
