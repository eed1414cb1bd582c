"""Refresh families: one head, one retry, nothing after a revocation (RFC 9700 4.14.2)."""

from idp.adapters.sql.database import Database
from idp.grants.model import RefreshFamily, RetryRotation, RevokeGrant
from tests.contract.sql.direct import rows
from tests.support.running.sql_stores import HOUR, NOW, digest, event, granted, rotation, sealed, signed_in


def retry(family: RefreshFamily, previous: str) -> RetryRotation:
    return RetryRotation(grant_id=family.grant_id, person_id=family.person_id, previous_hash=digest(previous))


async def stored(database: Database, family: RefreshFamily) -> RefreshFamily | None:
    state = await database.grants.state(family.grant_id, "", NOW)
    assert state is not None
    return state.family


async def test_a_rotation_moves_the_head_and_seals_the_successor(database: Database) -> None:
    _, family = await granted(database, await signed_in(database))
    assert await database.ledger.commit(rotation(family, "head 1"), event())
    assert await stored(database, family) == RefreshFamily(
        grant_id=family.grant_id,
        person_id=family.person_id,
        head_hash=digest("head 1"),
        previous_hash=digest("head 0"),
        successor_sealed=sealed("head 1"),
        generation=1,
        rotated_at=NOW + HOUR,
    )


async def test_a_head_is_replaced_once(store: str, database: Database) -> None:
    _, family = await granted(database, await signed_in(database))
    before = await rows(store, "SELECT count(*) FROM audit_events")
    assert await database.ledger.commit(rotation(family, "head 1"), event())
    assert not await database.ledger.commit(rotation(family, "another 1"), event())
    after = await rows(store, "SELECT count(*) FROM audit_events")
    assert (before, after) == ([(1,)], [(2,)])


async def test_a_retry_with_the_predecessor_is_answered_while_its_successor_is_unused(database: Database) -> None:
    _, family = await granted(database, await signed_in(database))
    assert not await database.ledger.commit(retry(family, "head 0"), event())
    assert await database.ledger.commit(rotation(family, "head 1"), event())
    assert await database.ledger.commit(retry(family, "head 0"), event())
    assert await database.ledger.commit(retry(family, "head 0"), event())


async def test_i5_a_retry_is_too_late_once_the_successor_was_used(database: Database) -> None:
    _, family = await granted(database, await signed_in(database))
    assert await database.ledger.commit(rotation(family, "head 1"), event())
    assert await database.ledger.commit(rotation(family, "head 2", presented=digest("head 1")), event())
    assert not await database.ledger.commit(retry(family, "head 0"), event())
    assert await database.ledger.commit(retry(family, "head 1"), event())


async def test_i8_nothing_is_rotated_or_retried_after_a_revocation(database: Database) -> None:
    _, family = await granted(database, await signed_in(database))
    assert await database.ledger.commit(rotation(family, "head 1"), event())
    assert await database.ledger.commit(
        RevokeGrant(grant_id=family.grant_id, person_id=family.person_id, at=NOW, reason="reuse")
    )
    assert not await database.ledger.commit(rotation(family, "head 2", presented=digest("head 1")), event())
    assert not await database.ledger.commit(retry(family, "head 0"), event())


async def test_a_claim_and_a_revocation_in_one_commit_are_written_together(database: Database) -> None:
    _, family = await granted(database, await signed_in(database))
    revocation = RevokeGrant(grant_id=family.grant_id, person_id=family.person_id, at=NOW, reason="rotated away")
    assert await database.ledger.commit(rotation(family, "head 1"), revocation, event())
    state = await database.grants.state(family.grant_id, "", NOW)
    assert state is not None
    assert (state.family is not None and state.family.generation, state.alive) == (1, False)
