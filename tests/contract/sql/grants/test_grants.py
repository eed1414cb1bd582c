"""Grants: claimed by the code's hash, read with all that could have ended them, revoked."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from idp.adapters.sql.database import Database
from idp.grants.model import (
    ClaimOnce,
    Grant,
    GrantLife,
    GrantState,
    RevokeAccessToken,
    RevokeGrant,
    RevokeGrantOfCode,
    StartFamily,
    StartGrant,
)
from idp.kernel.effects import Effect
from idp.kernel.ids import GrantId, new_id
from idp.sessions.model import EndSession, Session
from records.structs import replace
from tests.contract.sql.direct import rows, run
from tests.support.running.sql_stores import HOUR, NOW, digest, event, family_of, grant_of, granted, sealed, signed_in

JTI = "an-access-token"


async def alive(database: Database, grant: Grant, *, at: timedelta = timedelta(0)) -> bool:
    state = await database.grants.state(grant.id, JTI, NOW + at)
    assert state is not None
    # The short question must never be answered otherwise than the long one.
    assert await database.grants.life(grant.id, JTI, NOW + at) == GrantLife(
        state.alive, state.token_revoked, grant.client_id
    )
    return state.alive


def ending(session: Session) -> EndSession:
    return EndSession(session_id=session.id, person_id=session.person_id, at=NOW, reason="logout")


async def test_a_started_grant_is_read_back_whole_with_its_family(database: Database) -> None:
    session = await signed_in(database)
    grant, family = await granted(database, session)
    assert await database.grants.state(grant.id, JTI, NOW) == GrantState(
        grant=grant, family=family, alive=True, token_revoked=False, profile_sealed=sealed("profile 001899000001")
    )


async def test_a_grant_without_family_nonce_and_scope_is_read_back(database: Database) -> None:
    session = await signed_in(database)
    grant = replace(grant_of(session), nonce=None, scope=(), amr=(), offline=True)
    assert await database.ledger.commit(StartGrant(grant=grant, issued_at=NOW), event())
    state = await database.grants.state(grant.id, JTI, NOW)
    assert state is not None
    assert (state.grant, state.family) == (grant, None)


async def test_oidc_core_5_5_a_grant_keeps_the_claims_that_were_granted_one_by_one(database: Database) -> None:
    session = await signed_in(database)
    claims = ("u:email", "i:name=abc,def")
    grant = replace(grant_of(session), claims=claims)
    assert await database.ledger.commit(StartGrant(grant=grant, issued_at=NOW), event())
    state = await database.grants.state(grant.id, JTI, NOW)
    assert state is not None
    assert state.grant == grant
    uses = await database.own_portals.uses_of(session.person_id, session.account_id, NOW)
    releases = await database.own_portals.releases_of(session.person_id, session.account_id, 1)
    assert [use.live_claims for use in uses] == [claims]
    assert [release.claims for release in releases] == [claims]


async def test_an_unknown_grant_is_none(database: Database) -> None:
    assert await database.grants.state(GrantId(new_id()), JTI, NOW) is None


async def test_rfc6749_4_1_2_a_code_starts_one_grant(database: Database) -> None:
    session = await signed_in(database)
    first, second = grant_of(session, code="the code"), grant_of(session, code="the code")
    assert await database.ledger.commit(StartGrant(grant=first, issued_at=NOW), StartFamily(family=family_of(first)))
    assert not await database.ledger.commit(
        StartGrant(grant=second, issued_at=NOW), StartFamily(family=family_of(second))
    )
    assert await database.grants.state(second.id, JTI, NOW) is None


async def test_a_refused_claim_leaves_nothing_of_its_commit(store: str, database: Database) -> None:
    session = await signed_in(database)
    first, second = grant_of(session, code="the code"), grant_of(session, code="the code")
    assert await database.ledger.commit(
        StartGrant(grant=first, issued_at=NOW), StartFamily(family=family_of(first)), event()
    )
    assert not await database.ledger.commit(
        StartGrant(grant=second, issued_at=NOW), StartFamily(family=family_of(second)), event(), event()
    )
    assert len(await rows(store, "SELECT event_id FROM audit_events")) == 1
    assert await rows(store, "SELECT grant_id FROM refresh_families") == [(first.id,)]


async def test_no_grant_starts_in_an_ended_session(database: Database) -> None:
    session = await signed_in(database)
    assert await database.ledger.commit(ending(session))
    assert not await database.ledger.commit(StartGrant(grant=grant_of(session), issued_at=NOW), event())


async def test_i24_no_grant_starts_at_the_end_of_the_session(database: Database) -> None:
    session = await signed_in(database)
    too_late = replace(grant_of(session), created_at=session.expires_at)
    in_time = replace(grant_of(session), created_at=session.expires_at - timedelta(microseconds=1))
    assert not await database.ledger.commit(StartGrant(grant=too_late, issued_at=NOW), event())
    assert await database.ledger.commit(StartGrant(grant=in_time, issued_at=NOW), event())


async def test_no_grant_starts_for_a_locked_account(store: str, database: Database) -> None:
    session = await signed_in(database)
    await run(store, "UPDATE accounts SET status = 'locked'")
    assert not await database.ledger.commit(StartGrant(grant=grant_of(session), issued_at=NOW), event())


@pytest.mark.parametrize("field", ["session_id", "person_id", "account_id"])
async def test_i14_no_grant_starts_in_a_session_of_another(database: Database, field: str) -> None:
    session = await signed_in(database)
    grant = replace(grant_of(session), **{field: new_id()})  # type: ignore[arg-type]  # three texts
    assert not await database.ledger.commit(StartGrant(grant=grant, issued_at=NOW), event())


async def test_i7_a_grant_dies_with_its_session_unless_it_is_offline(database: Database) -> None:
    session = await signed_in(database)
    online, _ = await granted(database, session)
    offline, _ = await granted(database, session, offline=True)
    assert await database.ledger.commit(ending(session))
    assert (await alive(database, online), await alive(database, offline)) == (False, True)


async def test_i24_a_grant_is_dead_from_the_end_of_its_session_or_its_own(database: Database) -> None:
    session = await signed_in(database)
    online, _ = await granted(database, session)
    offline, _ = await granted(database, session, offline=True)
    assert (await alive(database, online, at=8 * HOUR), await alive(database, offline, at=8 * HOUR)) == (False, True)
    assert not await alive(database, offline, at=24 * HOUR)


async def test_i7_a_grant_of_a_locked_account_is_dead_even_offline(store: str, database: Database) -> None:
    grant, _ = await granted(database, await signed_in(database), offline=True)
    await run(store, "UPDATE accounts SET status = 'locked'")
    assert not await alive(database, grant)


REVOCATIONS: list[Callable[[Grant], Effect]] = [
    lambda grant: RevokeGrant(grant_id=grant.id, person_id=grant.person_id, at=NOW, reason="by the person"),
    lambda grant: RevokeGrantOfCode(
        code_hash=grant.code_hash, person_id=grant.person_id, at=NOW, reason="code replayed"
    ),
]


@pytest.mark.parametrize("revoke", REVOCATIONS, ids=["by id", "by code"])
async def test_a_revoked_grant_is_dead_and_keeps_its_first_reason(
    store: str, database: Database, revoke: Callable[[Grant], Effect]
) -> None:
    session = await signed_in(database)
    grant, _ = await granted(database, session, offline=True)
    other, _ = await granted(database, session, offline=True)
    assert await database.ledger.commit(revoke(grant))
    assert await database.ledger.commit(
        RevokeGrant(grant_id=grant.id, person_id=grant.person_id, at=NOW + HOUR, reason="later")
    )
    assert (await alive(database, grant), await alive(database, other)) == (False, True)
    reasons = await rows(store, f"SELECT revoke_reason FROM grants WHERE grant_id = '{grant.id}'")
    assert reasons in ([("by the person",)], [("code replayed",)])


async def test_rfc7009_2_1_one_access_token_is_revoked_and_not_its_grant(database: Database) -> None:
    grant, _ = await granted(database, await signed_in(database))
    revocation = RevokeAccessToken(jti=JTI, at=NOW, expires_at=NOW + HOUR)
    assert await database.ledger.commit(revocation)
    assert await database.ledger.commit(revocation)
    state = await database.grants.state(grant.id, JTI, NOW)
    other = await database.grants.state(grant.id, "another", NOW)
    assert state is not None
    assert other is not None
    assert (state.alive, state.token_revoked, other.token_revoked) == (True, True, False)
    assert await database.grants.life(grant.id, JTI, NOW) == GrantLife(
        alive=True, token_revoked=True, client_id=grant.client_id
    )
    assert await database.grants.life(grant.id, "another", NOW) == GrantLife(
        alive=True, token_revoked=False, client_id=grant.client_id
    )


async def test_an_unknown_grant_has_no_life(database: Database) -> None:
    assert await database.grants.life(GrantId(new_id()), JTI, NOW) is None


async def test_a_token_without_a_grant_is_revoked(database: Database) -> None:
    assert not await database.grants.token_revoked(JTI)
    assert await database.ledger.commit(RevokeAccessToken(jti=JTI, at=NOW, expires_at=NOW + HOUR))
    assert await database.grants.token_revoked(JTI)


async def test_rfc7523_3_a_value_is_used_once_for_each_purpose(database: Database) -> None:
    first = ClaimOnce(purpose="assertion portal", value_hash=digest("jti"), expires_at=NOW + HOUR)
    others = (replace(first, purpose="assertion bank"), replace(first, value_hash=digest("jti 2")))
    assert await database.ledger.commit(first, event())
    assert not await database.ledger.commit(first, event())
    assert [await database.ledger.commit(other, event()) for other in others] == [True, True]
