"""Whose pages may call us: the origins of public web clients, derived from where they are led back to (decision 86)."""

import pytest

from clients.addresses.browser_apps import BrowserAppOrigins, app_origins
from clients.model import ClientId
from clients.registry import ClientRegistry
from clients.service import disable
from records.structs import replace
from tests.support.running.client_store import MemoryClientStore
from tests.unit.clients.entries import NOW, SECRET, client

APP = "https://ung-dung.example"


def app(*redirect_uris: str, **members: object) -> dict[str, object]:
    return {"token_endpoint_auth_method": "none", "redirect_uris": list(redirect_uris or (f"{APP}/back",)), **members}


@pytest.mark.parametrize(
    ("redirect_uri", "origin"),
    [
        ("https://ung-dung.example/back?x=1", "https://ung-dung.example"),
        ("https://ung-dung.example:443/", "https://ung-dung.example"),
        ("https://ung-dung.example:8443/back", "https://ung-dung.example:8443"),
        ("http://localhost:5173/back", "http://localhost:5173"),
        ("http://127.0.0.1:80/back", "http://127.0.0.1"),
        ("http://[::1]:5173/back", "http://[::1]:5173"),
    ],
)
def test_rfc6454_6_2_an_origin_is_derived_as_browsers_write_it(redirect_uri: str, origin: str) -> None:
    assert app_origins(client(**app(redirect_uri))) == {origin}


def test_an_app_has_the_origin_of_each_of_its_addresses() -> None:
    many = app(f"{APP}/back", f"{APP}/renewed", "https://hai.example/", sector_identifier_uri=f"{APP}/sector.json")
    assert app_origins(client(**many)) == {APP, "https://hai.example"}


@pytest.mark.parametrize(
    "members",
    [
        {"redirect_uris": [f"{APP}/back"], "client_secret": SECRET},
        app(f"{APP}/back", application_type="native"),
        app("vn.example.app:/back", application_type="native", sector_identifier_uri=f"{APP}/sector.json"),
    ],
    ids=["a portal with a secret", "an app of a device", "its own scheme"],
)
def test_no_other_client_has_an_origin(members: dict[str, object]) -> None:
    assert app_origins(client(**members)) == frozenset()


def test_an_address_of_older_rules_costs_no_other_its_origin() -> None:
    """Every answer to a script asks for the origins of all apps: one row must not fail them."""
    stored = replace(client(**app()), redirect_uris=("https://two words.example/", f"{APP}/back"))
    assert app_origins(stored) == {APP}


async def test_who_is_registered_is_known_and_who_is_disabled_is_not() -> None:
    store, registry = MemoryClientStore(), ClientRegistry()
    origins = BrowserAppOrigins(registry)
    assert APP not in origins
    saved = await store.save(client(**app()), expected_version=None)
    await store.save(
        replace(client(redirect_uris=["https://cong.example/"]), client_id=ClientId("cong")), expected_version=None
    )
    await registry.refresh(store)
    assert APP in origins
    assert "https://cong.example" not in origins
    await disable(store, saved, NOW)
    await registry.refresh(store)
    assert APP not in origins


async def test_an_address_that_is_taken_out_takes_its_origin_along() -> None:
    store, registry = MemoryClientStore(), ClientRegistry()
    origins = BrowserAppOrigins(registry)
    saved = await store.save(client(**app()), expected_version=None)
    await registry.refresh(store)
    assert APP in origins
    moved = replace(saved, redirect_uris=("https://moi.example/back",))
    await store.save(moved, expected_version=saved.version)
    await registry.refresh(store)
    assert APP not in origins
    assert "https://moi.example" in origins


@pytest.mark.parametrize(
    "origin",
    ["null", "", "*", "https://UNG-DUNG.example", f"{APP}/", f"{APP}:443", f"{APP}.evil.example", "http://ung-dung.example",
     "https://evil.example", f"{APP} https://evil.example", "https://ung-dung.example@evil.example"],
)  # fmt: skip
async def test_se_9_an_origin_is_compared_byte_for_byte(origin: str) -> None:
    store, registry = MemoryClientStore(), ClientRegistry()
    await store.save(client(**app()), expected_version=None)
    await registry.refresh(store)
    assert origin not in BrowserAppOrigins(registry)
