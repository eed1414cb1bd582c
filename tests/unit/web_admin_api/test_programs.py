"""A program at the administration API: a token of its own, bound to a key; a scope; roles that two people gave it."""

from collections.abc import Mapping
from datetime import date, timedelta

import httpx2
import pytest

from clients.model import Client, ClientId
from idp.audit.model import EventName
from idp.protocol.answers import Decision
from idp.protocol.token.endpoint import TokenSnapshot, decide_token
from idp.protocol.token.own_access import OwnFacts
from idp.protocol.tokens.issued import issue_access_token
from idp.protocol.tokens.kinds import ACCESS_TOKEN_TYPE
from idp.web.admin_api.operations.me import OPERATIONS as ME
from records.structs import replace
from tests.support.builders.protocol import (
    CLIENT,
    ISSUER,
    NOW,
    ORIGIN,
    PROVIDER,
    claims_of,
    facts_of,
    form,
)
from tests.support.parties.dpop_key import DpopKey
from tests.support.rigs.api import THINGS, ApiRig

PROGRAM = replace(
    CLIENT,
    client_id=ClientId("ci"),
    redirect_uris=(),
    grant_types=("client_credentials",),
    response_types=(),
    scope=("openid", "admin:read", "admin:write"),
    governed_claims=("admin:read", "admin:write"),
    agency="H37",
    administration_roles=("client_developer:*",),
    administration_until=date(2026, 12, 31),
)
HOLDER = DpopKey()
BOUND: Mapping[str, object] = {"cnf": {"jkt": HOLDER.thumbprint}}
THING = {"name": "a", "size": 1}
KEY = {"Idempotency-Key": "k" * 16}


def token(client: Client = PROGRAM, claims: Mapping[str, object] = BOUND) -> str:
    """Return the program's own token as the token endpoint makes it, with these claims besides."""
    issued = issue_access_token(PROVIDER, client, ("admin:read", "admin:write"), NOW, None, audience=(ISSUER,))
    said = {**claims_of(issued.text), **claims}
    return PROVIDER.signer.sign(said, algorithm="ES256", typ=ACCESS_TOKEN_TYPE, now=NOW)


async def send(
    method: str,
    text: str,
    client: Client = PROGRAM,
    path: str = THINGS,
    rig: ApiRig | None = None,
    proof: str | None = None,
) -> httpx2.Response:
    """Send a request with the program's token and a new proof of its key."""
    made = HOLDER.proof(method, ISSUER + path, access_token=text, at=NOW.timestamp())
    transport = httpx2.ASGITransport(await (rig or ApiRig(client=client)).app())
    async with httpx2.AsyncClient(transport=transport, base_url=ISSUER) as program:
        headers = {"Authorization": f"DPoP {text}", "DPoP": proof or made, **(KEY if method == "POST" else {})}
        return await program.request(method, path, headers=headers, json=THING if method == "POST" else None)


def said(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json().get("code", "")


async def test_a_program_with_a_role_reads_and_changes() -> None:
    assert (await send("GET", token())).status_code == 200
    assert (await send("POST", token())).status_code == 201


@pytest.mark.parametrize("claims", [{}, {"cnf": None}, {"cnf": {}}], ids=["none", "null", "empty"])
async def test_rfc9700_2_2_1_a_token_that_is_bound_to_no_key_is_none(claims: dict[str, object]) -> None:
    text = token(claims=claims)
    assert said(await send("GET", text)) == (401, "invalid_token")
    transport = httpx2.ASGITransport(await ApiRig(client=PROGRAM).app())
    async with httpx2.AsyncClient(transport=transport, base_url=ISSUER) as program:
        assert said(await program.get(THINGS, headers={"Authorization": f"Bearer {text}"})) == (401, "invalid_token")


async def test_rfc9449_7_1_a_bound_token_counts_with_its_key_alone_and_each_proof_once() -> None:
    text, rig = token(), ApiRig(client=PROGRAM)
    other = DpopKey().proof("GET", ISSUER + THINGS, access_token=text, at=NOW.timestamp())
    assert said(await send("GET", text, proof=other)) == (401, "invalid_token")
    good = HOLDER.proof("GET", ISSUER + THINGS, access_token=text, at=NOW.timestamp())
    transport = httpx2.ASGITransport(await rig.app())
    async with httpx2.AsyncClient(transport=transport, base_url=ISSUER) as program:
        shown = [await program.get(THINGS, headers={"Authorization": f"DPoP {text}", "DPoP": good}) for _ in range(2)]
        as_bearer = await program.get(THINGS, headers={"Authorization": f"Bearer {text}"})
    assert [one.status_code for one in shown] == [200, 401]
    assert as_bearer.status_code == 401


@pytest.mark.parametrize(
    "client",
    [
        replace(PROGRAM, administration_roles=(), administration_until=None),
        replace(PROGRAM, administration_until=date(2026, 11, 23)),
        replace(PROGRAM, stage="sandbox"),
    ],
    ids=["without a role", "after its last day", "in the sandbox"],
)
async def test_a_program_whose_roles_do_not_stand_is_not_permitted(client: Client) -> None:
    assert said(await send("GET", token(client), client)) == (403, "not_permitted")


async def test_a_stopped_programs_token_is_none() -> None:
    assert said(await send("GET", token(), replace(PROGRAM, disabled_at=NOW))) == (401, "invalid_token")


async def test_rfc8707_2_a_token_for_another_audience_too_is_none() -> None:
    both = {**BOUND, "aud": [ISSUER, "https://records.example/api"]}
    assert said(await send("GET", token(claims=both))) == (401, "invalid_token")


async def test_its_last_day_is_a_whole_day_in_vietnam() -> None:
    last = replace(PROGRAM, administration_until=date(2026, 11, 24))
    assert (await send("GET", token(last), last)).status_code == 200


async def test_rfc6750_3_1_a_scope_that_the_token_lacks_is_told() -> None:
    narrow = {**BOUND, "scope": "admin:read"}
    assert said(await send("POST", token(claims=narrow))) == (403, "insufficient_scope")


async def test_what_takes_a_factor_at_hand_is_not_permitted_and_no_sign_in_is_asked_for() -> None:
    """An agency's own roles would bring it to a person; a program is sent to no sign-in page."""
    answer = await send("DELETE", token(), path=f"{THINGS}/x")
    assert said(answer) == (403, "not_permitted")
    assert "www-authenticate" not in answer.headers


async def test_a_refusal_is_remembered_with_the_program_as_the_actor() -> None:
    auditor = replace(PROGRAM, administration_roles=("auditor:*",))
    rig = ApiRig(client=auditor)
    assert said(await send("POST", token(auditor), rig=rig)) == (403, "not_permitted")
    (event,) = rig.ledger.events
    assert (event.name, event.details["actor"], event.details["actor_code"]) == (
        EventName.ADMIN_REFUSED,
        "client:ci",
        "ci",
    )


async def test_it_is_told_what_it_may_do() -> None:
    text, address = token(), "/admin/api/v1/me"
    transport = httpx2.ASGITransport(await ApiRig(client=PROGRAM).app(ME))
    proof = HOLDER.proof("GET", ISSUER + address, access_token=text, at=NOW.timestamp())
    async with httpx2.AsyncClient(transport=transport, base_url=ISSUER) as program:
        answer = await program.get(address, headers={"Authorization": f"DPoP {text}", "DPoP": proof})
    body = answer.json()
    assert (body["program"], body["account_id"], body["fresh"]) == ("ci", "client:ci", False)
    assert [(one["role"], one["national"]) for one in body["roles"]] == [("client_developer", True)]


def decide(client: Client = PROGRAM, **fields: str) -> Decision:
    parameters = form(**{"grant_type": "client_credentials"} | fields)
    facts = OwnFacts({client.client_id: client})
    return decide_token(PROVIDER, TokenSnapshot(parameters, facts_of(client), facts, ORIGIN, NOW))


def test_the_token_endpoint_gives_a_program_the_scopes_of_the_api_for_this_provider_alone() -> None:
    claims = claims_of((decide(scope="admin:read").answer.body or {})["access_token"])
    assert (claims["aud"], claims["scope"]) == (ISSUER, "admin:read")
    resource = decide(scope="admin:read admin:write", resource=ISSUER).answer.body or {}
    assert resource["scope"] == "admin:read admin:write"


@pytest.mark.parametrize(
    "client",
    [
        replace(PROGRAM, administration_roles=(), administration_until=None),
        replace(PROGRAM, administration_until=(NOW - timedelta(days=1)).date()),
        replace(PROGRAM, governed_claims=()),
        replace(PROGRAM, scope=("openid",)),
        replace(PROGRAM, stage="sandbox"),
    ],
    ids=["no role", "over", "not governed", "not in its scope", "in the sandbox"],
)
def test_nobody_else_gets_them(client: Client) -> None:
    assert decide(client, scope="admin:read").answer.error == "invalid_scope"
