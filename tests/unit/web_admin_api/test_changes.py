"""Changes: versions against lost updates, keys against doing things twice, every problem of a body at once."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

import httpx2
import pytest

from idp.kernel.errors import TemporarilyUnavailableError
from idp.kernel.ids import AccountId
from idp.web.admin_api.dependencies import AdminApiDependencies
from idp.web.admin_api.operation import Call, Nothing, Reply
from records.structs import replace
from tests.support.builders.protocol import NOW
from tests.support.rigs.api import OFFICER, THINGS, ApiRig, NewThing, Thing, Things

KEY = {"Idempotency-Key": '"8e03978e-40d5-43dd-bc93-6894a57f9324"'}
THING = {"name": "a", "size": 1}


async def made(program: httpx2.AsyncClient, thing: object = THING, **headers: str) -> httpx2.Response:
    return await program.post(THINGS, json=thing, headers={**KEY, **headers})


def code_of(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


async def test_what_is_made_has_an_address_and_a_version() -> None:
    async with await ApiRig().open() as program:
        answer = await made(program)
    assert (answer.status_code, answer.json()) == (201, {"name": "a", "size": 1})
    assert (answer.headers["location"], answer.headers["etag"]) == (f"{THINGS}/a", '"1"')
    assert answer.headers["cache-control"] == "no-store"


async def test_rfc6585_3_a_change_without_a_version_is_refused() -> None:
    async with await ApiRig().open() as program:
        assert code_of(await program.put(f"{THINGS}/a", json=THING)) == (428, "precondition_required")


@pytest.mark.parametrize("shown", ['"2"', "*", 'W/"1"', '"1", "2"', "1", '""', "", '"\xff"'])
async def test_rfc9110_13_1_1_another_version_changes_nothing(shown: str) -> None:
    rig = ApiRig()
    async with await rig.open() as program:
        answer = await program.put(f"{THINGS}/a", json=THING, headers=[(b"If-Match", shown.encode("latin-1"))])
    assert code_of(answer) == (412, "stale_version")
    assert rig.things.version == 1


async def test_of_two_who_read_the_same_version_one_changes_it() -> None:
    async with await ApiRig().open() as program:
        first = await program.put(f"{THINGS}/a", json=THING, headers={"If-Match": '"1"'})
        second = await program.put(f"{THINGS}/a", json=THING, headers={"If-Match": '"1"'})
    assert (first.status_code, first.headers["etag"]) == (200, '"2"')
    assert code_of(second) == (412, "stale_version")


async def test_rfc9110_13_1_2_a_version_that_the_caller_has_is_not_sent_again() -> None:
    rig = ApiRig()
    rig.things.made.append("a")
    async with await rig.open() as program:
        etag = (await program.get(f"{THINGS}/a")).headers["etag"]
        answer = await program.get(f"{THINGS}/a", headers={"If-None-Match": etag})
    assert (answer.status_code, answer.content) == (304, b"")


@pytest.mark.parametrize("key", [None, "short", "k" * 129, "k" * 16 + " x", "kéy" + "k" * 16])
async def test_a_post_wants_a_key(key: str | None) -> None:
    headers = [] if key is None else [(b"Idempotency-Key", key.encode())]
    async with await ApiRig().open() as program:
        assert code_of(await program.post(THINGS, json=THING, headers=headers)) == (400, "idempotency_key_missing")


async def test_the_same_request_again_gets_the_same_answer_and_does_nothing() -> None:
    rig = ApiRig()
    async with await rig.open() as program:
        first, second = await made(program), await made(program, **{"Idempotency-Key": KEY["Idempotency-Key"][1:-1]})
    assert rig.things.made == ["a"]
    assert (second.status_code, second.content) == (201, first.content)
    assert all(second.headers[name] == first.headers[name] for name in ("etag", "location", "cache-control"))


@pytest.mark.parametrize("other", [{"name": "b", "size": 1}, {"name": "a", "size": 2}])
async def test_another_request_under_the_same_key_is_refused(other: dict[str, object]) -> None:
    rig = ApiRig()
    async with await rig.open() as program:
        await made(program)
        assert code_of(await made(program, other)) == (422, "idempotency_key_reused")
    assert rig.things.made == ["a"]


async def test_a_key_belongs_to_its_actor() -> None:
    rig = ApiRig()
    async with await rig.open() as program:
        await made(program)
        rig.officers.officer = replace(OFFICER, account_id=AccountId("account-2"))
        grant = rig.grants.states[next(iter(rig.grants.states))].grant
        theirs = {"Authorization": f"Bearer {rig.token(replace(grant, account_id=AccountId('account-2')))}"}
        assert (await made(program, {"name": "b", "size": 1}, **theirs)).status_code == 201


@dataclass(slots=True)
class SlowThings(Things):
    """Making one takes until the test says so."""

    going: asyncio.Event = field(default_factory=asyncio.Event)
    finish: asyncio.Event = field(default_factory=asyncio.Event)

    async def make(self, _parts: AdminApiDependencies, call: Call[Nothing, NewThing]) -> Reply:
        self.going.set()
        await self.finish.wait()
        return Reply(Thing(call.body.name, 1), location=f"/things/{call.body.name}")


async def test_a_second_request_meets_the_first_under_way() -> None:
    things = SlowThings()
    rig = ApiRig(things=things)
    async with await rig.open() as program:
        first = asyncio.create_task(made(program))
        await things.going.wait()
        second = await made(program)
        things.finish.set()
        assert (await first).status_code == 201
    assert code_of(second) == (409, "idempotency_in_progress")
    assert second.headers["retry-after"] == "1"


async def test_a_refusal_gives_the_key_back() -> None:
    rig = ApiRig()
    async with await rig.open() as program:
        refused = await made(program, {"name": "a", "size": -1})
        again = await made(program)
    assert code_of(refused) == (422, "invalid_input")
    assert [problem["field"] for problem in refused.json()["errors"]] == ["size", "name"]
    assert again.status_code == 201


async def test_a_key_whose_request_never_ended_is_free_after_a_while() -> None:
    rig = ApiRig()
    rig.things.fails = TemporarilyUnavailableError("away")
    async with await rig.open() as program:
        failed = await made(program)
        rig.things.fails = None
        soon = await made(program)
        rig.clock.at = NOW + timedelta(minutes=2, seconds=1)
        later = await made(program)
    assert code_of(failed) == (503, "temporarily_unavailable")
    assert "retry-after" in failed.headers
    assert code_of(soon) == (409, "idempotency_in_progress")
    assert later.status_code == 201


async def test_an_error_that_nobody_expected_tells_nothing() -> None:
    rig = ApiRig()
    rig.things.fails = ValueError("the secret is sesame")
    async with await rig.open() as program:
        answer = await made(program)
    assert code_of(answer) == (500, "server_error")
    assert "sesame" not in answer.text
