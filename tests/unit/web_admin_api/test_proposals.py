"""POST /changes: what a body says that it is decides who may, and what else it must say."""

from collections.abc import Mapping
from datetime import timedelta

import httpx2
import pytest

from idp.grants.model import Grant
from idp.officers.roles import Role
from idp.web.admin_api.table import OPERATIONS
from records.structs import replace
from tests.support.builders.notices import notice, notices
from tests.support.builders.protocol import ISSUER, NOW
from tests.support.rigs.api import OFFICERS_GRANT, ApiRig

CHANGES = "/admin/api/v1/changes"
SETTING = {"kind": "update_setting", "name": "notices", "version": 0, "document": {"notices": []}, "reason": "a test"}


async def proposed(rig: ApiRig, body: object, grant: Grant = OFFICERS_GRANT) -> httpx2.Response:
    reported = {"Authorization": f"Bearer {rig.token(grant)}", "Idempotency-Key": "k" * 16}
    transport = httpx2.ASGITransport(await rig.app(OPERATIONS))
    async with httpx2.AsyncClient(transport=transport, base_url=ISSUER, headers=reported) as program:
        return await program.post(CHANGES, json=body)


def problems(answer: httpx2.Response) -> set[tuple[str, str]]:
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")
    return {(one["field"], one["rule"]) for one in answer.json()["errors"]}


async def test_rfc9110_15_3_3_a_proposal_is_accepted_and_says_where_it_is_read() -> None:
    answer = await proposed(ApiRig(), {**SETTING, "document": notices(notice())})
    assert answer.status_code == 202, answer.text
    reported = answer.json()
    assert answer.headers["location"] == f"{CHANGES}/{reported['id']}"
    assert answer.headers["etag"] == f'"{reported["digest"]}"'
    assert (reported["state"], reported["object_kind"], reported["object_id"]) == ("proposed", "setting", "notices")


async def test_a_body_says_what_it_is() -> None:
    assert problems(await proposed(ApiRig(), {})) == {("kind", "required")}
    wrong: tuple[object, ...] = ("stop_client", "", 7, None, ["update_setting"], {})
    for kind in wrong:
        assert problems(await proposed(ApiRig(), {**SETTING, "kind": kind})) == {("kind", "unknown-kind")}


@pytest.mark.parametrize("body", [[], "x", 7])
async def test_what_is_no_object_is_malformed(body: object) -> None:
    answer = await proposed(ApiRig(), body)
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed_request")


async def test_the_members_of_another_kind_are_unknown() -> None:
    reported = problems(await proposed(ApiRig(), {**SETTING, "kid": "a", "version": "1"}))
    assert reported == {("kid", "unknown"), ("version", "form")}
    assert problems(await proposed(ApiRig(), {"kind": "rotate_keys"})) == {
        ("lead_seconds", "required"),
        ("reason", "required"),
    }


@pytest.mark.parametrize(
    ("role", "body", "status", "code"),
    [
        # Whoever may propose nothing of the kind is not told what it should say.
        (Role.CLIENT_DEVELOPER, {"kind": "update_setting", "wrong": 1}, 403, "not_permitted"),
        (Role.AUDITOR, {"kind": "update_client"}, 403, "not_permitted"),
        # Whoever may propose nothing at all is not told which kinds there are.
        (Role.AUDITOR, {"kind": "nothing"}, 403, "not_permitted"),
        (Role.CLIENT_DEVELOPER, {"kind": "nothing"}, 422, "invalid_input"),
    ],
)
async def test_who_may_is_asked_first(role: Role, body: Mapping[str, object], status: int, code: str) -> None:
    rig = ApiRig()
    rig.hold(role)
    answer = await proposed(rig, body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_rfc9470_3_what_is_dangerous_wants_a_factor_of_a_short_while_ago() -> None:
    rested = replace(OFFICERS_GRANT, auth_time=NOW - timedelta(minutes=16))
    answer = await proposed(ApiRig(), SETTING, rested)
    assert (answer.status_code, answer.json()["code"]) == (401, "insufficient_user_authentication")
    # A change of a client takes none: what is wrong of it is told.
    client = await proposed(ApiRig(), {"kind": "enable_client"}, rested)
    assert problems(client) == {("client_id", "required"), ("reason", "required")}
