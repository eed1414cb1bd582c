"""Administrators of the tests: officers that hold roles, and the tokens that they use the administration API with."""

from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import httpx2

from clients.model import ClientId
from idp.adapters.sql.database import open_database
from idp.agencies.effects import FoundAgency
from idp.agencies.tree import AgencyKind, AgencyNames
from idp.kernel.ids import RoleGrantId, new_id
from idp.officers.roles import NATIONAL, GrantRole, Role, RoleGrant
from tests.flows.officer_people import OfficerPerson, ready, sign_in_at
from tests.flows.running_provider import RunningProvider
from tests.support.parties.relying_party import Tokens
from tests.support.plain.browser import Browser

API, CONSOLE = "/admin/api/v1", "quan-tri"
READ, WRITE = "openid admin:read", "openid admin:read admin:write"
_LONG_AGO, _NAMES = date(2020, 7, 22), AgencyNames("Tỉnh Thái Nguyên", "Thai Nguyen province")


@dataclass(frozen=True, slots=True)
class ApiProgram:
    """A program of an administrator: shows one token."""

    running: RunningProvider
    token: str
    headers: Mapping[str, str] = field(default_factory=dict)

    def send(self, method: str, path: str, **options: object) -> httpx2.Response:
        """Send a request to a path below `API`."""
        headers = {"Authorization": f"Bearer {self.token}", **self.headers}
        return self.running.http.request(method, self.running.provider.base() + API + path, headers=headers, **options)  # type: ignore[arg-type]

    def get(self, path: str, **headers: str) -> httpx2.Response:
        """Read a path."""
        return ApiProgram(self.running, self.token, {**self.headers, **headers}).send("GET", path)


def give_role(running: RunningProvider, person: OfficerPerson, role: Role, agency: str) -> None:
    """Give an officer a role, beside the running provider."""
    now, officer = datetime.now(UTC), person.officer
    grant = RoleGrant(
        id=RoleGrantId(new_id()),
        person_id=officer.person_id,
        account_id=officer.account_id,
        role=role,
        agency=agency,
        given_by="operator",
        given_at=now,
        starts_at=now - timedelta(minutes=1),
        ends_at=officer.ends_at,
        approves_from=now,
    )

    async def run() -> bool:
        async with AsyncExitStack() as stack:
            database = await open_database(running.provider.database_url)
            stack.push_async_callback(database.close)
            if agency != NATIONAL:
                # Too late is fine: another test founded it.
                await database.ledger.commit(
                    FoundAgency(code=agency, kind=AgencyKind.PROVINCE, day=_LONG_AGO, parent=NATIONAL, names=_NAMES)
                )
            return await database.ledger.commit(GrantRole(grant=grant))

    assert running.provider.run(run())


def tokens_of(running: RunningProvider, browser: Browser, person: OfficerPerson, scope: str = WRITE) -> Tokens:
    """Sign an officer in at the program of administrators and return its validated tokens."""
    started, landing = sign_in_at(running, browser, person, ClientId(CONSOLE), scope=scope)
    return running.party(ClientId(CONSOLE)).complete(started, landing)


def administrator(
    running: RunningProvider, browser: Browser, role: Role | None, agency: str, scope: str = WRITE
) -> ApiProgram:
    """Return the program of a new administrator who holds one role, or none."""
    person = ready(running, browser)
    if role is not None:
        give_role(running, person, role, agency)
    return ApiProgram(running, tokens_of(running, browser, person, scope).access_token)
