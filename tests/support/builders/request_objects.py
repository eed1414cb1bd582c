"""Request objects as a client signs them (RFC 9101 4), and broken ones on demand."""

from collections.abc import Mapping

import orjson
from joserfc import jws
from joserfc.jwk import ECKey, RSAKey

from records.structs import replace
from tests.support.builders.protocol import CLIENT, CLIENT_KEY, ISSUER, NOW, public_jwks

AS_IT_IS: Mapping[str, object] = {}
# A client of the tests that has keys.
KEYED = replace(CLIENT, jwks=public_jwks(CLIENT_KEY))


def request_object(
    parameters: Mapping[str, object],
    changed: Mapping[str, object] = AS_IT_IS,
    header: Mapping[str, object] = AS_IT_IS,
    key: ECKey | RSAKey = CLIENT_KEY,
) -> str:
    """Return the parameters, signed; a claim or header that is changed to None is left out."""
    at = int(NOW.timestamp())
    claims = {**parameters, "iss": parameters["client_id"], "aud": ISSUER, "nbf": at, "exp": at + 300, **changed}
    head = {"alg": "ES256", "typ": "oauth-authz-req+jwt", **header}
    return jws.serialize_compact(
        {name: value for name, value in head.items() if value is not None},
        orjson.dumps({name: value for name, value in claims.items() if value is not None}),
        key,
        algorithms=["ES256", "RS256", "PS256", "HS256"],
    )
