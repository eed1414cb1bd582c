"""What people do on the pages of organisations and mandates, step by step; no row is written but by the pages."""

from collections.abc import Collection
from datetime import date

from portals.simulator.enterprises import Enterprise
from portals.simulator.person import Person
from tests.browser.account.test_own_account import confirm
from tests.browser.people import NEW_PASSWORD
from tests.support.browser import Visitor

POWERS = ("view", "file", "sign", "pay", "delegate")


def at_home_as(visitor: Visitor, person: Person, phone: str) -> None:
    """Sign in at the provider itself; register first whoever no other test has registered yet."""
    provider = visitor.system.provider
    visitor.open(provider("/sign-in"))
    visitor.sign_in(person.number, NEW_PASSWORD)
    if not visitor.has("account-parts"):
        visitor.open(provider("/register"))
        visitor.register(person, phone, NEW_PASSWORD, person.full_name)
        visitor.open(provider("/sign-in"))
        visitor.sign_in(person.number, NEW_PASSWORD)
    visitor.page.wait_for_selector("#account-parts")


def claim(visitor: Visitor, code: str, name: str) -> None:
    """Fill in the form that claims an organisation."""
    visitor.page.fill("#code", code)
    visitor.page.fill("#name", name)
    visitor.click("claim")


def claim_organisation(visitor: Visitor, phone: str, enterprise: Enterprise) -> None:
    """Show two factors and claim what the register says one represents."""
    confirm(visitor, "/account/organisations/claim", phone)
    claim(visitor, enterprise.code, enterprise.name)
    visitor.page.wait_for_selector("#organisations")


def fill_in_giving(visitor: Visitor, under: str, number: str, name: str) -> None:
    """Fill in to whom and for whom; powers and the last day stay as the page proposes them."""
    visitor.page.select_option("#under", label=under)
    visitor.page.fill("#number", number)
    visitor.page.fill("#name", name)


def give(visitor: Visitor, under: Enterprise, other: Person, powers: Collection[str], until: date) -> None:
    """Offer somebody these powers and no others until that day; two factors were shown lately."""
    visitor.open(visitor.system.provider("/account/mandates/give"))
    fill_in_giving(visitor, under.name, other.number, other.full_name)
    for power in POWERS:
        visitor.page.set_checked(f"#power-{power}", power in powers)
    visitor.page.fill("#until", until.isoformat())
    visitor.click("give")
    visitor.page.wait_for_selector("#given")


def accept(visitor: Visitor) -> None:
    """Accept the first offer; two factors were shown lately."""
    visitor.open(visitor.system.provider("/account/mandates"))
    visitor.click("accept-1")
    visitor.page.wait_for_selector("#held")


def fill_in_ward(visitor: Visitor, child: Person, name: str | None = None) -> None:
    """Fill in and send the form that claims a child; `name` instead of the right one."""
    year, month, day = child.born.split("-")
    declared = {"number": child.number, "name": name or child.full_name, "birth_date": f"{day}/{month}/{year}"}
    for entry, text in declared.items():
        visitor.page.fill(f"#{entry}", text)
    visitor.click("claim")


def press(visitor: Visitor, text: str) -> None:
    """Press the button that says this."""
    visitor.page.get_by_role("button", name=text, exact=True).click()
