"""Finding the provider's keys: rotation without a failed token, and no flood of requests."""

from datetime import timedelta

import pytest
from joserfc.jwk import ECKey

from portals.relying_party.errors import TokenRefusedError
from portals.relying_party.provider_keys import MAX_AGE, REFETCH_PAUSE, signing_keys
from tests.unit.portals.signing import NOW, OTHER_KEY, RSA_KEY, SIGNING_KEY, Published


async def test_keys_are_fetched_once() -> None:
    published = Published(SIGNING_KEY)
    keys = published.provider_keys()
    await keys.key("first", NOW)
    await keys.key("first", NOW + MAX_AGE - timedelta(seconds=1))
    assert published.fetches == 1


async def test_oidc_core_10_1_1_an_unknown_kid_is_looked_for_again() -> None:
    published = Published(SIGNING_KEY)
    keys = published.provider_keys()
    await keys.key("first", NOW)
    published.keys.append(OTHER_KEY)
    found = await keys.key("second", NOW + REFETCH_PAUSE)
    assert found.as_dict(private=False) == OTHER_KEY.as_dict(private=False)
    assert published.fetches == 2


async def test_invented_kids_do_not_flood_the_provider() -> None:
    published = Published(SIGNING_KEY)
    keys = published.provider_keys()
    for number in range(20):
        with pytest.raises(TokenRefusedError):
            await keys.key(f"invented-{number}", NOW)
    assert published.fetches == 1


async def test_a_withdrawn_key_is_forgotten() -> None:
    published = Published(SIGNING_KEY, OTHER_KEY)
    keys = published.provider_keys()
    await keys.key("first", NOW)
    published.keys.remove(SIGNING_KEY)
    with pytest.raises(TokenRefusedError):
        await keys.key("first", NOW + MAX_AGE)


def test_rfc8725_3_1_keys_of_other_algorithms_and_uses_are_left_out() -> None:
    stronger = ECKey.generate_key("P-384", {"kid": "p384", "use": "sig", "alg": "ES384"}).as_dict(private=False)
    encryption = SIGNING_KEY.as_dict(private=False) | {"use": "enc", "kid": "enc"}
    nameless = {name: value for name, value in SIGNING_KEY.as_dict(private=False).items() if name != "kid"}
    document = {
        "keys": [RSA_KEY.as_dict(private=False), stronger, encryption, nameless, OTHER_KEY.as_dict(private=False)]
    }
    assert list(signing_keys(document, "ES256")) == ["second"]


@pytest.mark.parametrize("document", [{}, {"keys": None}, {"keys": ["text"]}])
def test_what_is_no_key_set_is_refused(document: dict[str, object]) -> None:
    with pytest.raises(TokenRefusedError, match="key set is not one"):
        signing_keys(document, "ES256")


def test_a_key_that_cannot_be_read_is_refused() -> None:
    broken = {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA", "kid": "broken", "use": "sig", "alg": "ES256"}
    with pytest.raises(TokenRefusedError, match="cannot be read"):
        signing_keys({"keys": [broken]}, "ES256")
