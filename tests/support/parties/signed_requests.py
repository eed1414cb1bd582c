"""A relying party that signs its requests (RFC 9101), and broken ones on demand."""

import time
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx2
import orjson
from joserfc import jws
from joserfc.jwk import ECKey, RSAKey

from records.structs import replace
from tests.support.parties.relying_party import RelyingParty, Started

AS_IT_IS: Mapping[str, object] = {}


def request_object(
    party: RelyingParty,
    started: Started,
    key: ECKey | RSAKey,
    changed: Mapping[str, object] = AS_IT_IS,
    header: Mapping[str, object] = AS_IT_IS,
) -> str:
    """Return the parameters of a request, signed; a claim that is changed to None is left out.

    What is changed in `exp` and `nbf` is told in seconds from now.
    """
    now = int(time.time())
    claims: dict[str, object] = {**dict(parse_qsl(urlsplit(started.location).query))}
    claims |= {"iss": party.client_id, "aud": party.issuer, "nbf": now, "exp": now + 300, **changed}
    for name in ("exp", "nbf"):
        offset = changed.get(name)
        if isinstance(offset, int):
            claims[name] = now + offset
    head = {"alg": "ES256", "kid": str(key.kid), "typ": "oauth-authz-req+jwt", **header}
    said = {name: value for name, value in claims.items() if value is not None}
    return jws.serialize_compact(head, orjson.dumps(said), key, algorithms=["ES256", "RS256", "PS256"])


def by_value(party: RelyingParty, started: Started, signed: str, **beside: str) -> Started:
    """Return a request that the browser brings as an object, with what stands beside it (RFC 9101 5)."""
    return replace(
        started, location=f"/authorize?{urlencode({'client_id': party.client_id, 'request': signed, **beside})}"
    )


def push_object(party: RelyingParty, signed: str, **beside: str) -> httpx2.Response:
    """Push a request object (RFC 9126 3)."""
    return party.post("/par", request=signed, **beside)


def pushed(party: RelyingParty, started: Started, answer: httpx2.Response) -> Started:
    """Return a request whose object was taken at the PAR endpoint."""
    assert answer.status_code == 201, answer.text
    brought = {"client_id": party.client_id, "request_uri": answer.json()["request_uri"]}
    return replace(started, location=f"/authorize?{urlencode(brought)}")
