"""The table of permissions, and that nobody grants more than they hold."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.admin.actor import Actor
from idp.admin.errors import FreshFactorNeededError, NotFoundError, NotPermittedError
from idp.admin.permissions import TABLE, Level, Permission, agencies_of, allows, may_grant, permissions_of
from idp.audit.model import Origin
from idp.kernel.ids import AccountId, PersonId, RoleGrantId
from idp.officers.roles import NATIONAL, Role, RoleGrant

NOW = datetime(2026, 11, 25, 8, tzinfo=UTC)
PROVINCE, COMMUNE, OTHER = "H55", "H55.12", "H26"
AGENCIES = (NATIONAL, PROVINCE, COMMUNE, OTHER)
LINEAGES = {NATIONAL: (), PROVINCE: (PROVINCE,), COMMUNE: (COMMUNE, PROVINCE), OTHER: (OTHER,)}


def grant(role: Role, agency: str) -> RoleGrant:
    return RoleGrant(
        RoleGrantId("g"), PersonId("p"), AccountId("a"), role, agency, "operator", NOW, NOW, NOW + timedelta(days=365)
    )


def actor(*grants: RoleGrant, fresh: bool = True) -> Actor:
    return Actor(PersonId("p"), AccountId("a"), PROVINCE, "H55-ABC", grants, fresh, Origin("c"))


held = st.lists(st.builds(grant, st.sampled_from(Role), st.sampled_from(AGENCIES)), max_size=4)


def test_every_permission_is_in_the_table() -> None:
    assert set(TABLE) == set(Permission)


def test_the_operator_holds_every_permission_so_that_every_role_has_a_giver() -> None:
    assert permissions_of(Role.NATIONAL_OPERATOR) == frozenset(Permission)


@given(held, st.sampled_from(Role), st.sampled_from(AGENCIES))
def test_nobody_grants_more_than_they_hold(grants: list[RoleGrant], role: Role, agency: str) -> None:
    lineage = LINEAGES[agency]
    if may_grant(grants, role, lineage):
        given_to = [*grants, grant(role, agency)]
        for permission in Permission:
            for place in LINEAGES.values():
                assert allows(given_to, permission, place) == allows(grants, permission, place)


@pytest.mark.parametrize("role", [Role.CLIENT_DEVELOPER, Role.AUDITOR, Role.SUPPORT])
def test_who_may_not_change_administrators_grants_nothing(role: Role) -> None:
    assert not any(may_grant([grant(role, NATIONAL)], given_role, (PROVINCE,)) for given_role in Role)


def test_an_agency_administrator_gives_its_own_roles_below_and_none_beside() -> None:
    mine = [grant(Role.AGENCY_ADMINISTRATOR, PROVINCE)]
    assert [role for role in Role if may_grant(mine, role, LINEAGES[COMMUNE])] == [
        Role.AGENCY_ADMINISTRATOR,
        Role.CLIENT_DEVELOPER,
        Role.AUDITOR,
    ]
    assert not any(may_grant(mine, role, LINEAGES[OTHER]) for role in Role)
    assert not any(may_grant(mine, role, LINEAGES[NATIONAL]) for role in Role)


def test_a_commune_reaches_nothing_of_its_province() -> None:
    mine = [grant(Role.AGENCY_ADMINISTRATOR, COMMUNE)]
    assert not allows(mine, Permission.CLIENTS_READ, LINEAGES[PROVINCE])
    assert agencies_of(mine, Permission.CLIENTS_READ) == {COMMUNE}


def test_what_no_role_brings_is_refused() -> None:
    with pytest.raises(NotPermittedError):
        actor(grant(Role.CLIENT_DEVELOPER, PROVINCE)).demand(Permission.CLIENTS_APPROVE, (PROVINCE,))


def test_another_agencys_object_is_not_found() -> None:
    with pytest.raises(NotFoundError):
        actor(grant(Role.AGENCY_ADMINISTRATOR, PROVINCE)).demand(Permission.CLIENTS_READ, (OTHER,))


@pytest.mark.parametrize("permission", [one for one in Permission if TABLE[one].level is Level.FRESH])
def test_asvs_7_5_3_a_dangerous_act_takes_a_fresh_factor(permission: Permission) -> None:
    operator = grant(Role.NATIONAL_OPERATOR, NATIONAL)
    actor(operator).demand(permission, (PROVINCE,))
    with pytest.raises(FreshFactorNeededError):
        actor(operator, fresh=False).demand(permission, (PROVINCE,))
