"""What a provider publishes, what it is told to redeem a code, and the file that names providers."""

from base64 import b64decode
from pathlib import Path
from urllib.parse import parse_qs

import orjson
import pytest
import yaml
from joserfc import jwt
from joserfc.jwk import ECKey

from idp.kernel.secrets import Secret
from idp.sign_in.levels import FACTORS
from idp.upstream.errors import ProvidersFileError, UpstreamRefusedError, Why
from idp.upstream.metadata import discovery_address, read_keys, read_metadata
from idp.upstream.model import Trust
from idp.upstream.providers_file import read_providers
from idp.upstream.tokens import read_token_answer, token_request
from records.structs import replace
from tests.unit.upstream.builders import ATTEMPT, ISSUER, KEY, METADATA, NOW, PROVIDER

DOCUMENT = {
    "issuer": ISSUER,
    "authorization_endpoint": f"{ISSUER}/auth",
    "token_endpoint": f"{ISSUER}/token",
    "jwks_uri": f"{ISSUER}/certs",
    "end_session_endpoint": f"{ISSUER}/logout",
    "authorization_response_iss_parameter_supported": True,
}
ENTRY: dict[str, object] = {
    "id": "vneid",
    "name": {"vi": "VNeID", "en": "VNeID"},
    "issuer": ISSUER,
    "client_id": "cong",
    "client_secret_file": "secret",
    "trust": "proved_identity",
    "factors": {"1": ["pwd"]},
}


def test_oidc_discovery_4_1_the_document_is_below_the_issuer() -> None:
    assert discovery_address(PROVIDER) == f"{ISSUER}/.well-known/openid-configuration"
    assert read_metadata(PROVIDER, orjson.dumps(DOCUMENT)) == METADATA


@pytest.mark.parametrize(
    "changed",
    [
        {"issuer": f"{ISSUER}/"},
        {"authorization_endpoint": "https://evil.example/auth"},
        {"token_endpoint": "http://dinhdanh.example/token"},
        {"token_endpoint": "https://dinhdanh.example.evil.example/token"},
        {"token_endpoint": "https://dinhdanh.example@evil.example/token"},
        {"jwks_uri": 7},
        {"jwks_uri": None},
        {"end_session_endpoint": "https://evil.example/logout"},
    ],
    ids=str,
)
def test_oidc_discovery_4_3_another_issuer_or_a_strange_origin_is_refused(changed: dict[str, object]) -> None:
    with pytest.raises(UpstreamRefusedError):
        read_metadata(PROVIDER, orjson.dumps({**DOCUMENT, **changed}))


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"\xff", b"{", b"[" * 5000])
def test_what_is_no_document_is_refused(body: bytes) -> None:
    with pytest.raises(UpstreamRefusedError):
        read_metadata(PROVIDER, body)
    with pytest.raises(UpstreamRefusedError):
        read_keys(body)


def test_only_public_signing_keys_of_known_kinds_are_kept() -> None:
    good = KEY.as_dict(private=False)
    bad = [KEY.as_dict(private=True), {**good, "use": "enc"}, {"kty": "oct", "k": "AAAA"}, "no key", {}]
    assert [key["kid"] for key in read_keys(orjson.dumps({"keys": [*bad, good]}))] == ["one"]


def test_rfc6749_2_3_1_the_secret_goes_into_the_header_and_the_verifier_into_the_form() -> None:
    provider = replace(PROVIDER, client_id="a:b", client_secret=Secret("c d"))
    request = token_request(provider, METADATA, ATTEMPT, code="x", callback="https://us/cb", now=NOW)
    assert b64decode(request.authorization.removeprefix("Basic ")) == b"a%3Ab:c+d"
    form = parse_qs(request.body.decode())
    assert (form["code_verifier"], form["redirect_uri"]) == ([ATTEMPT.verifier], ["https://us/cb"])
    assert "client_secret" not in form
    assert ATTEMPT.verifier not in repr(request)


def test_rfc7523_3_with_a_key_we_sign_who_we_are_for_this_issuer_alone() -> None:
    key = ECKey.generate_key("P-256")
    pem = Secret(key.as_pem(private=True).decode())
    provider = replace(PROVIDER, client_secret=None, private_key_pem=pem, private_key_id="ours")
    request = token_request(provider, METADATA, ATTEMPT, code="x", callback="https://us/cb", now=NOW)
    form = parse_qs(request.body.decode())
    assertion = jwt.decode(form["client_assertion"][0], key, algorithms=["ES256"])
    assert assertion.header["kid"] == "ours"
    assert (assertion.claims["aud"], assertion.claims["sub"]) == (ISSUER, "cong")
    assert request.authorization == ""


@pytest.mark.parametrize(
    ("status", "body", "why"),
    [
        (400, b'{"error":"invalid_grant"}', Why.FAILED),
        (503, b"", Why.UNREACHABLE),
        (200, b"<html>", Why.UNREACHABLE),
        (200, b'{"access_token":"x"}', Why.FAILED),
        (200, b'{"id_token":7}', Why.FAILED),
        (302, b"", Why.FAILED),
    ],
)
def test_a_token_answer_without_an_id_token_is_refused(status: int, body: bytes, why: Why) -> None:
    with pytest.raises(UpstreamRefusedError) as error:
        read_token_answer(status, body)
    assert error.value.why is why


def written(folder: Path, *entries: object) -> Path:
    (folder / "secret").write_text("a secret of the tests\n")
    path = folder / "upstreams.yaml"
    path.write_text(yaml.safe_dump({"upstreams": list(entries)}))
    return path


def test_a_file_is_read_with_its_defaults(tmp_path: Path) -> None:
    (provider,) = read_providers(written(tmp_path, ENTRY), FACTORS)
    assert provider.client_secret is not None
    assert provider.client_secret.reveal() == "a secret of the tests"
    assert (provider.trust, provider.scopes, provider.reuse) == (Trust.PROVED_IDENTITY, ("openid",), frozenset())
    assert provider.claims.number == "preferred_username"


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"id": "VNeID"}, "id"),
        ({"name": {"vi": "VNeID"}}, "name"),
        ({"issuer": "http://dinhdanh.example"}, "issuer"),
        ({"issuer": "https://a@dinhdanh.example"}, "issuer"),
        ({"trust": "total"}, "trust"),
        ({"factors": {}}, "factors"),
        ({"factors": {"1": ["magic"]}}, "magic"),
        ({"reuse": ["everything"]}, "everything"),
        ({"algorithms": ["HS256"]}, "HS256"),
        ({"scopes": ["profile"]}, "scopes"),
        ({"client_secret_file": "missing"}, "client_secret_file"),
        ({"private_key_file": "secret"}, "either"),
        ({"clock_tolerance_seconds": 301}, "clock_tolerance_seconds"),
        ({"max_age_seconds": True}, "max_age_seconds"),
        ({"claims": {"mail": "email"}}, "claims"),
        ({"surprise": 1}, "surprise"),
    ],
    ids=str,
)
def test_one_wrong_member_is_refused_by_name(tmp_path: Path, changed: dict[str, object], named: str) -> None:
    with pytest.raises(ProvidersFileError, match=named):
        read_providers(written(tmp_path, {**ENTRY, **changed}), FACTORS)


def test_two_providers_of_one_name_or_one_issuer_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ProvidersFileError, match="same id"):
        read_providers(written(tmp_path, ENTRY, {**ENTRY, "issuer": "https://other.example"}), FACTORS)
    with pytest.raises(ProvidersFileError, match="same issuer"):
        read_providers(written(tmp_path, ENTRY, {**ENTRY, "id": "other"}), FACTORS)


@pytest.mark.parametrize("text", ["", "upstreams: []", "upstreams: 7", "upstreams: [7]", "{", "[]"])
def test_what_is_no_file_of_providers_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "upstreams.yaml"
    path.write_text(text)
    with pytest.raises(ProvidersFileError):
        read_providers(path, FACTORS)
