"""A client's own token is for one API, with what that API's owner granted it (RFC 6749 4.4, RFC 8707 2)."""

from collections.abc import Mapping
from datetime import timedelta

import pytest

from clients.model import Client, ClientId
from idp.protocol.answers import Decision
from idp.protocol.introspection import PresentedToken, decide_introspection
from idp.protocol.token.endpoint import TokenSnapshot, decide_token
from idp.protocol.token.own_access import OwnFacts
from idp.protocol.tokens.bearer import ShownToken, active_token
from idp.protocol.tokens.issued import read_access_token
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
    inspection,
)
from tests.support.builders.services import ARCHIVE, ARCHIVE_API, RECORDS, RECORDS_API, known

CALLER = replace(CLIENT, agency="H55", api_access={"records": "records.read", "archive": "archive.read archive.write"})
REGISTRY = known(CALLER, RECORDS_API, ARCHIVE_API)


def decide(client: Client = CALLER, registry: Mapping[ClientId, Client] = REGISTRY, **fields: str) -> Decision:
    parameters = form(**{"grant_type": "client_credentials"} | fields)
    return decide_token(PROVIDER, TokenSnapshot(parameters, facts_of(client), OwnFacts(registry), ORIGIN, NOW))


def granted(decision: Decision) -> tuple[object, object]:
    """Return audience and scope of the token."""
    assert decision.answer.status == 200, decision.answer.body
    claims = claims_of((decision.answer.body or {})["access_token"])
    assert (decision.answer.body or {}).get("scope") == claims.get("scope")
    return claims["aud"], claims.get("scope")


def refused(decision: Decision) -> tuple[int, str | None]:
    return decision.answer.status, decision.answer.error


def test_rfc8707_2_a_granted_scope_gives_a_token_for_that_api_alone() -> None:
    assert granted(decide(scope="records.read")) == (RECORDS, "records.read")
    assert granted(decide(scope="archive.write archive.read")) == (ARCHIVE, "archive.write archive.read")


@pytest.mark.parametrize(
    "scope", ["records.write", "records.read records.write", "unknown", "records.read archive.read"]
)
def test_rfc6749_5_2_what_was_not_granted_at_one_api_is_refused(scope: str) -> None:
    assert refused(decide(scope=scope)) == (400, "invalid_scope")


def test_rfc8707_2_resource_alone_gives_what_was_granted_there() -> None:
    assert granted(decide(resource=ARCHIVE)) == (ARCHIVE, "archive.read archive.write")
    assert granted(decide(resource=ARCHIVE, scope="archive.read")) == (ARCHIVE, "archive.read")


@pytest.mark.parametrize("resource", ["https://other.example/", ARCHIVE + "/", "archive"])
def test_rfc8707_2_a_resource_that_nothing_was_granted_at_is_an_invalid_target(resource: str) -> None:
    assert refused(decide(resource=resource, scope="archive.read")) == (400, "invalid_target")


def test_rfc8707_2_the_scope_of_another_api_is_not_had_at_the_resource() -> None:
    assert refused(decide(resource=RECORDS, scope="archive.read")) == (400, "invalid_scope")


def test_rfc8707_2_of_several_apis_with_one_scope_resource_chooses() -> None:
    alike = replace(ARCHIVE_API, service_scopes=("read",)), replace(RECORDS_API, service_scopes=("read",))
    caller = replace(CALLER, api_access={"records": "read", "archive": "read"})
    registry = known(caller, *alike)
    assert refused(decide(caller, registry, scope="read")) == (400, "invalid_target")
    assert granted(decide(caller, registry, scope="read", resource=RECORDS)) == (RECORDS, "read")


@pytest.mark.parametrize(
    "api",
    [
        replace(RECORDS_API, disabled_at=NOW),
        replace(RECORDS_API, stage="sandbox"),
        replace(RECORDS_API, resource_agency="G09"),
        replace(RECORDS_API, service_scopes=("records.write",)),
        replace(RECORDS_API, resource=ISSUER),
    ],
    ids=["stopped", "in the sandbox", "another agency's resource", "not offered any more", "the provider itself"],
)
def test_a_grant_counts_only_while_its_api_stands_and_offers_it(api: Client) -> None:
    assert refused(decide(CALLER, known(CALLER, api), scope="records.read")) == (400, "invalid_scope")


def test_in_the_sandbox_nobody_approved_what_a_client_names() -> None:
    assert refused(decide(replace(CALLER, stage="sandbox"), scope="records.read")) == (400, "invalid_scope")


def test_another_agencys_api_is_not_entered_by_a_scope_that_a_client_wrote_itself() -> None:
    """The owner agreed to the resource; what may be done there is granted scope by scope."""
    taker = replace(CLIENT, agency="H55", resource=RECORDS, resource_agency="G01", scope=("openid", "records.write"))
    assert refused(decide(taker, known(taker, RECORDS_API), scope="records.write")) == (400, "invalid_scope")
    at_home = replace(taker, resource_agency="H55")
    assert granted(decide(at_home, known(at_home), scope="records.write")) == ([ISSUER, RECORDS], "records.write")


def read(decision: Decision) -> PresentedToken:
    token = read_access_token(PROVIDER, str((decision.answer.body or {})["access_token"]), NOW)
    assert token is not None
    return PresentedToken(token, None, token_revoked=False)


def test_rfc7662_4_the_api_reads_its_token_and_no_other_apis() -> None:
    presented = read(decide(scope="records.read"))
    answer = decide_introspection(PROVIDER, inspection(presented, client=RECORDS_API)).answer.body or {}
    assert (answer["active"], answer["sub"], answer["aud"]) == (True, CALLER.client_id, RECORDS)
    assert answer["scope"] == "records.read"
    elsewhere = decide_introspection(PROVIDER, inspection(presented, client=ARCHIVE_API)).answer.body
    assert elsewhere == {"active": False}


def test_a_token_for_an_api_is_none_for_this_provider() -> None:
    token = read(decide(scope="records.read")).token
    shown = ShownToken(token, None, CALLER)  # type: ignore[arg-type]
    assert active_token(shown, NOW + timedelta(seconds=1)) is None


@pytest.mark.parametrize("scope", ["admin:read", "admin:write records.read", "openid"])
def test_scopes_of_the_provider_are_granted_by_no_api(scope: str) -> None:
    rogue = replace(RECORDS_API, service_scopes=("admin:read", "openid"))
    caller = replace(CALLER, api_access={"records": "admin:read openid"}, scope=("openid", "admin:read"))
    decision = decide(caller, known(caller, rogue), scope=scope)
    assert refused(decision) == (400, "invalid_scope")
