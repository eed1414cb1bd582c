"""Clients, signing keys, data keys, and the counters that tell processes of changes."""

import asyncio
from datetime import timedelta

import pytest

from clients.errors import ClientChangedError
from clients.model import Client, ClientId, ClientSecret
from idp.adapters.sql.database import Database
from idp.kernel.data_keys import WrappedKey
from keys.model import SigningKey
from keys.ports import StoredKeys
from records.structs import replace
from tests.support.running.sql_stores import HOUR, NOW, digest

FULL = Client(
    client_id=ClientId("ngan-hang"),
    client_name={"": "Ngân hàng", "en": "Bank"},
    redirect_uris=("https://bank.example/cb", "https://bank.example/cb2"),
    post_logout_redirect_uris=("https://bank.example/bye",),
    token_endpoint_auth_method="private_key_jwt",
    grant_types=("authorization_code", "refresh_token"),
    scope=("openid", "profile"),
    sector_identifier="bank.example",
    jwks={"keys": [{"kty": "EC", "kid": "1", "crv": "P-256", "x": "x", "y": "y"}]},
    backchannel_logout_uri="https://bank.example/logout",
    backchannel_logout_session_required=True,
    id_token_signed_response_alg="ES256",
    default_max_age=timedelta(minutes=20),
    default_acr_values=("urn:test:level",),
    resource="https://bank.example/api",
    agency="nhnn",
    security_profile="certification",
    minimum_acr="urn:test:level",
    secrets=(ClientSecret(digest("one"), NOW, NOW + HOUR), ClientSecret(digest("two"), NOW)),
    created_at=NOW,
    updated_at=NOW + HOUR,
)
SMALL = Client(client_id=ClientId("portal"), client_name={"": "Cổng"}, created_at=NOW, updated_at=NOW)


def signing_key(kid: str, **times: timedelta) -> SigningKey:
    return SigningKey(
        kid=kid,
        algorithm="ES256",
        sealed_private=digest(kid),
        public_jwk={"kty": "EC", "kid": kid, "crv": "P-256"},
        created_at=NOW,
        activates_at=NOW + HOUR,
        **{name: NOW + time for name, time in times.items()},
    )


async def test_a_client_comes_back_as_it_was_saved(database: Database) -> None:
    saved = await database.clients.save(FULL, expected_version=None)
    assert saved == replace(FULL, version=1)
    assert await database.clients.load_all() == [saved]


async def test_every_save_raises_the_counter_and_only_later_changes_are_read(database: Database) -> None:
    assert await database.clients.version() == 0
    full = await database.clients.save(FULL, expected_version=None)
    small = await database.clients.save(SMALL, expected_version=None)
    full = await database.clients.save(replace(full, disabled_at=NOW), expected_version=full.version)
    assert (small.version, full.version, await database.clients.version()) == (2, 3, 3)
    assert await database.clients.changed_since(1) == [small, full]
    assert await database.clients.changed_since(3) == []


async def test_a_client_that_exists_is_not_made_again(database: Database) -> None:
    await database.clients.save(SMALL, expected_version=None)
    with pytest.raises(ClientChangedError):
        await database.clients.save(replace(SMALL, agency="other"), expected_version=None)
    assert await database.clients.version() == 1


@pytest.mark.parametrize("expected", [0, 2])
async def test_a_client_that_changed_since_it_was_read_is_not_overwritten(database: Database, expected: int) -> None:
    saved = await database.clients.save(SMALL, expected_version=None)
    with pytest.raises(ClientChangedError):
        await database.clients.save(replace(SMALL, agency="other"), expected_version=expected)
    assert await database.clients.load_all() == [saved]


async def test_of_two_changes_of_one_client_at_once_one_succeeds(database: Database, neighbour: Database) -> None:
    await database.clients.save(SMALL, expected_version=None)
    changes = [store.clients.save(replace(SMALL, agency="x"), expected_version=1) for store in (database, neighbour)]
    answers = await asyncio.gather(*changes, return_exceptions=True)
    assert sorted(type(answer).__name__ for answer in answers) == ["Client", "ClientChangedError"]


async def test_stamps_become_visible_in_their_order(database: Database, neighbour: Database) -> None:
    seen: dict[ClientId, Client] = {}
    version = 0

    async def watch() -> None:
        nonlocal version
        while version < 20:
            version = await database.clients.version()
            known = max((client.version for client in seen.values()), default=0)
            seen.update({client.client_id: client for client in await database.clients.changed_since(known)})
            await asyncio.sleep(0)

    saves = [
        store.clients.save(replace(SMALL, client_id=ClientId(f"c{index}{n}")), expected_version=None)
        for index, store in enumerate((database, neighbour))
        for n in range(10)
    ]
    await asyncio.gather(watch(), *saves)
    assert sorted(client.version for client in seen.values()) == list(range(1, 21))


async def test_signing_keys_come_back_as_they_were_stored_with_their_version(database: Database) -> None:
    assert await database.keys.load() == StoredKeys(0, [])
    keys = [signing_key("a"), signing_key("b", retires_at=2 * HOUR, expires_at=3 * HOUR)]
    assert await database.keys.apply(keys, [], expected_version=0)
    assert await database.keys.load() == StoredKeys(1, keys)


async def test_changed_keys_are_overwritten_together_with_added_ones(database: Database) -> None:
    assert await database.keys.apply([signing_key("a")], [], expected_version=0)
    retired = signing_key("a", retires_at=2 * HOUR, expires_at=3 * HOUR)
    assert await database.keys.apply([signing_key("b")], [retired], expected_version=1)
    assert await database.keys.load() == StoredKeys(2, [retired, signing_key("b")])


async def test_keys_are_not_changed_from_an_old_version(database: Database) -> None:
    assert await database.keys.apply([signing_key("a")], [], expected_version=0)
    assert not await database.keys.apply([signing_key("b")], [], expected_version=0)
    assert await database.keys.load() == StoredKeys(1, [signing_key("a")])


async def test_of_many_first_starts_at_once_one_makes_the_keys(database: Database, neighbour: Database) -> None:
    stores = (database, neighbour)
    starts = [stores[n % 2].keys.apply([signing_key(f"k{n}")], [], expected_version=0) for n in range(10)]
    assert (await asyncio.gather(*starts)).count(True) == 1
    assert len((await database.keys.load()).keys) == 1


async def test_of_many_first_data_keys_at_once_one_is_stored(database: Database, neighbour: Database) -> None:
    assert await database.data_keys.load() == []
    stores = (database, neighbour)
    keys = [WrappedKey(f"key {n}", digest(str(n)), NOW) for n in range(10)]
    answers = await asyncio.gather(*(stores[n % 2].data_keys.add_first(key) for n, key in enumerate(keys)))
    assert answers.count(True) == 1
    assert await neighbour.data_keys.load() == [keys[answers.index(True)]]


async def test_versions_tell_what_changed(database: Database, neighbour: Database) -> None:
    assert await neighbour.versions() == {"agencies": 0, "clients": 0, "keys": 0, "settings": 0}
    await database.clients.save(SMALL, expected_version=None)
    await database.keys.apply([signing_key("a")], [], expected_version=0)
    await database.clients.save(FULL, expected_version=None)
    assert await neighbour.versions() == {"agencies": 0, "clients": 2, "keys": 1, "settings": 0}
