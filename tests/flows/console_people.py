"""Administrators of the flow tests: officers, set up and signed in, who hold roles."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from idp.kernel.ids import PersonId, RoleGrantId, new_id
from idp.officers.roles import OPERATOR, GrantRole, RevokeRole, Role, RoleGrant
from records.structs import replace
from tests.contract.sql.direct import rows, run
from tests.flows.officer_people import OfficerPerson, ready, show_factors, with_accounts
from tests.flows.running_provider import RunningProvider
from tests.support.page import Page
from tests.support.plain.browser import Browser, shown

TERM = timedelta(days=20)


def path_of(page: Page) -> str:
    """Return where a page is, without its query."""
    return urlsplit(page.address).path


def give(
    running: RunningProvider, person: OfficerPerson, role: Role, agency: str, *, ends_in: timedelta = TERM
) -> RoleGrant:
    """Give a role, as the operator's command does."""
    now, officer = datetime.now(UTC), person.officer
    grant = RoleGrant(
        RoleGrantId(new_id()),
        officer.person_id,
        officer.account_id,
        role,
        agency,
        OPERATOR,
        now,
        now,
        now + ends_in,
        approves_from=now,
    )
    assert with_accounts(running, lambda accounts: accounts.ledger.commit(GrantRole(grant=grant)))
    return grant


def take_back(running: RunningProvider, grant: RoleGrant) -> None:
    """Revoke a role, as the operator's command does."""
    revoking = RevokeRole(
        person_id=grant.person_id, account_id=grant.account_id, grant_id=grant.id, at=datetime.now(UTC), by=OPERATOR
    )
    assert with_accounts(running, lambda accounts: accounts.ledger.commit(revoking))


def sign_in_to(browser: Browser, person: OfficerPerson, path: str = "/admin") -> Page:
    """Open a page of the console, sign in where that leads, and return the page after it."""
    page = browser.page(path)
    assert path_of(page) == "/sign-in"
    return shown(show_factors(browser, page, person))


def administrator(running: RunningProvider, browser: Browser, role: Role, agency: str) -> OfficerPerson:
    """Return somebody who holds a role and is signed in, at the console's first page."""
    person = ready(running, browser)
    give(running, person, role, agency)
    assert path_of(sign_in_to(browser, person)) == "/admin"
    return person


def press(browser: Browser, page: Page, button: str, **fields: str) -> Page:
    """Press a button of one of a page's forms, with that form's fields alone, and return the page after it."""
    return shown(browser.submit(replace(page, values=page.protection), button, **fields))


def page_of(browser: Browser, person: OfficerPerson) -> Page:
    """Open the page of an administrator."""
    return browser.page(f"/admin/administrators/{person.officer.account_id}")


def events(running: RunningProvider, name: str, person_id: PersonId) -> list[tuple[object, ...]]:
    """Return reason and details of the events of a name that are about a person, or that they did."""
    asked = f"""
        SELECT reason, details FROM audit_events
        WHERE name = '{name}' AND (person_id = '{person_id}' OR details LIKE '%{person_id}%') ORDER BY event_id
    """
    return list(running.provider.run(rows(running.provider.database_url, asked)))


def make_stale(running: RunningProvider, person: OfficerPerson) -> None:
    """Let an hour pass since somebody's sessions showed a factor."""
    hour = 3_600_000_000
    changes = f"factor_at = factor_at - {hour}, auth_time = auth_time - {hour}, shown = ''"
    where = f"account_id = '{person.officer.account_id}'"
    running.provider.run(run(running.provider.database_url, f"UPDATE sessions SET {changes} WHERE {where}"))
