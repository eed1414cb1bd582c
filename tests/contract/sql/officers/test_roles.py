"""Roles of administrators in the store: given once, read while account and grant stand, listed by agency."""

from datetime import datetime

import pytest

from idp.adapters.sql.database import Database
from idp.kernel.ids import AccountId, PersonId, RoleGrantId, new_id
from idp.officers.model import ExtendOfficer, Officer
from idp.officers.roles import NATIONAL, OPERATOR, GrantRole, HoldRoles, RevokeRole, Role, RoleGrant
from records.structs import replace
from tests.contract.sql.engine.test_races import race
from tests.contract.sql.officers.test_officers import DAY, LAST, issued, issuing, officer_of, withdrawing
from tests.support.running.sql_stores import HOUR, NOW


def grant_to(officer: Officer, role: Role = Role.AGENCY_ADMINISTRATOR, agency: str = "H55") -> RoleGrant:
    return RoleGrant(
        RoleGrantId(new_id()), officer.person_id, officer.account_id, role, agency, OPERATOR, NOW, NOW, LAST - DAY
    )


async def given(database: Database, officer: Officer, *grants: RoleGrant) -> tuple[RoleGrant, ...]:
    made = grants or (grant_to(officer),)
    for grant in made:
        assert await database.ledger.commit(GrantRole(grant=grant))
    return made


async def held(database: Database, officer: Officer, at: datetime = NOW) -> list[RoleGrant]:
    return list(await database.roles.held(officer.person_id, officer.account_id, at))


def revoking(grant: RoleGrant, at: datetime = NOW + HOUR) -> RevokeRole:
    return RevokeRole(person_id=grant.person_id, account_id=grant.account_id, grant_id=grant.id, at=at, by=OPERATOR)


async def test_a_grant_is_read_as_it_was_given_oldest_first(database: Database) -> None:
    officer = await issued(database)
    grants = await given(database, officer, grant_to(officer), grant_to(officer, Role.AUDITOR, NATIONAL))
    assert await held(database, officer) == list(grants)


async def test_account_and_role_are_made_in_one_commit_or_not_at_all(database: Database) -> None:
    officer = officer_of()
    assert await database.ledger.commit(issuing(officer), GrantRole(grant=grant_to(officer)))
    assert len(await held(database, officer)) == 1
    another = officer_of("H55-BBBBBB")
    assert not await database.ledger.commit(issuing(another), GrantRole(grant=grant_to(another)))
    assert await database.administrators.by_account(another.account_id) is None


async def test_nobody_who_is_no_officer_gets_a_role(database: Database) -> None:
    assert not await database.ledger.commit(GrantRole(grant=grant_to(officer_of())))


@pytest.mark.parametrize(
    ("at", "stands"), [(NOW - HOUR, False), (NOW, True), (LAST - DAY - HOUR, True), (LAST - DAY, False)]
)
async def test_a_grant_stands_between_its_dates(database: Database, at: datetime, *, stands: bool) -> None:
    officer = await issued(database)
    (grant,) = await given(database, officer)
    assert bool(await held(database, officer, at)) is grant.stands(at) is stands


async def test_a_standing_role_is_not_given_twice_but_again_once_it_is_over(database: Database) -> None:
    officer = await issued(database)
    (grant,) = await given(database, officer)
    assert not await database.ledger.commit(GrantRole(grant=grant_to(officer)))
    await given(database, officer, grant_to(officer, agency="H55.1"), grant_to(officer, Role.AUDITOR))
    later = replace(grant_to(officer), given_at=grant.ends_at, starts_at=grant.ends_at, ends_at=LAST)
    assert await database.ledger.commit(GrantRole(grant=later))


async def test_of_many_who_give_one_role_at_once_one_does(database: Database, neighbour: Database) -> None:
    officer = await issued(database)
    assert len(await race((database, neighbour), lambda _: (GrantRole(grant=grant_to(officer)),), 8)) == 1


async def test_a_revoked_role_is_gone_stays_as_history_and_can_be_given_again(database: Database) -> None:
    officer = await issued(database)
    (grant,) = await given(database, officer)
    assert await database.ledger.commit(revoking(grant))
    assert await held(database, officer) == []
    assert not await database.ledger.commit(revoking(grant))
    found = await database.administrators.by_account(officer.account_id)
    assert found is not None
    assert found.grants == (replace(grant, revoked_at=NOW + HOUR, revoked_by=OPERATOR),)
    await given(database, officer)


async def test_a_role_is_revoked_by_all_of_its_ids_and_before_its_end(database: Database) -> None:
    officer = await issued(database)
    (grant,) = await given(database, officer)
    assert not await database.ledger.commit(replace(revoking(grant), account_id=AccountId(new_id())))
    assert not await database.ledger.commit(replace(revoking(grant), person_id=PersonId(new_id())))
    assert not await database.ledger.commit(revoking(grant, grant.ends_at))


async def test_roles_end_with_the_officer(database: Database) -> None:
    officer = await issued(database)
    await given(database, officer)
    assert await database.ledger.commit(
        ExtendOfficer(person_id=officer.person_id, account_id=officer.account_id, ends_at=NOW + HOUR)
    )
    assert len(await held(database, officer)) == 1
    assert await held(database, officer, NOW + HOUR) == []
    assert await database.ledger.commit(*withdrawing(officer))
    assert await held(database, officer) == []
    assert not await database.ledger.commit(GrantRole(grant=grant_to(officer, Role.AUDITOR)))
    found = await database.administrators.by_account(officer.account_id)
    assert found is not None
    assert (len(found.grants), found.standing(NOW)) == (1, ())


async def test_the_list_is_of_the_agencies_asked_for_page_by_page(database: Database) -> None:
    officers = [await issued(database, officer_of(f"H55-{n}"), f"h55.name{n}") for n in range(4)]
    for officer, agency in zip(officers, ("H55", "H55.1", "H56", NATIONAL), strict=True):
        await given(database, officer, grant_to(officer, Role.AUDITOR, agency))
    await issued(database, officer_of("H55-9"), "h55.without-role")

    async def listed(agencies: list[str] | None, after: str = "", limit: int = 10) -> list[str]:
        return [one.officer.code for one in await database.administrators.page(agencies, after, limit)]

    assert await listed(None) == ["H55-0", "H55-1", "H55-2", "H55-3"]
    assert await listed(["H55", "H55.1"]) == ["H55-0", "H55-1"]
    assert await listed(["H55", "H55.1"], limit=1) == ["H55-0"]
    assert await listed(["H55", "H55.1"], officers[0].account_id) == ["H55-1"]
    assert await listed([]) == await listed(["H57"]) == []


async def test_an_entry_of_the_list_has_the_officer_and_all_grants_not_revoked(database: Database) -> None:
    officer = await issued(database)
    first, second = await given(database, officer, grant_to(officer), grant_to(officer, Role.AUDITOR, "H56"))
    (entry,) = await database.administrators.page(["H56"], "", 5)
    assert entry.grants == (first, second)
    assert entry.officer == await database.officers.of_account(officer.person_id, officer.account_id)
    assert entry.profile_sealed == issuing(officer).profile_sealed
    for grant in (first, second):
        assert await database.ledger.commit(revoking(grant))
    (entry,) = await database.administrators.page(["H56"], "", 5)
    assert entry.grants == ()


def holding(officer: Officer, *grants: RoleGrant, at: datetime = NOW) -> HoldRoles:
    return HoldRoles(
        person_id=officer.person_id,
        account_id=officer.account_id,
        grant_ids=tuple(grant.id for grant in grants),
        now=at,
    )


async def test_roles_are_held_while_all_of_them_stand(database: Database) -> None:
    officer, other = await issued(database), await issued(database, officer_of("H55-BBBBBB"), "h55.other")
    mine = await given(database, officer, grant_to(officer), grant_to(officer, Role.AUDITOR, NATIONAL))
    (theirs,) = await given(database, other)
    assert await database.ledger.commit(holding(officer, *mine))
    assert await database.ledger.commit(holding(officer))
    assert not await database.ledger.commit(holding(officer, *mine, theirs))
    assert not await database.ledger.commit(holding(officer, *mine, at=mine[0].ends_at))
    assert await database.ledger.commit(revoking(mine[1]))
    assert not await database.ledger.commit(holding(officer, *mine, at=NOW + HOUR))
    assert await database.ledger.commit(holding(officer, mine[0], at=NOW + HOUR))
    assert await database.ledger.commit(*withdrawing(officer))
    assert not await database.ledger.commit(holding(officer, mine[0]))


async def test_of_two_who_revoke_each_other_one_does(database: Database, neighbour: Database) -> None:
    one, other = await issued(database), await issued(database, officer_of("H55-BBBBBB"), "h55.other")
    (mine,), (theirs,) = await given(database, one), await given(database, other)
    acts = (
        (holding(one, mine, at=NOW + HOUR), revoking(theirs)),
        (holding(other, theirs, at=NOW + HOUR), revoking(mine)),
    )
    assert len(await race((database, neighbour), lambda n: acts[n], 2)) == 1
