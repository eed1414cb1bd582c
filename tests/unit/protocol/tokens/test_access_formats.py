"""Access tokens as the client has them, and that none of our tokens passes for another kind (RFC 8725 3.11)."""

from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.errors import RuleBrokenError
from clients.fields import as_absolute_uri
from clients.model import Client
from idp.protocol.authorize.checks import read_request
from idp.protocol.authorize.errors import PageError, RedirectError
from idp.protocol.authorize.submitted import SubmittedRequest
from idp.protocol.introspection import PresentedToken, decide_introspection
from idp.protocol.legacy.tokens import hinted_grant
from idp.protocol.logout import make_logout_token, read_logout_request
from idp.protocol.tokens.access_formats import OPAQUE_PREFIX
from idp.protocol.tokens.issued import issue_access_token, issue_id_token, read_access_token
from idp.protocol.tokens.kinds import is_access_token, is_id_token
from idp.protocol.tokens.signed_answers import introspection_answer, userinfo_answer
from idp.protocol.userinfo import UserinfoSnapshot, decide_userinfo
from records.structs import replace
from tests.support.builders.protocol import (
    CLIENT,
    GRANT,
    NOW,
    PROVIDER,
    SESSION,
    STATE,
    authorize,
    claims_of,
    form,
    header_of,
    inspection,
)

RESOURCE = "https://records.example/api"
OPAQUE = replace(CLIENT, access_token_format="opaque")
PLAIN = replace(CLIENT, access_token_type_jwt_until=date(2026, 12, 31), resource=RESOURCE)
SCOPE = ("openid", "profile")


def access(client: Client = CLIENT, *, own: bool = False) -> str:
    return issue_access_token(PROVIDER, client, SCOPE, NOW, None if own else GRANT).text


def id_token(client: Client = CLIENT, **claims: object) -> str:
    return issue_id_token(PROVIDER, client, GRANT, NOW, access_token="a", nonce=None, personal=claims)


def test_rfc9068_2_1_a_jwt_access_token_says_that_it_is_one() -> None:
    assert header_of(access())["typ"] == "at+jwt"
    assert "token_use" not in claims_of(access())


def test_by_a_dated_exception_it_says_jwt_and_a_claim_says_what_it_is() -> None:
    assert header_of(access(PLAIN))["typ"] == "JWT"
    assert {**claims_of(access(PLAIN)), "jti": ""} == {
        **claims_of(access(replace(PLAIN, access_token_type_jwt_until=None))),
        "jti": "",
        "token_use": "access",
    }
    over = replace(PLAIN, access_token_type_jwt_until=date(2026, 11, 23))
    assert header_of(access(over))["typ"] == "at+jwt"


@pytest.mark.parametrize("own", [False, True])
@pytest.mark.parametrize("client", [CLIENT, OPAQUE, PLAIN])
def test_whatever_its_form_an_access_token_is_read_with_the_same_content(client: Client, *, own: bool) -> None:
    read = read_access_token(PROVIDER, access(client, own=own), NOW)
    assert read is not None
    assert (read.client_id, read.scope, read.grant_id) == ("portal", SCOPE, None if own else GRANT.id)
    assert read.expires_at == int((NOW + timedelta(minutes=5)).timestamp())


def test_an_opaque_token_tells_whoever_has_it_nothing_and_introspection_everything() -> None:
    text = access(OPAQUE)
    assert text.startswith(OPAQUE_PREFIX)
    assert text.count(".") == 0
    for secret in (GRANT.id, "portal", "openid", "loa2"):
        assert secret not in text
    read = read_access_token(PROVIDER, text, NOW)
    assert read is not None
    answer = decide_introspection(PROVIDER, inspection(PresentedToken(read, STATE, token_revoked=False))).answer
    assert dict(answer.body or {})["sub"] == claims_of(access())["sub"]
    assert dict(answer.body or {})["scope"] == "openid profile"
    assert decide_userinfo(PROVIDER, UserinfoSnapshot(read, STATE, OPAQUE, NOW)).status == 200
    assert access(OPAQUE) != access(OPAQUE)


@given(st.data())
def test_cr_13_an_opaque_token_that_was_changed_is_none_of_ours(data: st.DataObject) -> None:
    text = access(OPAQUE)
    place = data.draw(st.integers(len(OPAQUE_PREFIX), len(text) - 1))
    letter = data.draw(st.sampled_from("ABCDabcd0189-_=.é ").filter(lambda one: one != text[place]))
    changed = data.draw(
        st.sampled_from(
            [text[:place] + letter + text[place + 1 :], text[:-1], text + "A", text + "=", text.swapcase(), text[7:]]
        )
    )
    assert read_access_token(PROVIDER, changed, NOW) is None


@pytest.mark.parametrize(
    "text", [OPAQUE_PREFIX, OPAQUE_PREFIX + "A" * 9000, OPAQUE_PREFIX + "!!", "", "nso_at", "\udfff"]
)
def test_what_only_begins_like_one_is_none(text: str) -> None:
    assert read_access_token(PROVIDER, text, NOW) is None


def test_what_else_is_sealed_for_a_browser_or_the_store_is_no_access_token() -> None:
    body = b'{"jti":"x.y","client_id":"portal","exp":9999999999}'
    for sealed in (
        PROVIDER.sealer.shown().seal(body, "resume"),
        PROVIDER.sealer.seal(body, "access_token"),
    ):
        text = OPAQUE_PREFIX + urlsafe_b64encode(sealed).rstrip(b"=").decode()
        assert read_access_token(PROVIDER, text, NOW) is None
    right = PROVIDER.sealer.shown().seal(body, "access_token")
    assert read_access_token(PROVIDER, OPAQUE_PREFIX + urlsafe_b64encode(right).rstrip(b"=").decode(), NOW) is not None


def logout_token() -> str:
    return make_logout_token(PROVIDER, CLIENT, GRANT.person_id, SESSION.id, NOW)


def signed_userinfo() -> str:
    signing = replace(CLIENT, userinfo_signed_response_alg="ES256")
    return userinfo_answer(PROVIDER, signing, {"sub": "s", "token_use": "access"}, {}, NOW).jwt or ""


def signed_introspection() -> str:
    read = read_access_token(PROVIDER, access(), NOW)
    assert read is not None
    decision = decide_introspection(PROVIDER, inspection(PresentedToken(read, STATE, token_revoked=False)))
    return introspection_answer(PROVIDER, CLIENT, decision.answer, NOW).jwt or ""


KINDS: dict[str, Callable[[], str]] = {
    "access token": access,
    "access token of the type JWT": lambda: access(PLAIN),
    "client's own token of the type JWT": lambda: access(PLAIN, own=True),
    "opaque access token": lambda: access(OPAQUE),
    "ID token": id_token,
    "ID token with claims of a person": lambda: id_token(
        name="x", token_use="access", scope="openid", client_id="portal"
    ),
    "logout token": logout_token,
    "userinfo": signed_userinfo,
    "introspection": signed_introspection,
}
ID_TOKENS = {kind for kind in KINDS if kind.startswith("ID token")}
ACCESS_TOKENS = {kind for kind in KINDS if "token of the type JWT" in kind or kind.endswith("access token")}


@pytest.mark.parametrize("kind", KINDS)
def test_rfc8725_3_11_only_access_tokens_are_taken_for_access_tokens(kind: str) -> None:
    assert (read_access_token(PROVIDER, KINDS[kind](), NOW) is not None) is (kind in ACCESS_TOKENS)


@pytest.mark.parametrize("kind", KINDS)
def test_rfc8725_3_11_only_id_tokens_are_taken_for_hints(kind: str) -> None:
    token = KINDS[kind]()
    client = PLAIN if "type JWT" in kind else CLIENT
    if kind in ID_TOKENS:
        assert read_request(PROVIDER, SubmittedRequest(CLIENT, authorize(id_token_hint=token)), NOW).hinted_subject
        assert read_logout_request(PROVIDER, form(id_token_hint=token), {"portal": CLIENT}.get).client == CLIENT
        assert hinted_grant(PROVIDER, token) == GRANT.id
        return
    with pytest.raises(RedirectError) as caught:
        read_request(PROVIDER, SubmittedRequest(client, authorize(id_token_hint=token)), NOW)
    assert caught.value.code == "invalid_request"
    with pytest.raises(PageError):
        read_logout_request(PROVIDER, form(id_token_hint=token), {"portal": client}.get)
    assert hinted_grant(PROVIDER, token) is None


def test_no_token_is_of_two_kinds() -> None:
    for make in KINDS.values():
        verified = PROVIDER.verifier.verify_hint(make())
        assert verified is None or not (is_access_token(verified) and is_id_token(verified))


def test_rfc8725_3_9_the_audience_tells_an_access_token_of_the_type_jwt_from_an_id_token_for_others_too() -> None:
    """Whoever knows its own name refuses the other: an RP its client id, a resource server its address."""
    told, shown = claims_of(access(PLAIN))["aud"], claims_of(id_token(PLAIN))["aud"]
    assert told == [PROVIDER.issuer, RESOURCE]
    assert shown == PLAIN.client_id
    # No id of a client is an absolute URI, which a resource is (clients/metadata.py).
    assert as_absolute_uri(RESOURCE) == RESOURCE
    with pytest.raises(RuleBrokenError):
        as_absolute_uri(PLAIN.client_id)
