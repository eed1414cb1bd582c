"""client_secret_jwt: a MAC by the secret that was made here, each wrong thing alone (RFC 7523 3, OIDC Core 9)."""

from datetime import timedelta

import orjson
import pytest
from authlib.oauth2.rfc6749.errors import InvalidClientError
from joserfc import jws
from joserfc.jwk import OctKey

from clients.client_secret import new_client_secret
from clients.model import Client, ClientSecret
from idp.protocol.client_auth.authentication import authenticate, claim_of_assertion, read_credentials
from idp.protocol.client_auth.client_secret_jwt import verify_by_secret
from idp.protocol.client_auth.private_key_jwt import ASSERTION_TYPE, BadAssertionError
from records.structs import replace
from tests.support.builders.protocol import CLIENT, CLIENT_KEY, ISSUER, NOW, PROVIDER, form, public_jwks

PEPPER = PROVIDER.client_secret_hash.key
SECRET, KEPT = new_client_secret("client_secret_jwt", PEPPER, NOW)
OTHER, OTHER_KEPT = new_client_secret("client_secret_jwt", PEPPER, NOW)
MACED = replace(CLIENT, token_endpoint_auth_method="client_secret_jwt", secrets=(KEPT,))
KEYED = replace(CLIENT, token_endpoint_auth_method="private_key_jwt", jwks=public_jwks(CLIENT_KEY), secrets=(KEPT,))
STAMP = int(NOW.timestamp())
GOOD: dict[str, object] = {"iss": "portal", "sub": "portal", "aud": ISSUER, "jti": "j1", "exp": STAMP + 60}
MACS = ["HS256", "HS384", "HS512"]


def maced(claims: dict[str, object], secret: str | bytes = SECRET, alg: str = "HS256", **header: object) -> str:
    key = OctKey.import_key(secret)
    return jws.serialize_compact({"alg": alg, **header}, orjson.dumps(claims), key, algorithms=MACS)


def by_key(claims: dict[str, object]) -> str:
    return jws.serialize_compact({"alg": "ES256", "kid": "client-key-1"}, orjson.dumps(claims), CLIENT_KEY)


def refused(assertion: str, client: Client = MACED) -> str:
    with pytest.raises(BadAssertionError) as caught:
        verify_by_secret(PROVIDER, client, assertion, NOW)
    return str(caught.value)


@pytest.mark.parametrize("alg", MACS)
def test_oidc_core_9_a_mac_by_the_secret_proves_the_client(alg: str) -> None:
    proof = verify_by_secret(PROVIDER, MACED, maced(GOOD, alg=alg, kid="whatever"), NOW)
    assert (proof.client_id, proof.jti) == ("portal", "j1")


def test_both_secrets_sign_while_a_rotation_overlaps_and_each_until_its_end() -> None:
    ending = replace(MACED, secrets=(OTHER_KEPT, replace(KEPT, expires_at=NOW + timedelta(hours=1))))
    for secret in (SECRET, OTHER):
        assert verify_by_secret(PROVIDER, ending, maced(GOOD, secret), NOW).jti == "j1"
    ended = replace(MACED, secrets=(OTHER_KEPT, replace(KEPT, expires_at=NOW)))
    assert refused(maced(GOOD), ended) == "no secret of the client signed it"


@pytest.mark.parametrize(
    "wrong",
    [
        *({"aud": [ISSUER]}, {"aud": "https://other.example"}, {"iss": "other"}, {"sub": "other"}, {"jti": ""}),
        *({"exp": STAMP - 60}, {"exp": STAMP + 86_400}, {"iat": STAMP + 60}, {"nbf": STAMP + 60}),
    ],
)
def test_rfc7523_3_each_claim_is_checked_as_with_a_key(wrong: dict[str, object]) -> None:
    assert refused(maced({**GOOD, **wrong}))


def test_rfc8725_3_1_only_a_mac_by_its_own_secret_is_taken() -> None:
    head, payload, _ = maced(GOOD).split(".")
    public = orjson.dumps(CLIENT_KEY.as_dict(private=False))
    wrong = {
        "another secret": maced(GOOD, OTHER),
        "another client's": maced({**GOOD, "iss": "bank", "sub": "bank"}),
        "a key": by_key(GOOD),
        "none": f"eyJhbGciOiJub25lIn0.{payload}.",
        "no signature": f"{head}.{payload}.",
        "the public key as a secret": maced(GOOD, public),
        "a request object": maced(GOOD, typ="oauth-authz-req+jwt"),
        "a critical header": f"{_head(crit=['x'], x=1)}.{payload}.AAAA",
        "no JWS": "nonsense",
        "too long": maced({**GOOD, "jti": "j" * 9000}),
    }
    assert all(refused(text) for text in wrong.values())


def _head(**members: object) -> str:
    key = OctKey.import_key(SECRET)
    return jws.serialize_compact({"alg": "HS256"}, orjson.dumps({**members, "alg": "HS256"}), key).split(".")[1]


def test_oidc_registration_2_the_registered_algorithm_is_the_only_one() -> None:
    only = replace(MACED, token_endpoint_auth_signing_alg="HS512")
    assert verify_by_secret(PROVIDER, only, maced(GOOD, alg="HS512"), NOW).jti == "j1"
    assert refused(maced(GOOD), only) == "alg is not taken of this client"


def test_a_secret_that_is_only_hashed_signs_nothing() -> None:
    literal = "a-literal-secret-of-more-than-thirty-two-octets"
    hashed = replace(MACED, secrets=(ClientSecret(b"hash", NOW),))
    assert refused(maced(GOOD, literal), hashed) == "no secret of the client signed it"


def proves(client: Client, assertion: str) -> bool:
    fields = form(client_assertion=assertion, client_assertion_type=ASSERTION_TYPE)
    try:
        proven = authenticate(PROVIDER, client, read_credentials(fields, None), client.jwks or {}, NOW)
    except InvalidClientError:
        return False
    claim = claim_of_assertion(PROVIDER, proven)
    assert claim is not None, "an assertion is good once"
    return True


def test_rfc8725_3_1_the_registered_method_decides_between_key_and_secret() -> None:
    """A client with keys is proved by no MAC, one with a secret by no key, whatever else is registered."""
    assert [proves(MACED, maced(GOOD)), proves(MACED, by_key(GOOD))] == [True, False]
    assert [proves(KEYED, maced(GOOD)), proves(KEYED, by_key(GOOD))] == [False, True]
    assert not proves(replace(MACED, token_endpoint_auth_method="client_secret_post"), maced(GOOD))


def test_the_secret_itself_proves_no_client_that_signs() -> None:
    """Who registered to sign never sends its secret, and one that was sent somewhere is no proof."""
    credentials = read_credentials(form(client_id="portal", client_secret=SECRET), None)
    with pytest.raises(InvalidClientError):
        authenticate(PROVIDER, MACED, credentials, {}, NOW)
