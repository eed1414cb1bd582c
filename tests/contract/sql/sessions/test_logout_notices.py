"""Logout notices: one for each client that got a grant in the session and wants notices (OIDC Back-Channel 2)."""

import asyncio

import orjson
import pytest

from clients.model import Client, ClientId
from idp.adapters.sql.database import Database
from idp.grants.model import StartGrant
from idp.kernel.outbox import Message
from idp.sessions.model import EndSession, Session, TellPortals
from records.structs import replace
from tests.contract.sql.direct import rows
from tests.support.running.sql_stores import HOUR, NOW, event, grant_of, granted, signed_in


def client(client_id: ClientId, *, reported: bool = True) -> Client:
    return Client(
        client_id=client_id,
        client_name={"": client_id},
        backchannel_logout_uri="https://portal.example/logout" if reported else None,
        created_at=NOW,
        updated_at=NOW,
    )


def logging_out(session: Session) -> tuple[EndSession, TellPortals]:
    return (
        EndSession(session_id=session.id, person_id=session.person_id, at=NOW, reason="logout"),
        TellPortals(session_id=session.id, person_id=session.person_id, at=NOW, gives_up_at=NOW + HOUR),
    )


async def notices(database: Database) -> list[Message]:
    return sorted(await database.outbox.lease(NOW, NOW + HOUR, 100), key=lambda message: message.key)


async def test_each_client_of_the_session_is_told_once_with_session_client_and_person(database: Database) -> None:
    session = await signed_in(database)
    for client_id in ("bank", "portal"):
        await database.clients.save(client(ClientId(client_id)), expected_version=None)
    for client_id in ("portal", "portal", "bank"):
        await granted(database, session, client_id=client_id)
    assert await database.ledger.commit(*logging_out(session))
    reported = await notices(database)
    assert [message.key for message in reported] == [f"{session.id}:bank", f"{session.id}:portal"]
    assert {message.kind for message in reported} == {"logout_notice"}
    assert reported[0].gives_up_at == NOW + HOUR
    assert orjson.loads(reported[0].payload) == {
        "session_id": session.id,
        "client_id": "bank",
        "person_id": session.person_id,
        "subject_id": None,
    }


async def test_nobody_else_is_told(database: Database) -> None:
    session = await signed_in(database)
    other = await signed_in(database, "079999000002")
    disabled = replace(client(ClientId("disabled")), disabled_at=NOW)
    for saved in (
        client(ClientId("silent"), reported=False),
        disabled,
        client(ClientId("elsewhere")),
        client(ClientId("portal")),
    ):
        await database.clients.save(saved, expected_version=None)
    for client_id in ("silent", "disabled", "unknown"):
        await granted(database, session, client_id=client_id)
    await granted(database, other, client_id="elsewhere")
    assert await database.ledger.commit(*logging_out(session))
    assert await notices(database) == []


async def test_a_second_logout_tells_nobody_again(database: Database) -> None:
    session = await signed_in(database)
    await database.clients.save(client(ClientId("portal")), expected_version=None)
    await granted(database, session)
    assert await database.ledger.commit(*logging_out(session))
    assert not await database.ledger.commit(*logging_out(session))
    assert len(await notices(database)) == 1


@pytest.mark.parametrize("round_number", range(5))
async def test_i9_every_grant_that_began_before_the_logout_is_told(
    store: str, database: Database, neighbour: Database, round_number: int
) -> None:
    session = await signed_in(database)
    names = [f"portal-{n}" for n in range(20)]
    for name in names:
        await database.clients.save(client(ClientId(name)), expected_version=None)

    async def redeem(name: str) -> None:
        await asyncio.sleep(round_number * 0.0005)
        await database.ledger.commit(
            StartGrant(grant=grant_of(session, client_id=ClientId(name)), issued_at=NOW), event()
        )

    await asyncio.gather(*(redeem(name) for name in names), neighbour.ledger.commit(*logging_out(session)))
    started = {client_id for (client_id,) in await rows(store, "SELECT client_id FROM grants")}
    reported = {str(orjson.loads(message.payload)["client_id"]) for message in await notices(database)}
    assert reported == started
