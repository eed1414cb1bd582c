"""Client authentication: one method, the registered one, and one answer for every failure."""

from base64 import b64encode
from datetime import timedelta

import orjson
import pytest
from authlib.oauth2.rfc6749.errors import InvalidClientError, InvalidRequestError
from joserfc import jws

from clients.client_secret import hash_secret
from clients.model import AuthMethod, Client, ClientId, ClientSecret
from idp.protocol.answers import Answer
from idp.protocol.client_auth.authentication import Credentials, authenticate, read_credentials
from idp.protocol.client_auth.private_key_jwt import ASSERTION_TYPE
from idp.protocol.decider import answer_of
from idp.protocol.forms import Form
from records.structs import replace
from tests.support.builders.protocol import (
    CLIENT,
    CLIENT_KEY,
    ISSUER,
    NOW,
    PROVIDER,
    SECRET,
    basic,
    credentials_of,
    form,
    public_jwks,
)

POST = replace(CLIENT, token_endpoint_auth_method="client_secret_post")
PUBLIC = replace(CLIENT, token_endpoint_auth_method="none", secrets=())


def raw_basic(joined: bytes) -> str:
    return "Basic " + b64encode(joined).decode()


def answer_to(client: Client | None, credentials: Credentials) -> Answer:
    with pytest.raises(InvalidClientError) as caught:
        authenticate(PROVIDER, client, credentials, {}, NOW)
    return answer_of(caught.value)


@pytest.mark.parametrize("client", [CLIENT, POST, PUBLIC], ids=lambda client: str(client.token_endpoint_auth_method))
def test_oidc_core_9_each_method_proves_the_client_that_registered_it(client: Client) -> None:
    proven = authenticate(PROVIDER, client, credentials_of(client), {}, NOW)
    assert (proven.client, proven.assertion) == (client, None)


def test_oidc_core_9_a_client_that_signs_is_proven_by_its_assertion() -> None:
    jwks = public_jwks(CLIENT_KEY)
    signer = replace(CLIENT, token_endpoint_auth_method="private_key_jwt", jwks=jwks, secrets=())
    claims = {"iss": "portal", "sub": "portal", "aud": ISSUER, "jti": "j", "exp": int(NOW.timestamp()) + 60}
    text = jws.serialize_compact({"alg": "ES256"}, orjson.dumps(claims), CLIENT_KEY)
    shown = read_credentials(form(client_assertion_type=ASSERTION_TYPE, client_assertion=text), None)
    assert shown == Credentials("private_key_jwt", ClientId("portal"), assertion=text)
    proven = authenticate(PROVIDER, signer, shown, jwks, NOW)
    assert proven.client is signer
    assert proven.assertion is not None
    assert proven.assertion.jti == "j"
    # Without the registered key the same assertion proves nothing.
    assert answer_to(signer, shown).error == "invalid_client"


@pytest.mark.parametrize(
    "registered", [CLIENT, POST, PUBLIC], ids=lambda client: str(client.token_endpoint_auth_method)
)
@pytest.mark.parametrize("used", [CLIENT, POST, PUBLIC], ids=lambda client: str(client.token_endpoint_auth_method))
def test_oidc_core_9_no_method_but_the_registered_one_is_accepted(registered: Client, used: Client) -> None:
    registered = replace(registered, secrets=CLIENT.secrets)
    if registered.token_endpoint_auth_method == used.token_endpoint_auth_method:
        assert authenticate(PROVIDER, registered, credentials_of(used), {}, NOW).client is registered
    else:
        assert answer_to(registered, credentials_of(used)).error == "invalid_client"


def test_a_client_of_another_method_does_not_get_in_with_private_key_jwt() -> None:
    shown = Credentials("private_key_jwt", CLIENT.client_id, assertion="x.y.z")
    assert answer_to(CLIENT, shown).error == "invalid_client"


@pytest.mark.parametrize(
    ("fields", "header"),
    [
        ({"client_secret": SECRET, "client_id": "portal"}, basic(ClientId("portal"), SECRET)),
        ({"client_assertion": "x.y.z", "client_assertion_type": ASSERTION_TYPE}, basic(ClientId("portal"), SECRET)),
        ({"client_assertion_type": ASSERTION_TYPE}, basic(ClientId("portal"), SECRET)),
        ({"client_assertion": "x.y.z", "client_assertion_type": ASSERTION_TYPE, "client_secret": SECRET}, None),
        ({"client_secret": SECRET}, "Bearer token"),
    ],
)
def test_rfc6749_2_3_two_methods_in_one_request_are_refused(fields: dict[str, str], header: str | None) -> None:
    with pytest.raises(InvalidRequestError) as caught:
        read_credentials(form(**fields), header)
    answer = answer_of(caught.value)
    assert (answer.status, answer.error) == (400, "invalid_request")


def test_rfc6749_2_3_an_empty_secret_beside_basic_is_no_second_method() -> None:
    shown = read_credentials(form(client_secret=""), basic(ClientId("portal"), SECRET))
    assert shown.method == "client_secret_basic"


def test_a_client_id_that_contradicts_the_credentials_is_refused() -> None:
    with pytest.raises(InvalidRequestError, match="contradicts"):
        read_credentials(form(client_id="bank"), basic(ClientId("portal"), SECRET))
    assert read_credentials(form(client_id="portal"), basic(ClientId("portal"), SECRET)).client_id == "portal"


@pytest.mark.parametrize(
    "fields",
    [
        {"client_assertion": "x.y.z"},
        {"client_assertion_type": ASSERTION_TYPE},
        {"client_assertion": "x.y.z", "client_assertion_type": "urn:other"},
    ],
)
def test_rfc7521_4_2_an_assertion_and_its_type_belong_together(fields: dict[str, str]) -> None:
    with pytest.raises(InvalidRequestError, match="belong together"):
        read_credentials(form(**fields), None)


def test_rfc6749_2_3_1_both_halves_of_basic_are_form_decoded() -> None:
    shown = read_credentials(form(), basic(ClientId("cổng:1"), "a b+c%:é"))
    assert (shown.client_id, shown.secret) == ("cổng:1", "a b+c%:é")


@pytest.mark.parametrize(
    "header",
    [
        raw_basic(b"portal"),
        "Basic !!!",
        "Basic cG9ydGFs cG9ydGFs",
        "Basic cG9ydGFsOng",
        "Basic",
        "Basic é",
        basic(ClientId("portal"), SECRET)[:10] + "!" + basic(ClientId("portal"), SECRET)[10:],
        "",
        "Bearer " + SECRET,
        raw_basic(b"portal:\xff\xfe"),
        raw_basic(b"portal:%FF"),
        raw_basic(b"portal:%"),
        raw_basic(b"portal:%G0"),
        raw_basic(b"portal:a%0"),
        raw_basic(b"portal:\0"),
        raw_basic(b"portal%00:" + SECRET.encode()),
        raw_basic(b"portal:" + b"x" * 65536),
    ],
    ids=[
        "no colon",
        "no base64",
        "space inside",
        "no padding",
        "scheme only",
        "not ASCII",
        "a letter that is not of base64",
        "empty",
        "another scheme",
        "not UTF-8",
        "encoded, not UTF-8",
        "lone percent",
        "percent without hexadecimal",
        "percent cut short",
        "NUL",
        "encoded NUL",
        "64 KB",
    ],
)
def test_ca_9_a_loosely_written_basic_header_is_refused_with_401(header: str) -> None:
    with pytest.raises(InvalidClientError) as caught:
        read_credentials(form(), header)
    answer = answer_of(caught.value)
    assert (answer.status, answer.error) == (401, "invalid_client")


@pytest.mark.parametrize("scheme", ["basic", "BASIC", "Basic"])
def test_rfc7617_2_the_name_of_the_scheme_has_no_case(scheme: str) -> None:
    header = scheme + basic(ClientId("portal"), SECRET).removeprefix("Basic")
    assert read_credentials(form(), header).secret == SECRET


@pytest.mark.parametrize(
    ("client", "shown"),
    [
        (None, Credentials("client_secret_basic", ClientId("nobody"), SECRET)),
        (replace(CLIENT, disabled_at=NOW), Credentials("client_secret_basic", ClientId("portal"), SECRET)),
        (CLIENT, Credentials("client_secret_basic", ClientId("portal"), "wrong")),
        (CLIENT, Credentials("client_secret_basic", ClientId("portal"), "")),
        (CLIENT, Credentials("client_secret_basic", ClientId("portal"), SECRET + "x")),
        (CLIENT, Credentials("client_secret_basic", ClientId("bank"), SECRET)),
        (CLIENT, Credentials("client_secret_post", ClientId("portal"), SECRET)),
        (CLIENT, Credentials("none", ClientId("portal"))),
        (CLIENT, Credentials("none", None)),
    ],
    ids=["unknown", "disabled", "wrong", "empty", "longer", "of another", "wrong method", "nothing", "no id"],
)
def test_from_outside_every_failed_authentication_looks_the_same(client: Client | None, shown: Credentials) -> None:
    assert answer_to(client, shown) == Answer(
        401,
        {"error": "invalid_client", "error_description": "Client authentication failed."},
        {"Cache-Control": "no-store", "Pragma": "no-cache", "WWW-Authenticate": 'Basic realm="token"'},
    )


def test_during_a_rotation_both_secrets_work_and_afterwards_the_new_one_only() -> None:
    pepper = PROVIDER.client_secret_hash.key
    old = ClientSecret(hash_secret("old", pepper), NOW, expires_at=NOW + timedelta(seconds=1))
    client = replace(CLIENT, secrets=(old, *CLIENT.secrets))
    shown = Credentials("client_secret_basic", ClientId("portal"), "old")
    assert authenticate(PROVIDER, client, shown, {}, NOW).client is client
    with pytest.raises(InvalidClientError):
        authenticate(PROVIDER, client, shown, {}, NOW + timedelta(seconds=1))
    late = authenticate(PROVIDER, client, credentials_of(CLIENT), {}, NOW + timedelta(days=9))
    assert late.client is client


def test_credentials_never_print_their_secret() -> None:
    shown = Credentials("client_secret_post", ClientId("portal"), secret="canary-1", assertion="canary-2")
    assert "canary" not in repr(shown)


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post", "private_key_jwt"])
def test_naming_a_confidential_client_proves_nothing(method: AuthMethod) -> None:
    client = replace(CLIENT, token_endpoint_auth_method=method)
    shown = read_credentials(Form({"client_id": "portal"}, frozenset()), None)
    assert shown == Credentials("none", ClientId("portal"))
    assert answer_to(client, shown).status == 401
