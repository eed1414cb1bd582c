"""What is counted of a client's refused requests: by cause, bounded, what is proven apart from what is not."""

from datetime import timedelta

from clients.model import ClientId
from idp.adapters.sql.database import Database
from idp.audit.client_refusals import CountRefusals, Refusal, RefusedAt, refusal_of
from tests.support.running.sql_stores import NOW

PORTAL, MINUTE = ClientId("portal"), timedelta(minutes=1)


def cause(said: str, *, proven: bool, client_id: ClientId = PORTAL) -> Refusal:
    return refusal_of(client_id, RefusedAt.TOKEN, "invalid_client", said, proven=proven)


def counting(refusal: Refusal, times: int = 1, minutes: int = 0, most: int = 3) -> CountRefusals:
    at = NOW + minutes * MINUTE
    return CountRefusals(refusal=refusal, times=times, first_at=at, last_at=at, most=most)


async def test_one_cause_is_one_row_with_its_first_and_its_last_time(database: Database) -> None:
    secret = cause("the secret is wrong", proven=False)
    # An older count may be written after a newer one: each process adds up for itself.
    for times, minutes in ((1, 0), (7, 5), (2, 3)):
        assert await database.ledger.commit(counting(secret, times, minutes))
    (found,) = await database.refusals.refusals(PORTAL)
    assert (found.refusal, found.times) == (secret, 10)
    assert (found.first_at, found.last_at) == (NOW, NOW + 5 * MINUTE)


async def test_who_proves_nothing_fills_nothing_but_their_own_share(database: Database) -> None:
    for number in range(9):
        await database.ledger.commit(counting(cause(f"made up {number}", proven=False)))
    await database.ledger.commit(counting(cause("aud is a list", proven=True), minutes=1))
    found = await database.refusals.refusals(PORTAL)
    assert [one.refusal.said for one in found if one.refusal.proven] == ["aud is a list"]
    assert sorted(one.refusal.said for one in found if not one.refusal.proven) == [f"made up {n}" for n in range(3)]


async def test_what_is_counted_already_goes_on_being_counted_when_the_share_is_full(database: Database) -> None:
    for number in range(3):
        await database.ledger.commit(counting(cause(f"cause {number}", proven=False)))
    await database.ledger.commit(counting(cause("cause 1", proven=False), times=4, minutes=1))
    found = {one.refusal.said: one.times for one in await database.refusals.refusals(PORTAL)}
    assert found == {"cause 0": 1, "cause 1": 5, "cause 2": 1}


async def test_the_same_words_of_a_proven_and_an_unproven_request_are_two_causes(database: Database) -> None:
    for proven in (True, False):
        await database.ledger.commit(counting(cause("same", proven=proven)))
    assert len(await database.refusals.refusals(PORTAL)) == 2


async def test_a_client_is_shown_its_own(database: Database) -> None:
    await database.ledger.commit(counting(cause("x", proven=True, client_id=ClientId("other"))))
    assert await database.refusals.refusals(PORTAL) == []


async def test_what_was_not_seen_for_thirty_days_is_swept_out(database: Database) -> None:
    for said, days in (("old", 0), ("lately", 2)):
        await database.ledger.commit(counting(cause(said, proven=True), minutes=days * 24 * 60))
    assert await database.sweeps.sweep("client_refusals", NOW + timedelta(days=31), 10) == 1
    assert [one.refusal.said for one in await database.refusals.refusals(PORTAL)] == ["lately"]
