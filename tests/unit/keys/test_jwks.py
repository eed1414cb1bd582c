"""The published key set has every key a token may be verified with, and only public members."""

import orjson

from keys.jwks import entity_tag, jwks_document
from records.structs import replace
from tests.unit.keys.made_keys import HOUR, NOW, pair, signing_key

ACTIVE = signing_key("ES256", 0)
PUBLISHED = signing_key("ES256", 1, activates_at=NOW + HOUR)
RETIRED = signing_key("RS256", 0, retires_at=NOW, expires_at=NOW + HOUR)
EXPIRED = signing_key("RS256", 1, retires_at=NOW - HOUR, expires_at=NOW)


def kids(document: bytes) -> list[str]:
    return [key["kid"] for key in orjson.loads(document)["keys"]]


def test_served_are_published_active_and_retired_keys() -> None:
    document = jwks_document([ACTIVE, PUBLISHED, RETIRED, EXPIRED], NOW)
    assert kids(document) == [ACTIVE.kid, PUBLISHED.kid, RETIRED.kid]


def test_order_does_not_depend_on_the_store() -> None:
    assert jwks_document([RETIRED, PUBLISHED, ACTIVE], NOW) == jwks_document([ACTIVE, PUBLISHED, RETIRED], NOW)


def test_members_are_those_of_the_public_key_rfc7517_4() -> None:
    (key,) = orjson.loads(jwks_document([ACTIVE], NOW))["keys"]
    assert key == dict(pair("ES256").public_jwk)


def test_private_member_in_a_stored_jwk_is_not_served() -> None:
    leaky = signing_key("ES256", 0)
    leaky = replace(leaky, public_jwk={"kty": "EC", "d": "secret"})
    assert orjson.loads(jwks_document([leaky], NOW)) == {"keys": [{"kty": "EC"}]}


def test_entity_tag_changes_with_the_document_rfc9110_8_8_3() -> None:
    one, two = jwks_document([ACTIVE], NOW), jwks_document([ACTIVE, PUBLISHED], NOW)
    assert entity_tag(one) == entity_tag(bytes(one))
    assert entity_tag(one) != entity_tag(two)
    assert entity_tag(one).startswith('"')
    assert entity_tag(one).endswith('"')
