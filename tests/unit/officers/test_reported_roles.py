"""Which roles of an officer a client is told of: its own agency's officers, its registered roles, nobody else."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import pytest

from clients.model import Client, OfficerRole
from idp.kernel.ids import AccountId, PersonId, RoleGrantId
from idp.officers.model import Officer
from idp.officers.reported_roles import ReportedRoles
from idp.officers.roles import NATIONAL, Role, RoleGrant
from records.structs import replace
from tests.support.builders.protocol import CLIENT, NOW

PERSON, ACCOUNT = PersonId("officer"), AccountId("post")
DAY = timedelta(days=1)
# Below the country two provinces, below one of them a district.
ABOVE = {"H26": ("H26",), "H26.1": ("H26.1", "H26"), "H55": ("H55",)}
OFFICER = Officer(PERSON, ACCOUNT, "H26", "kế toán", "H26-1", NOW - DAY, NOW + DAY, "operator", NOW - DAY)
GRAFANA = replace(
    CLIENT,
    agency="H26",
    account_kinds=("officer",),
    scope=("openid", "officer"),
    officer_roles=("auditor", "client_developer"),
)


class Store:
    """One officer with roles, and the agencies."""

    def __init__(self, officer: Officer | None, *roles: tuple[Role, str]) -> None:
        self.officer, self.roles = officer, roles

    async def of_account(self, person_id: PersonId, account_id: AccountId) -> Officer | None:
        return self.officer if (person_id, account_id) == (PERSON, ACCOUNT) else None

    async def held(self, person_id: PersonId, account_id: AccountId, now: datetime) -> Sequence[RoleGrant]:
        assert (person_id, account_id, now) == (PERSON, ACCOUNT, NOW)
        return [
            RoleGrant(RoleGrantId(str(n)), person_id, account_id, role, agency, "x", NOW - DAY, NOW - DAY, NOW + DAY)
            for n, (role, agency) in enumerate(self.roles)
        ]

    async def lineage(self, code: str, day: date) -> tuple[str, ...]:
        assert day == date(2026, 11, 24)
        return ABOVE.get(code, ())

    async def subtree(self, code: str, day: date) -> Sequence[str]:
        raise AssertionError(code, day)


async def reported(
    *roles: tuple[Role, str], client: Client = GRAFANA, officer: Officer | None = OFFICER
) -> tuple[str, ...]:
    store = Store(officer, *roles)
    return await ReportedRoles(store, store, store).of(client, PERSON, ACCOUNT, NOW)


async def test_the_registered_roles_that_the_officer_holds_are_told_in_the_order_of_the_registration() -> None:
    assert await reported((Role.CLIENT_DEVELOPER, "H26"), (Role.AUDITOR, "H26")) == ("auditor", "client_developer")


async def test_a_role_that_the_client_did_not_register_to_see_is_not_told() -> None:
    assert await reported((Role.SUPPORT, "H26"), (Role.AGENCY_ADMINISTRATOR, "H26")) == ()


@pytest.mark.parametrize(("agency", "counts"), [("H26", True), (NATIONAL, True), ("H55", False), ("H26.1", False)])
async def test_a_role_counts_that_is_held_over_the_clients_agency(agency: str, *, counts: bool) -> None:
    assert await reported((Role.AUDITOR, agency)) == (("auditor",) if counts else ())


@pytest.mark.parametrize(("agency", "own"), [("H26", True), ("H26.1", True), ("H55", False), ("gone", False)])
async def test_only_officers_of_the_clients_agency_and_below_it_have_roles_there(agency: str, *, own: bool) -> None:
    of_agency = replace(OFFICER, agency=agency)
    assert await reported((Role.AUDITOR, NATIONAL), officer=of_agency) == (("auditor",) if own else ())


@pytest.mark.parametrize(
    "officer",
    [None, replace(OFFICER, withdrawn_at=NOW), replace(OFFICER, ends_at=NOW), replace(OFFICER, starts_at=NOW + DAY)],
    ids=["a citizen", "withdrawn", "over", "not yet"],
)
async def test_a_citizen_and_whoever_is_no_officer_now_has_none(officer: Officer | None) -> None:
    assert await reported((Role.AUDITOR, "H26"), officer=officer) == ()


@pytest.mark.parametrize(("agency", "roles"), [(None, ("auditor",)), ("H26", ())])
async def test_a_client_of_no_agency_or_that_registered_no_role_is_told_none(
    agency: str | None, roles: tuple[OfficerRole, ...]
) -> None:
    client = replace(GRAFANA, agency=agency, officer_roles=roles)
    assert await reported((Role.AUDITOR, "H26"), client=client) == ()
