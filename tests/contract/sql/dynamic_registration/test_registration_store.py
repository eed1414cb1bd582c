"""Tokens, registrations and publishers on the stores: each claim is one conditional write, also of many at once."""

import asyncio
from datetime import datetime, timedelta

import pytest

from clients.model import ClientId
from idp.adapters.sql.database import Database
from idp.admin.clients.effects import RegisterClient
from idp.admin.dynamic_registration.effects import (
    CountManagementAttempt,
    CountTokenAttempt,
    DistrustPublisher,
    EndRegistration,
    IssueInitialToken,
    KeepRegistration,
    KeepStatement,
    RevokeInitialToken,
    TrustPublisher,
    UseInitialToken,
)
from idp.admin.dynamic_registration.model import InitialToken, InitialTokenId, Publisher, Registration
from idp.kernel.ids import new_id
from idp.protocol.dynamic_registration.policy import RegistrationPolicy
from records.structs import replace
from tests.support.builders.protocol import CLIENT
from tests.support.running.sql_stores import HOUR, NOW, digest

POLICY = RegistrationPolicy(hosts=("portal.example", "vn.example.app:"), scope=("openid",), kind="mobile_app")
DAY = timedelta(days=1)


def token(uses: int = 1, agency: str = "H37", expires_at: datetime = NOW + DAY) -> InitialToken:
    return InitialToken(
        id=InitialTokenId(new_id()),
        agency=agency,
        label="Cổng thử",
        policy=POLICY,
        uses=uses,
        uses_left=uses,
        created_by="CB-1",
        created_at=NOW,
        expires_at=expires_at,
    )


async def issue(database: Database, made: InitialToken, most: int = 50) -> bool:
    return await database.ledger.commit(IssueInitialToken(token=made, token_hash=digest(made.id), most=most))


def registering(
    client_id: str, by: InitialToken, most: int = 50
) -> tuple[RegisterClient, UseInitialToken, KeepRegistration]:
    client = replace(CLIENT, client_id=ClientId(client_id), agency=by.agency, version=0)
    return (
        RegisterClient(client=client),
        UseInitialToken(token_id=by.id, now=NOW),
        KeepRegistration(
            client_id=client.client_id,
            token_hash=digest(client_id),
            token_id=by.id,
            agency=by.agency,
            statement=None,
            registered_at=NOW,
            most=most,
        ),
    )


async def test_a_token_comes_back_as_it_was_issued(database: Database) -> None:
    made = token(uses=7)
    assert await issue(database, made)
    reader = database.registrations
    assert await reader.token(digest(made.id)) == made
    assert await reader.token_by_id(made.id) == made
    assert await reader.token(digest("another")) is None
    assert await reader.token_by_id(InitialTokenId("another")) is None


async def test_an_agency_has_so_many_tokens_that_can_be_used(database: Database) -> None:
    first = token()
    assert await issue(database, first, most=2)
    assert await issue(database, token(), most=2)
    assert not await issue(database, token(), most=2)
    assert await issue(database, token(agency="H26"), most=2)
    assert await database.ledger.commit(RevokeInitialToken(token_id=first.id, at=NOW))
    assert await issue(database, token(), most=2)


async def test_a_token_is_revoked_once_and_counts_no_more(database: Database) -> None:
    made = token(uses=5)
    assert await issue(database, made)
    assert await database.ledger.commit(RevokeInitialToken(token_id=made.id, at=NOW + HOUR))
    assert not await database.ledger.commit(RevokeInitialToken(token_id=made.id, at=NOW))
    found = await database.registrations.token_by_id(made.id)
    assert found == replace(made, revoked_at=NOW + HOUR)
    assert not await database.ledger.commit(UseInitialToken(token_id=made.id, now=NOW))


async def test_a_token_is_used_as_often_as_it_says_and_until_its_end(database: Database) -> None:
    made = token(uses=2)
    assert await issue(database, made)
    assert not await database.ledger.commit(UseInitialToken(token_id=made.id, now=NOW + DAY))
    used = [await database.ledger.commit(UseInitialToken(token_id=made.id, now=NOW)) for _ in range(3)]
    assert used == [True, True, False]
    found = await database.registrations.token_by_id(made.id)
    assert found is not None
    assert (found.uses_left, found.usable(NOW)) == (0, False)


async def test_of_many_at_once_as_many_register_as_the_token_has_uses(database: Database) -> None:
    made = token(uses=3)
    assert await issue(database, made)
    came = await asyncio.gather(*(database.ledger.commit(*registering(f"dyn-{number}", made)) for number in range(12)))
    assert came.count(True) == 3
    stored = [one.client_id for one in await database.clients.load_all() if one.client_id.startswith("dyn-")]
    assert len(stored) == 3


async def test_an_agency_has_so_many_registered_clients_that_work(database: Database) -> None:
    made = token(uses=50)
    assert await issue(database, made)
    came = await asyncio.gather(
        *(database.ledger.commit(*registering(f"dyn-{number}", made, most=4)) for number in range(10))
    )
    assert came.count(True) == 4
    stored = next(one for one in await database.clients.load_all() if one.client_id.startswith("dyn-"))
    assert not await database.ledger.commit(*registering("dyn-more", made, most=4))
    await database.clients.save(replace(stored, disabled_at=NOW), expected_version=stored.version)
    assert await database.ledger.commit(*registering("dyn-more", made, most=4))
    # What was refused has used nothing.
    found = await database.registrations.token_by_id(made.id)
    assert found is not None
    assert found.uses_left == 45


async def test_a_registration_is_found_by_its_token_until_it_ends(database: Database) -> None:
    made = token()
    assert await issue(database, made)
    assert await database.ledger.commit(*registering("dyn-1", made))
    reader, client_id = database.registrations, ClientId("dyn-1")
    expected = Registration(client_id=client_id, token=replace(made, uses_left=0), statement=None, registered_at=NOW)
    assert await reader.registration(digest("dyn-1")) == expected
    assert await reader.registration(digest("dyn-2")) is None
    assert await database.ledger.commit(KeepStatement(client_id=client_id, statement="a.b.c"))
    assert await reader.registration(digest("dyn-1")) == replace(expected, statement="a.b.c")
    assert await database.ledger.commit(EndRegistration(client_id=client_id))
    assert await reader.registration(digest("dyn-1")) is None
    assert not await database.ledger.commit(EndRegistration(client_id=client_id))
    assert not await database.ledger.commit(KeepStatement(client_id=client_id, statement=None))


@pytest.mark.parametrize("kind", ["token", "registration"])
async def test_attempts_are_counted_within_a_day(database: Database, kind: str) -> None:
    made = token(uses=5)
    assert await issue(database, made)
    assert await database.ledger.commit(*registering("dyn-1", made))

    async def attempt(after: timedelta) -> bool:
        now = NOW + after
        since = now - DAY
        if kind == "token":
            return await database.ledger.commit(CountTokenAttempt(token_id=made.id, now=now, since=since, most=3))
        client_id = ClientId("dyn-1")
        return await database.ledger.commit(CountManagementAttempt(client_id=client_id, now=now, since=since, most=3))

    assert [await attempt(HOUR) for _ in range(4)] == [True, True, True, False]
    assert not await attempt(23 * HOUR)
    assert [await attempt(24 * HOUR) for _ in range(4)] == [True, True, True, False]


async def test_attempts_at_what_is_not_there_are_too_late(database: Database) -> None:
    nothing = CountTokenAttempt(token_id=InitialTokenId("none"), now=NOW, since=NOW - DAY, most=3)
    assert not await database.ledger.commit(nothing)


async def test_tokens_are_listed_by_agency_until_long_after_their_end(database: Database) -> None:
    made = [token(), token(agency="H26"), token(agency="H37.12"), token(expires_at=NOW - DAY)]
    for one in made:
        assert await issue(database, one)
    reader = database.registrations
    assert list(await reader.tokens(None, NOW, "", 10)) == made[:3]
    assert list(await reader.tokens(["H37", "H37.12"], NOW, "", 10)) == [made[0], made[2]]
    assert list(await reader.tokens([], NOW, "", 10)) == []
    assert list(await reader.tokens(None, NOW - 2 * DAY, made[0].id, 2)) == made[1:3]


async def test_publishers_are_trusted_by_agency_with_their_newest_keys(database: Database) -> None:
    one = Publisher(agency="", issuer="https://one.example", jwks={"keys": [{"kid": "1"}]}, added_at=NOW)
    own = replace(one, agency="H37", jwks={"keys": [{"kid": "2"}]})
    other = replace(one, issuer="https://other.example")
    for publisher in (one, own, other):
        assert await database.ledger.commit(TrustPublisher(publisher=publisher, most=2))
    third = TrustPublisher(publisher=replace(one, issuer="https://third.example"), most=2)
    assert not await database.ledger.commit(third)
    renewed = replace(one, jwks={"keys": [{"kid": "3"}]}, added_at=NOW + HOUR)
    assert await database.ledger.commit(TrustPublisher(publisher=renewed, most=2))
    reader = database.registrations
    assert list(await reader.publishers(None)) == [renewed, other, own]
    assert list(await reader.publishers(["H37", ""], "https://one.example")) == [renewed, own]
    assert list(await reader.publishers(["H26"])) == []
    gone = DistrustPublisher(agency="", issuer="https://one.example")
    assert [await database.ledger.commit(gone), await database.ledger.commit(gone)] == [True, False]
    assert list(await reader.publishers(None)) == [other, own]
