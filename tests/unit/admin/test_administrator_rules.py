"""What one administrator may do to another: nobody gives, ends or sees more than they hold."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.admin.actor import Actor
from idp.admin.administrators.posts import NewRole, Rule
from idp.admin.administrators.rules import (
    Lineages,
    demand_account,
    demand_end,
    demand_grant,
    demand_other,
    demand_sight,
    givable_roles,
    seen_grants,
    withdrawal_reason,
)
from idp.admin.errors import AdminError, FreshFactorNeededError, InvalidInputError, NotFoundError, NotPermittedError
from idp.admin.permissions import Permission, allows, permissions_of
from idp.audit.model import Origin
from idp.kernel.ids import AccountId, PersonId, RoleGrantId
from idp.officers.administrators import Administrator
from idp.officers.model import Officer
from idp.officers.roles import NATIONAL, Role, RoleGrant
from records.structs import replace

NOW = datetime(2026, 11, 25, 8, tzinfo=UTC)
YEAR = timedelta(days=365)
PROVINCE, COMMUNE, OTHER = "H55", "H55.12", "H26"
LINES = Lineages({NATIONAL: (), PROVINCE: (PROVINCE,), COMMUNE: (COMMUNE, PROVINCE), OTHER: (OTHER,)})
AGENCIES = (NATIONAL, PROVINCE, COMMUNE, OTHER)


def grant(role: Role, agency: str) -> RoleGrant:
    return RoleGrant(RoleGrantId("g"), PersonId("p"), AccountId("a"), role, agency, "operator", NOW, NOW, NOW + YEAR)


def actor(*grants: RoleGrant, account_id: AccountId = AccountId("mine"), fresh: bool = True) -> Actor:
    return Actor(PersonId("p"), account_id, PROVINCE, "H55-ABC", grants, fresh, Origin("c"))


def administrator(
    *grants: RoleGrant, agency: str = PROVINCE, account_id: AccountId = AccountId("theirs")
) -> Administrator:
    officer = Officer(PersonId("q"), account_id, agency, "post", "H55-XYZ", NOW, NOW + YEAR, "operator", NOW)
    return Administrator(officer, b"", grants)


held = st.lists(st.builds(grant, st.sampled_from(Role), st.sampled_from(AGENCIES)), max_size=3)


def refusal(error: InvalidInputError) -> list[tuple[str, str]]:
    return [(problem.field, problem.rule) for problem in error.problems]


@given(held, held, st.sampled_from(AGENCIES[1:]))
def test_whoever_may_act_on_an_account_could_have_given_all_that_it_holds(
    mine: list[RoleGrant], theirs: list[RoleGrant], agency: str
) -> None:
    """Else a code to set an account up, or its end, would be a way around what may be granted."""
    try:
        demand_account(actor(*mine), administrator(*theirs, agency=agency), LINES, NOW)
    except AdminError:
        return
    for one in theirs:
        assert all(allows(mine, permission, LINES[one.agency]) for permission in permissions_of(one.role))


@given(held, held, st.sampled_from(AGENCIES[1:]))
def test_what_is_seen_is_over_agencies_that_are_read(
    mine: list[RoleGrant], theirs: list[RoleGrant], agency: str
) -> None:
    found = administrator(*theirs, agency=agency)
    try:
        demand_sight(actor(*mine), found, LINES)
    except AdminError:
        assert seen_grants(actor(*mine), found, LINES) == ()
        return
    for one in seen_grants(actor(*mine), found, LINES):
        assert allows(mine, Permission.ADMINISTRATORS_READ, LINES[one.agency])


def test_another_agencys_administrator_reads_like_nobody() -> None:
    mine = actor(grant(Role.AGENCY_ADMINISTRATOR, PROVINCE))
    for found in (None, administrator(grant(Role.AUDITOR, OTHER), agency=OTHER)):
        with pytest.raises(NotFoundError):
            demand_sight(mine, found, LINES)
    demand_sight(mine, administrator(grant(Role.AUDITOR, COMMUNE), agency=OTHER), LINES)


@pytest.mark.parametrize("role", [Role.CLIENT_DEVELOPER, Role.SUPPORT])
def test_who_may_read_no_administrators_is_told_so(role: Role) -> None:
    with pytest.raises(NotPermittedError):
        demand_sight(actor(grant(role, NATIONAL)), None, LINES)


def test_an_agencys_administrator_does_not_end_a_national_operator_of_the_same_agency() -> None:
    operator = administrator(grant(Role.NATIONAL_OPERATOR, NATIONAL))
    with pytest.raises(NotPermittedError):
        demand_account(actor(grant(Role.AGENCY_ADMINISTRATOR, PROVINCE)), operator, LINES, NOW)


def test_a_revoked_or_ended_role_is_no_obstacle() -> None:
    over = replace(grant(Role.NATIONAL_OPERATOR, NATIONAL), revoked_at=NOW)
    late = replace(grant(Role.SUPPORT, NATIONAL), ends_at=NOW)
    demand_account(actor(grant(Role.AGENCY_ADMINISTRATOR, PROVINCE)), administrator(over, late), LINES, NOW)


def test_acts_on_accounts_want_a_fresh_factor() -> None:
    mine = actor(grant(Role.AGENCY_ADMINISTRATOR, PROVINCE), fresh=False)
    with pytest.raises(FreshFactorNeededError):
        demand_account(mine, administrator(), LINES, NOW)


def test_nobody_acts_on_themself() -> None:
    with pytest.raises(InvalidInputError) as refused:
        demand_other(actor(), administrator(account_id=AccountId("mine")))
    assert refusal(refused.value) == [("account", Rule.OWN_ACCOUNT)]


@pytest.mark.parametrize(
    ("role", "agency", "reported"),
    [
        (Role.SUPPORT, PROVINCE, ("role", Rule.MORE_THAN_HELD)),
        (Role.AUDITOR, OTHER, ("over", Rule.NO_SUCH_AGENCY)),
        (Role.AUDITOR, NATIONAL, ("over", Rule.NO_SUCH_AGENCY)),
        (Role.NATIONAL_OPERATOR, NATIONAL, ("over", Rule.NO_SUCH_AGENCY)),
    ],
)
def test_an_agencys_administrator_gives_what_they_hold_where_they_hold_it(
    role: Role, agency: str, reported: tuple[str, Rule]
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        demand_grant(
            actor(grant(Role.AGENCY_ADMINISTRATOR, PROVINCE)), NewRole(role, agency), LINES[agency], known=True
        )
    assert refusal(refused.value) == [reported]


def test_an_agency_that_is_not_there_reads_like_another_agencys() -> None:
    with pytest.raises(InvalidInputError) as refused:
        demand_grant(actor(grant(Role.NATIONAL_OPERATOR, NATIONAL)), NewRole(Role.AUDITOR, "H99"), (), known=False)
    assert refusal(refused.value) == [("over", Rule.NO_SUCH_AGENCY)]


def test_the_roles_offered_are_the_roles_that_may_be_given() -> None:
    mine = actor(grant(Role.AGENCY_ADMINISTRATOR, PROVINCE))
    offered = givable_roles(mine, LINES[COMMUNE])
    assert offered == (Role.AGENCY_ADMINISTRATOR, Role.CLIENT_DEVELOPER, Role.AUDITOR)
    for role in offered:
        demand_grant(mine, NewRole(role, COMMUNE), LINES[COMMUNE], known=True)


def test_a_role_does_not_outlast_its_account() -> None:
    demand_end(NOW, NOW)
    with pytest.raises(InvalidInputError):
        demand_end(NOW + YEAR, NOW)


def test_a_reason_is_one_of_the_words() -> None:
    assert withdrawal_reason("left") == "left"
    with pytest.raises(InvalidInputError):
        withdrawal_reason("<b>")
