"""Who is let in: a token of an officer with two factors, for this API alone, with the scope and the role."""

from datetime import timedelta

import pytest

from idp.audit.model import EventName
from idp.grants.model import Grant
from idp.officers.roles import Role
from idp.protocol.tokens.issued import issue_access_token, issue_id_token
from records.structs import replace
from tests.support.builders.protocol import NOW, PROVIDER
from tests.support.rigs.api import CONSOLE, OFFICERS_GRANT, THINGS, ApiRig


async def asked(rig: ApiRig, grant: Grant = OFFICERS_GRANT, method: str = "GET") -> tuple[int, str, str]:
    """Return status, code and challenge of a request with a token of this grant."""
    async with await rig.open() as program:
        answer = await program.request(method, THINGS, headers={"Authorization": f"Bearer {rig.token(grant)}"})
    code = answer.json().get("code", "") if answer.content else ""
    return answer.status_code, code, answer.headers.get("www-authenticate", "")


async def test_an_officer_with_two_factors_a_scope_and_a_role_is_let_in() -> None:
    assert await asked(ApiRig()) == (200, "", "")


@pytest.mark.parametrize("shown", [None, "", "Basic YTpi", "Bearer", "Bearer ", "DPoP", "MAC x"])
async def test_rfc6750_3_1_without_a_token_the_challenge_names_no_error(shown: str | None) -> None:
    async with await ApiRig().open() as program:
        del program.headers["authorization"]
        answer = await program.get(THINGS, headers={} if shown is None else {"Authorization": shown})
    assert (answer.status_code, answer.json()["code"]) == (401, "token_missing")
    assert answer.headers["www-authenticate"] == 'Bearer realm="admin"'


async def test_a_token_in_the_query_or_twice_in_the_header_is_none() -> None:
    rig = ApiRig()
    async with await rig.open() as program:
        token = rig.token()
        twice = await program.get(THINGS, headers=[("Authorization", f"Bearer {token}")] * 2)
        del program.headers["authorization"]
        in_query = await program.get(THINGS, params={"access_token": token})
    assert (twice.status_code, twice.json()["code"]) == (400, "malformed_request")
    assert (in_query.status_code, in_query.json()["code"]) == (401, "token_missing")


async def refused_as_invalid(rig: ApiRig, token: str) -> None:
    async with await rig.open() as program:
        answer = await program.get(THINGS, headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_token")
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]


async def test_rfc9068_4_other_tokens_of_ours_are_none() -> None:
    rig = ApiRig()
    access = rig.token()
    id_token = issue_id_token(PROVIDER, CONSOLE, OFFICERS_GRANT, NOW, access_token=access, nonce=None)
    clients_own = issue_access_token(PROVIDER, CONSOLE, ("admin:read",), NOW, None).text
    for token in (id_token, clients_own, access[:-4] + "AAAA", "a.b.c"):
        await refused_as_invalid(rig, token)


async def test_rfc8707_2_a_token_that_a_resource_server_may_hold_is_none() -> None:
    rig = ApiRig()
    await refused_as_invalid(rig, rig.token(client=replace(CONSOLE, resource="https://records.example/api")))


async def refused_as_invalid_with(rig: ApiRig, token: str) -> None:
    """Ask without putting the grant back among those that stand."""
    kept = dict(rig.grants.states)
    async with await rig.open() as program:
        rig.grants.states.update(kept)
        answer = await program.get(THINGS, headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_token")


async def test_a_token_ends_with_its_time_its_grant_and_its_client() -> None:
    late = ApiRig()
    token = late.token()
    late.clock.at = NOW + timedelta(minutes=5)
    await refused_as_invalid(late, token)
    revoked = ApiRig()
    token = revoked.token()
    revoked.grants.states[OFFICERS_GRANT.id] = replace(revoked.grants.states[OFFICERS_GRANT.id], alive=False)
    await refused_as_invalid_with(revoked, token)
    stopped = ApiRig(client=replace(CONSOLE, disabled_at=NOW))
    await refused_as_invalid(stopped, stopped.token())


async def test_a_citizen_is_refused_and_told_no_more() -> None:
    rig = ApiRig()
    rig.officers.officer = None
    assert await asked(rig) == (403, "not_permitted", "")


async def test_rfc9470_3_one_factor_is_sent_back_for_a_second() -> None:
    status, code, reported = await asked(ApiRig(), replace(OFFICERS_GRANT, amr=("pwd",), acr="loa2"))
    assert (status, code) == (401, "insufficient_user_authentication")
    assert 'error="insufficient_user_authentication"' in reported
    assert 'acr_values="loa3"' in reported
    assert "max_age" not in reported


@pytest.mark.parametrize(("minutes", "status"), [(15, 503), (16, 401)])
async def test_rfc9470_3_a_dangerous_act_wants_a_factor_of_a_short_while_ago(minutes: int, status: int) -> None:
    """503: the act itself was reached, whose store is away."""
    rig = ApiRig()
    grant = replace(OFFICERS_GRANT, auth_time=NOW - timedelta(minutes=minutes))
    async with await rig.open() as program:
        answer = await program.delete(f"{THINGS}/x", headers={"Authorization": f"Bearer {rig.token(grant)}"})
    assert answer.status_code == status
    if status == 401:
        assert 'max_age="900"' in answer.headers["www-authenticate"]
        assert 'acr_values="loa3"' in answer.headers["www-authenticate"]


async def test_rfc6750_3_1_a_token_without_the_scope_is_told_which() -> None:
    rig = ApiRig()
    status, code, reported = await asked(rig, replace(OFFICERS_GRANT, scope=("openid", "admin:write")))
    assert (status, code) == (403, "insufficient_scope")
    assert 'error="insufficient_scope"' in reported
    assert 'scope="admin:read"' in reported
    event = rig.ledger.events[0]
    assert (event.name, event.reason) == (EventName.ADMIN_REFUSED, "insufficient_scope")


async def test_a_scope_that_the_registration_lost_counts_no_more() -> None:
    rig = ApiRig(client=replace(CONSOLE, governed_claims=("admin:write",)))
    assert (await asked(rig))[:2] == (403, "insufficient_scope")


async def test_a_role_that_does_not_bring_the_permission_is_refused_and_remembered() -> None:
    rig = ApiRig()
    rig.hold(Role.AUDITOR)
    async with await rig.open() as program:
        answer = await program.post(THINGS, json={"name": "a", "size": 1}, headers={"Idempotency-Key": "k" * 16})
    assert (answer.status_code, answer.json()["code"]) == (403, "not_permitted")
    event = rig.ledger.events[0]
    assert event.details["operation"] == "make_thing"
    assert (event.details["actor"], event.person_id) == (OFFICERS_GRANT.account_id, None)


async def test_a_role_that_has_ended_brings_nothing() -> None:
    rig = ApiRig()
    rig.roles.grants = tuple(replace(one, revoked_at=NOW) for one in rig.roles.grants)
    assert (await asked(rig))[:2] == (403, "not_permitted")
