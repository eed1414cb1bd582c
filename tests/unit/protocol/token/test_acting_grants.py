"""A grant under a mandate: ends with it, and says for whom at every endpoint and after every refresh."""

from datetime import timedelta

import pytest

from idp.grants.model import StartGrant
from idp.kernel.ids import MandateId, PersonId
from idp.protocol.extensions.acting_choice import record_of
from idp.protocol.extensions.acting_claims import acting_claims, seal_acting
from idp.protocol.introspection import PresentedToken, decide_introspection
from idp.protocol.token.endpoint import decide_token
from idp.protocol.tokens.issued import issue_access_token, read_access_token
from idp.protocol.userinfo import UserinfoSnapshot, decide_userinfo
from records.structs import replace
from tests.support.builders.acting import ENTERPRISE
from tests.support.builders.protocol import (
    CLIENT,
    CODE,
    GRANT,
    HEAD,
    NOW,
    PERSON,
    PROVIDER,
    STATE,
    claims_of,
    code_request,
    inspection,
    refresh_request,
)

SEALED = seal_acting(PROVIDER.sealer, record_of(PROVIDER, CLIENT, ENTERPRISE))
CLAIMS = acting_claims(PROVIDER, CLIENT, PersonId(PERSON), SEALED)
UNDER_MANDATE = replace(
    CODE, mandate_id=MandateId("mandate-1"), mandate_ends_at=NOW + timedelta(days=2), acting_sealed=SEALED
)
ACTING = replace(STATE, grant=replace(GRANT, mandate_id=MandateId("mandate-1"), acting_sealed=SEALED))


def said(claims: object) -> dict[str, object]:
    assert isinstance(claims, dict)
    return {name: value for name, value in claims.items() if name in {"act", "acting_for"}}


@pytest.mark.parametrize("scope", [("openid",), ("openid", "offline_access")])
@pytest.mark.parametrize("left", [timedelta(seconds=70), timedelta(hours=3), timedelta(days=2), timedelta(days=365)])
def test_a_grant_ends_when_its_mandate_does_or_before(scope: tuple[str, ...], left: timedelta) -> None:
    usual = timedelta(days=30) if "offline_access" in scope else timedelta(hours=12)
    code = replace(UNDER_MANDATE, scope=scope, mandate_ends_at=NOW + left)
    start = decide_token(PROVIDER, code_request(code=code)).effects[0]
    assert isinstance(start, StartGrant)
    assert start.grant.expires_at == NOW + min(left, usual)
    assert (start.grant.mandate_id, start.grant.acting_sealed) == ("mandate-1", SEALED)


def test_an_access_token_lives_no_longer_than_its_grant_and_says_so() -> None:
    code = replace(UNDER_MANDATE, mandate_ends_at=NOW + timedelta(seconds=70))
    body = decide_token(PROVIDER, code_request(code=code)).answer.body or {}
    assert body["expires_in"] == 70
    assert claims_of(body["access_token"])["exp"] == int((NOW + timedelta(seconds=70)).timestamp())


def test_both_tokens_of_a_code_say_for_whom() -> None:
    body = decide_token(PROVIDER, code_request(code=UNDER_MANDATE)).answer.body or {}
    assert said(claims_of(body["id_token"])) == said(claims_of(body["access_token"])) == CLAIMS


def test_a_refresh_keeps_what_was_said() -> None:
    body = decide_token(PROVIDER, refresh_request(state=ACTING)).answer.body or {}
    assert said(claims_of(body["id_token"])) == said(claims_of(body["access_token"])) == CLAIMS


def test_a_refresh_after_the_end_of_the_mandate_is_refused() -> None:
    decision = decide_token(PROVIDER, refresh_request(state=replace(ACTING, alive=False)))
    assert (decision.answer.status, decision.answer.error) == (400, "invalid_grant")


def test_userinfo_says_for_whom() -> None:
    token = read_access_token(PROVIDER, issue_access_token(PROVIDER, CLIENT, ("openid",), NOW, ACTING.grant).text, NOW)
    assert said(decide_userinfo(PROVIDER, UserinfoSnapshot(token, ACTING, CLIENT, NOW)).body) == CLAIMS


def test_introspection_says_for_whom_of_both_kinds_of_token() -> None:
    access = read_access_token(PROVIDER, issue_access_token(PROVIDER, CLIENT, ("openid",), NOW, ACTING.grant).text, NOW)
    assert access is not None
    for token in (access, HEAD):
        shown = PresentedToken(token, ACTING, token_revoked=False)
        assert said(decide_introspection(PROVIDER, inspection(shown)).answer.body) == CLAIMS
