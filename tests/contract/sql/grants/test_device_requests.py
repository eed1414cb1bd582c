"""Devices' requests on each engine: kept once, decided once, redeemed once."""

import asyncio
from datetime import timedelta

from clients.model import ClientId
from idp.adapters.sql.database import Database
from idp.grants.device_requests import DecideDeviceRequest, DeviceRequest, OpenDeviceRequest
from idp.grants.model import AuthorizationCode
from idp.kernel.ids import AccountId, PersonId
from idp.sessions.model import Session
from records.structs import replace
from tests.support.running.sql_stores import HOUR, NOW, digest, event, sealed, signed_in

MINUTE = timedelta(minutes=1)
REQUEST = DeviceRequest(
    device_hash=digest("device"),
    user_hash=digest("user"),
    client_id=ClientId("kiosk"),
    asked_sealed=sealed("asked"),
    created_at=NOW,
    expires_at=NOW + 10 * MINUTE,
)


def code_of(session: Session) -> AuthorizationCode:
    return AuthorizationCode(
        client_id=REQUEST.client_id,
        redirect_uri="",
        redirect_uri_given=False,
        scope=("openid",),
        nonce=None,
        code_challenge=None,
        session_id=session.id,
        person_id=session.person_id,
        account_id=session.account_id,
        auth_time=session.auth_time,
        acr=session.acr,
        amr=session.amr,
        issued_at=NOW,
        expires_at=REQUEST.expires_at,
    )


def decision(approved: AuthorizationCode | None = None, *, after: timedelta = MINUTE) -> DecideDeviceRequest:
    refused = "" if approved else "The person declined."
    return DecideDeviceRequest(
        device_hash=REQUEST.device_hash, approved=approved, refused_because=refused, at=NOW + after
    )


async def test_a_request_is_found_by_either_code_and_by_nothing_else(database: Database) -> None:
    assert await database.ledger.commit(OpenDeviceRequest(request=REQUEST))
    assert await database.device_requests.by_device_code(digest("device")) == REQUEST
    assert await database.device_requests.by_user_code(digest("user")) == REQUEST
    assert await database.device_requests.by_device_code(digest("user")) is None
    assert await database.device_requests.by_user_code(digest("device")) is None


async def test_a_code_that_another_request_has_is_not_given_twice(database: Database) -> None:
    assert await database.ledger.commit(OpenDeviceRequest(request=REQUEST))
    theirs = replace(REQUEST, client_id=ClientId("other"))
    for again in (replace(theirs, user_hash=digest("other")), replace(theirs, device_hash=digest("other"))):
        assert not await database.ledger.commit(OpenDeviceRequest(request=again), event())
    assert await database.device_requests.by_user_code(digest("user")) == REQUEST


async def test_what_was_agreed_to_comes_back_as_it_was_written(database: Database) -> None:
    session = await signed_in(database)
    approved = code_of(session)
    await database.ledger.commit(OpenDeviceRequest(request=REQUEST))
    assert await database.ledger.commit(decision(approved), event())
    found = await database.device_requests.by_device_code(REQUEST.device_hash)
    assert found == replace(REQUEST, decided_at=NOW + MINUTE, approved=approved)


async def test_rfc8628_3_3_a_request_is_decided_once_whatever_comes_second(database: Database) -> None:
    approved = code_of(await signed_in(database))
    await database.ledger.commit(OpenDeviceRequest(request=REQUEST))
    assert await database.ledger.commit(decision())
    assert not await database.ledger.commit(decision(approved), event())
    assert not await database.ledger.commit(decision())
    found = await database.device_requests.by_device_code(REQUEST.device_hash)
    assert found == replace(REQUEST, decided_at=NOW + MINUTE, refused_because="The person declined.")


async def test_of_two_that_decide_at_once_one_is_first(database: Database, neighbour: Database) -> None:
    approved = code_of(await signed_in(database))
    for turn in range(10):
        device_hash = digest(f"device {turn}")
        request = replace(REQUEST, device_hash=device_hash, user_hash=digest(f"user {turn}"))
        await database.ledger.commit(OpenDeviceRequest(request=request))
        yes, no = (replace(one, device_hash=device_hash) for one in (decision(approved), decision()))
        first = await asyncio.gather(database.ledger.commit(yes, event()), neighbour.ledger.commit(no, event()))
        assert sorted(first) == [False, True]
        found = await database.device_requests.by_device_code(device_hash)
        assert found is not None
        assert (found.approved is not None) is first[0]


async def test_a_request_that_is_over_is_decided_no_more(database: Database) -> None:
    await database.ledger.commit(OpenDeviceRequest(request=REQUEST))
    assert not await database.ledger.commit(decision(after=10 * MINUTE))
    assert await database.ledger.commit(decision(after=10 * MINUTE - timedelta(microseconds=1)))


async def test_requests_are_swept_a_day_after_their_end(database: Database) -> None:
    await database.ledger.commit(OpenDeviceRequest(request=REQUEST))
    assert await database.sweeps.sweep("device_requests", REQUEST.expires_at + 24 * HOUR, 10) == 0
    assert await database.sweeps.sweep("device_requests", REQUEST.expires_at + 24 * HOUR + MINUTE, 10) == 1
    assert await database.device_requests.by_device_code(REQUEST.device_hash) is None


async def test_ciba_8_an_account_finds_what_is_asked_of_it_and_not_decided_newest_first(database: Database) -> None:
    asked = [
        replace(
            REQUEST,
            device_hash=digest(f"asked {place}"),
            user_hash=digest(f"nobody types {place}"),
            created_at=NOW + place * MINUTE,
            asked_by="ciba",
            person_id=PersonId("p" * 26),
            account_id=AccountId("a" * 26),
        )
        for place in range(3)
    ]
    others = replace(asked[0], device_hash=digest("other"), user_hash=digest("other"), account_id=AccountId("b" * 26))
    for request in (*asked, others, REQUEST):
        assert await database.ledger.commit(OpenDeviceRequest(request=request))
    found = await database.device_requests.open_for(AccountId("a" * 26), NOW)
    assert found == asked[::-1]
    await database.ledger.commit(replace(decision(), device_hash=asked[2].device_hash))
    assert await database.device_requests.open_for(AccountId("a" * 26), NOW) == [asked[1], asked[0]]
    assert await database.device_requests.open_for(AccountId("a" * 26), REQUEST.expires_at) == []
    assert await database.device_requests.by_device_code(asked[1].device_hash) == asked[1]
