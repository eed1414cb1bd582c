"""Fifty at once, over two databases on one store: every one-time thing works once."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from itertools import permutations

import pytest

from idp.adapters.sql.database import Database, open_database
from idp.grants.model import ClaimOnce, RefreshFamily, RetryRotation, RevokeGrant, StartFamily, StartGrant
from idp.kernel.effects import Effect
from idp.sessions.model import EndSession
from tests.contract.sql.direct import rows
from tests.support.running.servers import PostgresServer
from tests.support.running.sql_stores import (
    HOUR,
    NOW,
    digest,
    event,
    family_of,
    grant_of,
    granted,
    rotation,
    signed_in,
)

AT_ONCE = 50


async def race(
    stores: Sequence[Database], commit: Callable[[int], Sequence[Effect]], count: int = AT_ONCE
) -> list[int]:
    """Fire the commits over the stores in turn; return the numbers of those that won."""
    racing: list[Awaitable[bool]] = [stores[n % len(stores)].ledger.commit(*commit(n)) for n in range(count)]
    return [n for n, won in enumerate(await asyncio.gather(*racing)) if won]


async def test_i1_one_of_fifty_redemptions_of_a_code_wins(store: str, database: Database, neighbour: Database) -> None:
    session = await signed_in(database)
    grants = [grant_of(session, code="the code") for _ in range(AT_ONCE)]
    won = await race(
        (database, neighbour),
        lambda n: (StartGrant(grant=grants[n], issued_at=NOW), StartFamily(family=family_of(grants[n])), event()),
    )
    assert len(won) == 1
    assert await rows(store, "SELECT grant_id FROM grants") == [(grants[won[0]].id,)]
    assert await rows(store, "SELECT grant_id FROM refresh_families") == [(grants[won[0]].id,)]
    assert await rows(store, "SELECT count(*) FROM audit_events") == [(1,)]


async def test_i4_one_of_fifty_rotations_of_a_head_wins(database: Database, neighbour: Database) -> None:
    _, family = await granted(database, await signed_in(database))
    won = await race((database, neighbour), lambda n: (rotation(family, f"new {n}"), event()))
    state = await database.grants.state(family.grant_id, "", NOW)
    assert len(won) == 1
    assert state is not None
    assert state.family is not None
    assert (state.family.head_hash, state.family.generation) == (digest(f"new {won[0]}"), 1)


async def test_i12_one_of_fifty_uses_of_an_assertion_wins(database: Database, neighbour: Database) -> None:
    claim = ClaimOnce(purpose="assertion portal", value_hash=digest("jti"), expires_at=NOW + HOUR)
    assert len(await race((database, neighbour), lambda _: (claim, event()))) == 1


async def test_one_of_fifty_logouts_of_a_session_wins(database: Database, neighbour: Database) -> None:
    session = await signed_in(database)
    ending = EndSession(session_id=session.id, person_id=session.person_id, at=NOW, reason="logout")
    assert len(await race((database, neighbour), lambda _: (ending, event()))) == 1


async def test_batches_that_meet_do_not_lock_each_other_out(postgres: PostgresServer, postgres_store: str) -> None:
    stores = [await open_database(postgres_store) for _ in range(2)]
    session = await signed_in(stores[0])
    families = [(await granted(stores[0], session))[1] for _ in range(40)]
    for turn in range(10):
        # Each store asks in another order, so that unordered locks would cross.
        heads = [digest(f"{turn - 1} {n}") if turn else family.head_hash for n, family in enumerate(families)]
        asked = [
            store.ledger.commit(rotation(families[n], f"{turn} {n}", presented=heads[n]), event())
            for store, order in zip(stores, (range(40), range(39, -1, -1)), strict=True)
            for n in order
        ]
        assert (await asyncio.gather(*asked)).count(True) == 40
    for store in stores:
        await store.close()
    assert "deadlock detected" not in postgres.log_text()


def replay(order: Sequence[tuple[str, str, str]]) -> tuple[dict[str, bool], str, bool]:
    """Return the answers, the head and whether the grant stands after these steps, one by one."""
    head, previous, revoked = "head 0", "", False
    answers: dict[str, bool] = {}
    for name, kind, presented in order:
        match kind:
            case "rotate" if presented == head and not revoked:
                head, previous, answers[name] = name, head, True
            case "retry" if presented == previous and not revoked:
                answers[name] = True
            case "revoke":
                revoked, answers[name] = True, True
            case _:
                answers[name] = False
    return answers, head, not revoked


def effect_of(family: RefreshFamily, step: tuple[str, str, str]) -> Effect:
    name, kind, presented = step
    match kind:
        case "rotate":
            return rotation(family, name, presented=digest(presented))
        case "retry":
            return RetryRotation(grant_id=family.grant_id, person_id=family.person_id, previous_hash=digest(presented))
        case _:
            return RevokeGrant(grant_id=family.grant_id, person_id=family.person_id, at=NOW, reason="test")


@pytest.mark.parametrize(
    "steps",
    [
        [("a", "rotate", "head 0"), ("b", "rotate", "head 0"), ("c", "retry", "head 0")],
        [("a", "rotate", "head 0"), ("b", "rotate", "a"), ("c", "retry", "head 0"), ("d", "revoke", "")],
        [("a", "rotate", "head 0"), ("b", "revoke", ""), ("c", "rotate", "a"), ("d", "retry", "head 0")],
    ],
)
async def test_i8_answers_given_at_once_are_those_of_some_order(
    database: Database, neighbour: Database, steps: list[tuple[str, str, str]]
) -> None:
    session = await signed_in(database)
    explained = [replay(order) for order in permutations(steps)]
    for _ in range(10):
        _, family = await granted(database, session)
        effects = [effect_of(family, step) for step in steps]
        stores = (database, neighbour)
        asked = [stores[n % 2].ledger.commit(effect, event()) for n, effect in enumerate(effects)]
        answers = dict(zip([name for name, _, _ in steps], await asyncio.gather(*asked), strict=True))
        state = await neighbour.grants.state(family.grant_id, "", NOW)
        assert state is not None
        assert state.family is not None
        heads = {digest(name): name for name in ("head 0", *answers)}
        assert (answers, heads[state.family.head_hash], state.alive) in explained
