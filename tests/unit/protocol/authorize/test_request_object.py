"""Signed request objects, each rule broken alone (RFC 9101; OIDC Core 6; FAPI 2.0 Message Signing 5.3.1)."""

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from contextlib import suppress

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import ECKey

from clients.model import Client, ClientId
from idp.protocol.authorize.checks import read_request
from idp.protocol.authorize.errors import PageError, RedirectError
from idp.protocol.authorize.request_object import carried_object, read_request_object
from idp.protocol.authorize.submitted import Provenance, SubmittedRequest
from idp.protocol.forms import Form, collect
from records.structs import replace
from tests.support.builders.protocol import (
    CLIENT,
    CLIENT_KEY,
    ISSUER,
    NOW,
    PROVIDER,
    authorize,
    client_rsa_key,
    form,
    public_jwks,
)
from tests.support.builders.request_objects import KEYED, request_object

SIGNING = replace(KEYED, require_signed_request_object=True)
AT = int(NOW.timestamp())
URN = "urn:ietf:params:oauth:request_uri:x"
# The last second that a datetime can hold: nothing can be added to it.
LAST_SECOND = 253402300799


def read(text: str, client: Client = KEYED, **beside: str) -> Form:
    sent = Form({"client_id": client.client_id, "request": text, **beside}, frozenset())
    return read_request_object(PROVIDER, client, sent, client.jwks or {}, NOW)


def refused(text: str, client: Client = KEYED, **beside: str) -> str:
    with pytest.raises(PageError) as caught:
        read(text, client, **beside)
    assert caught.value.code == "invalid_request_object"
    return caught.value.detail.removeprefix("The request object is not taken: ").removesuffix(".")


def test_rfc9101_4_what_is_signed_is_the_request() -> None:
    assert read(request_object(authorize().data)) == authorize()


def test_rfc9101_4_the_audience_is_this_provider_alone_or_among_others() -> None:
    for good in (ISSUER, [ISSUER], ["https://other.example", ISSUER]):
        assert read(request_object(authorize().data, {"aud": good})) == authorize()
    for wrong in (None, "", "https://other.example", ["https://other.example"], f"{ISSUER}/", [], {"aud": ISSUER}, 7):
        assert refused(request_object(authorize().data, {"aud": wrong})) == "aud does not name this provider"


@pytest.mark.parametrize("typ", [None, "JWT", "jwt", "oauth-authz-req+jwt", "application/oauth-authz-req+jwt"])
def test_rfc9101_10_8_the_type_is_a_request_objects_or_none(typ: str | None) -> None:
    assert read(request_object(authorize().data, header={"typ": typ})) == authorize()


@pytest.mark.parametrize("typ", ["at+jwt", "logout+jwt", "dpop+jwt", "client-authentication+jwt"])
def test_rfc9101_10_8_what_says_that_it_is_another_token_is_none(typ: str) -> None:
    assert refused(request_object(authorize().data, header={"typ": typ})) == "typ is not taken here"


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"client_id": "other"}, "client_id or iss is not the client"),
        ({"client_id": None}, "client_id or iss is not the client"),
        ({"client_id": ["portal"]}, "client_id or iss is not the client"),
        ({"iss": "other"}, "client_id or iss is not the client"),
        ({"iss": ["portal"]}, "client_id or iss is not the client"),
        ({"exp": AT - 10}, "it has expired"),
        ({"exp": 0}, "it has expired"),
        ({"exp": "soon"}, "a time is no number"),
        ({"exp": 1e300}, "a time is out of range"),
        ({"nbf": AT + 11}, "it is from the future"),
        ({"nbf": LAST_SECOND}, "it is from the future"),
        ({"nbf": True}, "a time is no number"),
        ({"sub": "portal"}, "it has a subject, as other tokens have"),
        ({"request": "a.b.c"}, "it refers to another"),
        ({"request_uri": URN}, "it refers to another"),
        ({"state": True}, "a parameter has another form than it has in a request: state"),
        ({"state": ["a"]}, "a parameter has another form than it has in a request: state"),
        ({"scope": ["openid"]}, "a parameter has another form than it has in a request: scope"),
        ({"max_age": 1.5}, "a parameter has another form than it has in a request: max_age"),
        ({"state": "a\0b"}, "a parameter holds a NUL character: state"),
    ],
    ids=str,
)
def test_rfc9101_4_and_6_1_one_wrong_claim_is_enough(changed: Mapping[str, object], reason: str) -> None:
    assert refused(request_object(authorize().data, changed)) == reason


@pytest.mark.parametrize(
    "changed", [{"iss": None}, {"nbf": None}, {"exp": None}, {"exp": AT - 9}, {"nbf": AT + 10}, {"exp": LAST_SECOND}]
)
def test_rfc9101_4_what_is_optional_may_be_left_out_and_clocks_may_be_off_a_little(
    changed: Mapping[str, object],
) -> None:
    assert read(request_object(authorize().data, changed)) == authorize()


def test_rfc9101_6_2_another_key_is_not_the_clients() -> None:
    thief = ECKey.generate_key("P-256", {"kid": "client-key-1"})
    assert refused(request_object(authorize().data, key=thief)) == "not a JWS, or its signature is wrong"
    unknown = request_object(authorize().data, header={"kid": "another"})
    assert refused(unknown) == "no registered key, or more than one, fits kid and alg"


@pytest.mark.parametrize("alg", ["none", "None", "nOnE", "", "HS256", "ES384", None, 7])
def test_rfc9101_10_1_a_request_without_a_signature_is_none(alg: object) -> None:
    head, claims = (
        urlsafe_b64encode(orjson.dumps(part)).rstrip(b"=").decode()
        for part in ({"alg": alg, "typ": "oauth-authz-req+jwt"}, {**authorize().data, "aud": ISSUER})
    )
    mac = hmac.digest(CLIENT_KEY.as_pem(private=False), f"{head}.{claims}".encode(), "sha256")
    for signature in ("", "AA", urlsafe_b64encode(mac).rstrip(b"=").decode()):
        assert refused(f"{head}.{claims}.{signature}") in {
            "alg is not taken of this client",
            "not a JWS, or its signature is wrong",
        }


def test_rfc9101_10_1_an_algorithm_that_is_registered_is_the_only_one() -> None:
    key = client_rsa_key()
    client = replace(CLIENT, jwks=public_jwks(key, CLIENT_KEY))
    by = {
        "ES256": request_object(authorize().data, header={"alg": "ES256"}),
        "RS256": request_object(authorize().data, header={"alg": "RS256"}, key=key),
        "PS256": request_object(authorize().data, header={"alg": "PS256"}, key=key),
    }
    for text in by.values():
        assert read(text, client) == authorize()
    for only in ("ES256", "RS256", "PS256"):
        chosen = replace(client, request_object_signing_alg=only)
        assert read(by[only], chosen) == authorize()
        assert {refused(text, chosen) for alg, text in by.items() if alg != only} == {"alg is not taken of this client"}


def test_fapi2_5_4_1_a_client_of_the_profile_signs_by_no_rs256() -> None:
    key = client_rsa_key()
    client = replace(CLIENT, jwks=public_jwks(key), security_profile="fapi2")
    assert read(request_object(authorize().data, header={"alg": "PS256"}, key=key), client) == authorize()
    text = request_object(authorize().data, header={"alg": "RS256"}, key=key)
    assert refused(text, client) == "alg is not taken of this client"


def test_rfc8725_3_10_a_key_that_the_object_brings_is_not_looked_at() -> None:
    thief = ECKey.generate_key("P-256")
    text = request_object(authorize().data, header={"jwk": thief.as_dict(private=False)}, key=thief)
    assert refused(text) == "a forbidden header member"


@pytest.mark.parametrize(
    ("changed", "good"),
    [
        ({}, True),
        # The modules of the certification plan: eight seconds ahead, an hour old, an hour long.
        ({"nbf": AT + 8}, True),
        ({"nbf": AT - 3600, "exp": AT}, True),
        ({"nbf": AT, "exp": AT + 3600}, True),
        ({"nbf": None}, False),
        ({"exp": None}, False),
        ({"nbf": AT - 3601, "exp": AT - 1}, False),
        ({"nbf": AT - 3601, "exp": AT + 1}, False),
        ({"exp": AT + 3601}, False),
        ({"nbf": AT + 61}, False),
        ({"exp": LAST_SECOND}, False),
    ],
    ids=str,
)
@pytest.mark.parametrize("client", [SIGNING, replace(KEYED, security_profile="fapi2")], ids=["signing", "fapi2"])
def test_fapi2_message_signing_5_3_1_an_object_is_young_and_short_lived(
    client: Client, changed: Mapping[str, object], *, good: bool
) -> None:
    text = request_object(authorize().data, changed)
    if good:
        assert read(text, client) == authorize()
    else:
        assert refused(text, client)


def test_oidc_core_6_1_numbers_and_objects_are_read_as_parameters() -> None:
    found = read(request_object({**authorize().data, "max_age": 60, "claims": {"userinfo": {"name": None}}}))
    assert (found.get("max_age"), found.get("claims")) == ("60", '{"userinfo":{"name":null}}')


def test_what_nobody_reads_is_ignored_whatever_it_is() -> None:
    assert read(request_object({**authorize().data, "unknown": [True, None], "jti": "j", "iat": AT})) == authorize()


def test_an_object_that_is_nested_too_deep_is_refused_like_any_other() -> None:
    nested = b'{"a":' * 300 + b"1" + b"}" * 300
    said = orjson.dumps({**authorize().data, "aud": ISSUER})[:-1] + b',"claims":' + nested + b"}"
    assert refused(jws.serialize_compact({"alg": "ES256"}, said, CLIENT_KEY)) == "an object is nested too deep"
    deep = b'{"client_id":' + b"[" * 2000 + b"]" * 2000 + b"}"
    text = jws.serialize_compact({"alg": "ES256"}, deep, CLIENT_KEY)
    assert refused(text) == "not a JWS, or its signature is wrong"


def test_a_request_object_is_not_large() -> None:
    assert refused(request_object(authorize().data, {"unknown": "x" * 8192})) == "too long, or not ASCII"
    assert read(request_object(authorize().data, {"unknown": "x" * 4096})) == authorize()


def test_oidc_core_6_1_what_stands_beside_the_object_does_not_contradict_it() -> None:
    text = request_object(authorize().data)
    assert read(text, response_type="code", scope="openid", state="outside", nonce="outside") == authorize()
    assert refused(text, response_type="code id_token") == "response_type beside it is another"
    assert refused(text, scope="profile") == "scope beside it differs in openid"
    plain = request_object({**authorize().data, "scope": "profile"})
    assert refused(plain, scope="openid profile") == "scope beside it differs in openid"
    assert read(plain, scope="profile").get("scope") == "profile"


def test_rfc9101_5_an_object_stands_alone_and_is_a_client_with_keys() -> None:
    sent = form(client_id="portal", request="a.b.c")
    assert carried_object(KEYED, sent) == "a.b.c"
    assert carried_object(replace(CLIENT, jwks_uri="https://portal.example/jwks"), sent) == "a.b.c"
    assert carried_object(CLIENT, sent) is None
    assert carried_object(replace(KEYED, disabled_at=NOW), sent) is None
    assert carried_object(KEYED, form(client_id="portal", request="a.b.c", request_uri=URN)) is None
    assert carried_object(KEYED, collect([*sent.data.items(), ("request", "d.e.f")])) is None
    assert carried_object(KEYED, collect([*sent.data.items(), ("client_id", "other")])) is None


@pytest.mark.parametrize(
    ("beside", "error"),
    [
        ({"request": "a.b.c"}, "request_not_supported"),
        ({"request_uri": "https://portal.example/r"}, "request_uri_not_supported"),
        ({"request": "a.b.c", "request_uri": "https://portal.example/r"}, "invalid_request"),
        ({"request": "a.b.c", "request_uri": URN}, "invalid_request"),
    ],
)
def test_rfc9101_5_what_was_not_read_is_refused_by_name(beside: dict[str, str], error: str) -> None:
    with pytest.raises(RedirectError) as caught:
        read_request(PROVIDER, SubmittedRequest(CLIENT, authorize(beside)), NOW)
    assert caught.value.code == error


def test_rfc9101_10_5_a_client_that_signs_is_taken_by_its_objects_alone() -> None:
    for provenance in (Provenance.PLAIN, Provenance.PUSHED):
        with pytest.raises(RedirectError) as caught:
            read_request(PROVIDER, SubmittedRequest(SIGNING, authorize(), provenance), NOW)
        assert caught.value.code == "invalid_request"
    for provenance in (Provenance.SIGNED, Provenance.SIGNED_AND_PUSHED):
        assert read_request(PROVIDER, SubmittedRequest(SIGNING, authorize(), provenance), NOW).client is SIGNING


def test_rfc9126_6_a_signature_is_no_push() -> None:
    pushing = replace(KEYED, require_pushed_authorization_requests=True)
    with pytest.raises(RedirectError) as caught:
        read_request(PROVIDER, SubmittedRequest(pushing, authorize(), Provenance.SIGNED), NOW)
    assert caught.value.code == "invalid_request"
    both = SubmittedRequest(pushing, authorize(), Provenance.SIGNED_AND_PUSHED)
    assert read_request(PROVIDER, both, NOW).client is pushing


def test_rfc9101_6_2_the_object_of_one_client_is_not_anothers() -> None:
    other = replace(KEYED, client_id=ClientId("other"))
    assert refused(request_object(authorize().data), other) == "client_id or iss is not the client"


@given(
    st.dictionaries(
        st.sampled_from(["client_id", "scope", "exp", "nbf", "aud", "claims", "max_age", "state", "request", "x"]),
        st.recursive(
            st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False) | st.text(),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
            max_leaves=8,
        ),
    )
)
def test_whatever_a_client_signs_is_read_or_refused(changed: Mapping[str, object]) -> None:
    try:
        text = request_object(authorize().data, changed)
    except (TypeError, ValueError):
        # orjson writes no lone surrogate, so no client can send one in this way.
        return
    with suppress(PageError):
        assert all("\0" not in value for value in read(text).data.values())


@given(st.text() | st.binary().map(lambda raw: raw.decode("latin-1")))
def test_whatever_a_stranger_sends_for_an_object_is_refused(text: str) -> None:
    assert refused(text)


def test_rfc8707_2_several_resources_are_a_list_in_what_is_signed() -> None:
    one, two = "https://records.example/api", "https://archive.example/api"
    assert read(request_object(authorize().data, {"resource": [one, two]})).words("resource") == (one, two)
    assert read(request_object(authorize().data, {"resource": one})).words("resource") == (one,)
    # A space is in no URI: it makes no second resource.
    assert len(read(request_object(authorize().data, {"resource": f"{one} {two}"})).words("resource")) == 1
    for wrong in ({"a": one}, 1, True, [one, 2], [[one]]):
        assert "resource" in refused(request_object(authorize().data, {"resource": wrong}))
