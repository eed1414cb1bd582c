"""Delivery of the outbox through real sockets: who is slow, away or not set delays nobody else and costs nothing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import orjson

from clients.model import Client, ClientId
from idp.app.foundation.opening import Foundation, open_foundation
from idp.environment import Settings
from idp.kernel.ids import new_id
from idp.kernel.outbox import Enqueue
from idp.worker.outbox import deliver_outbox
from tests.contract.egress.local_server import LocalServer, local_server, ok, says
from tests.contract.sql.direct import rows, run
from tests.contract.until import until
from tests.support.patience import patient

# More than any worker takes at once, several times over: behind them, whoever waits in one line waits for minutes.
MANY = 1_500
PHONE = "+84912345678"


@dataclass(slots=True)
class Delivering:
    """A process that delivers, the gateway, and a receiver that takes every call and answers none."""

    foundation: Foundation
    gateway: LocalServer
    hung: LocalServer

    async def client(self, client_id: ClientId, url: str) -> None:
        now = self.foundation.clock.now()
        client = Client(
            client_id=client_id, client_name={"": client_id}, backchannel_logout_uri=url, created_at=now, updated_at=now
        )
        await self.foundation.database.clients.save(client, expected_version=None)
        await self.foundation.registry.refresh(self.foundation.database.clients)

    async def notices(self, client_id: ClientId, count: int, *, life: timedelta = timedelta(hours=1)) -> None:
        now = self.foundation.clock.now() - timedelta(seconds=1)
        said = [{"session_id": new_id(), "client_id": client_id, "person_id": new_id()} for _ in range(count)]
        until_then = now + life
        notices = [
            Enqueue(
                kind="logout_notice",
                key=f"{one['session_id']}:{client_id}",
                payload=orjson.dumps(one),
                due_at=now,
                gives_up_at=until_then,
                receiver=client_id,
            )
            for one in said
        ]
        await self.foundation.database.ledger.commit(*notices)

    async def text(self, key: str, life: timedelta = timedelta(hours=1)) -> None:
        messages, now = self.foundation.shared.messages, self.foundation.clock.now()
        values: dict[str, str | timedelta] = (
            {"code": "123456", "valid_for": timedelta(minutes=2)} if key.endswith("_code") else {}
        )
        await self.foundation.database.ledger.commit(messages.sms(key, PHONE, "vi", values, now, life))

    async def notice(self, code: str, phone: str = PHONE) -> None:
        messages, now = self.foundation.shared.messages, self.foundation.clock.now()
        notice = messages.sms("notice_new_device", phone, "vi", {"code": code}, now, timedelta(days=1))
        await self.foundation.database.ledger.commit(notice)


@asynccontextmanager
async def delivering(store: str, folder: Path, *, gateway: str | None = None) -> AsyncIterator[Delivering]:
    async def never(_: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    async with AsyncExitStack() as stack:
        taking = await stack.enter_async_context(local_server(ok()))
        hung = await stack.enter_async_context(local_server(never))
        settings = Settings.model_validate(
            {
                "issuer": "http://localhost:8000",
                "database_url": store,
                "master_key_file": folder / "master.key",
                "egress_allow": "127.0.0.1",
                "message_gateway_url": taking.url() if gateway is None else gateway,
            }
        )
        foundation = await open_foundation(settings, stack)
        yield Delivering(foundation, taking, hung)


@asynccontextmanager
async def at_work(foundation: Foundation) -> AsyncIterator[None]:
    task = asyncio.create_task(deliver_outbox(foundation))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_a_code_passes_many_notices_to_a_receiver_that_hangs(store: str, tmp_path: Path) -> None:
    async with delivering(store, tmp_path) as one:
        await one.client(ClientId("hung"), one.hung.url())
        await one.notices(ClientId("hung"), MANY)
        async with at_work(one.foundation):
            await until(lambda: one.hung.connections)
            await one.text("registration_code")
            await until(lambda: one.gateway.requests)


async def test_notices_to_other_receivers_pass_those_to_one_that_hangs(store: str, tmp_path: Path) -> None:
    async with delivering(store, tmp_path) as one, local_server(says(b"HTTP/1.1 204 Done\r\n\r\n")) as well:
        await one.client(ClientId("hung"), one.hung.url())
        await one.client(ClientId("well"), well.url())
        await one.notices(ClientId("hung"), MANY)
        async with at_work(one.foundation):
            await until(lambda: one.hung.connections)
            await one.notices(ClientId("well"), 3)
            await until(lambda: len(well.requests) == 3)


async def test_without_a_gateway_waiting_messages_are_not_touched(store: str, tmp_path: Path) -> None:
    async with delivering(store, tmp_path, gateway="") as one, local_server(ok()) as well:
        await one.text("registration_code")
        await one.client(ClientId("well"), well.url())
        await one.notices(ClientId("well"), 1)
        async with at_work(one.foundation):
            await until(lambda: well.requests)
    # With a gateway it would have gone before the notice, which was put there later.
    assert await rows(store, "SELECT attempts, result, finished_at FROM outbox WHERE kind = 'sms'") == [(0, "", None)]


async def test_what_is_over_is_closed_unsent_and_a_notice_among_it_is_recorded(store: str, tmp_path: Path) -> None:
    async with delivering(store, tmp_path, gateway="") as one, local_server(ok()) as well:
        await one.client(ClientId("well"), well.url())
        await one.notices(ClientId("well"), 1, life=timedelta(milliseconds=1))
        await one.text("registration_code", life=timedelta(0))
        async with at_work(one.foundation):
            closed = "SELECT 1 FROM outbox WHERE finished_at IS NOT NULL AND result = 'expired' AND NOT delivered"
            async with asyncio.timeout(patient(10)):
                while len(await rows(store, closed)) < 2:  # noqa: ASYNC110 (another task writes them)
                    await asyncio.sleep(0.01)
        assert well.connections == 0
    failed = "SELECT client_id, reason FROM audit_events WHERE name = 'client:logout_notice:failed'"
    assert await rows(store, failed) == [("well", "expired")]


async def test_a_message_that_cannot_be_read_is_the_end_of_itself_alone(store: str, tmp_path: Path) -> None:
    async with delivering(store, tmp_path) as one, local_server(ok()) as well:
        await one.client(ClientId("well"), well.url())
        now = one.foundation.clock.now() - timedelta(seconds=2)
        broken = Enqueue(
            kind="logout_notice",
            key="broken",
            payload=b"{",
            due_at=now,
            gives_up_at=now + timedelta(hours=1),
            receiver="well",
        )
        await one.foundation.database.ledger.commit(broken)
        await one.notices(ClientId("well"), 1)
        async with at_work(one.foundation):
            await until(lambda: well.requests)
    assert await rows(store, "SELECT result, finished_at FROM outbox WHERE key = 'broken'") == [("failed", None)]


async def test_what_an_earlier_release_put_in_no_queue_is_delivered(store: str, tmp_path: Path) -> None:
    async with delivering(store, tmp_path) as one, local_server(ok()) as well:
        await one.client(ClientId("well"), well.url())
        await one.notices(ClientId("well"), 1)
        await run(store, "UPDATE outbox SET lane = ''")
        async with at_work(one.foundation):
            await until(lambda: well.requests)


async def test_one_phone_gets_few_notices_an_hour_and_the_rest_as_one_later_message(store: str, tmp_path: Path) -> None:
    async with delivering(store, tmp_path) as one:
        codes = [f"CODE{letter}" for letter in "ABCDEFGHJK"]
        for code in codes:
            await one.notice(code)
        async with at_work(one.foundation):
            await closed(store, len(codes))
            at_once = texts(one.gateway)
            assert 0 < len(at_once) < len(codes)
            # Nobody waits for the hour to end: it is over.
            await run(store, "UPDATE outbox SET due_at = 0 WHERE finished_at IS NULL")
            await closed(store, len(codes) + 1)
    (later,) = texts(one.gateway)[len(at_once) :]
    sent = [code for code in codes if any(code in text for text in at_once)]
    missing = [code for code in codes if code not in sent]
    # A code undoes what came since its event: that of one of those that were held back first.
    assert any(code in later for code in missing)


async def test_another_phone_is_told_as_before(store: str, tmp_path: Path) -> None:
    async with delivering(store, tmp_path) as one:
        for _ in range(10):
            await one.notice("CODEA")
        async with at_work(one.foundation):
            await closed(store, 10)
            sent = len(texts(one.gateway))
            await one.notice("CODEB", "+84912345679")
            await closed(store, 11)
    assert [("CODEB" in text) for text in texts(one.gateway)[sent:]] == [True]


def texts(gateway: LocalServer) -> list[str]:
    return [orjson.loads(request.partition(b"\r\n\r\n")[2])["text"] for request in gateway.requests]


async def closed(store: str, count: int) -> None:
    finished = "SELECT 1 FROM outbox WHERE finished_at IS NOT NULL"
    async with asyncio.timeout(patient(10)):
        while len(await rows(store, finished)) < count:  # noqa: ASYNC110 (another task writes them)
            await asyncio.sleep(0.01)
