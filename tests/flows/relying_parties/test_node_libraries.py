"""openid-client and oauth4webapi, as their registry has them: they refuse whatever their own checks refuse."""

from typing import cast

import pytest
from msgspec import Struct

from clients.model import ClientId
from records.structs import replace
from tests.flows.portals import CALLBACK, GOODBYE, Portal, portal, secret_of
from tests.flows.running_provider import RunningProvider
from tests.support.page import Page
from tests.support.parties.client_credentials import SignedAssertion, new_key, public_set
from tests.support.parties.node_party import NodeParty
from tests.support.parties.relying_party import show_password
from tests.support.plain.browser import Browser, Landing
from tests.support.running.provider import Citizen

pytestmark = pytest.mark.one_form
LIBRARIES = ("openid_client", "oauth4webapi")
FAPI_CALLBACK, FAPI_GOODBYE = "https://ngan-hang.example/callback", "https://ngan-hang.example/bye"


class Way(Struct, frozen=True):
    """One way to sign in: by which client, and what it makes of it."""

    client_id: str
    secret: bool = False
    push: bool = False
    dpop: bool = False
    jarm: bool = False


WAYS = {
    "code": Way("quoc-gia", secret=True),
    "pushed": Way("quoc-gia", secret=True, push=True),
    "jarm": Way("quoc-gia", secret=True, jarm=True),
    "public with dpop": Way("ung-dung", push=True, dpop=True),
    "confidential with dpop": Way("quoc-gia", secret=True, dpop=True),
}


def visited(browser: Browser, address: str, citizen: Citizen) -> str:
    """Lead a person's browser to an address, sign in where a page asks, and return where it was led."""
    answer = browser.open(address)
    if isinstance(answer, Page):
        answer = show_password(browser, answer, citizen)
    assert isinstance(answer, Landing), answer.texts
    return answer.location


def found(library: str, asked: dict[str, object], browser: Browser, citizen: Citizen) -> dict[str, object]:
    """Run a library's program from its first line to its last."""
    with NodeParty(library) as program:
        program.tell(asked)
        while "open" in (said := program.said()):
            program.tell(visited(browser, str(said["open"]), citizen))
    return cast("dict[str, object]", said["found"])


def asked_of(running: RunningProvider, way: Way) -> dict[str, object]:
    return {
        "issuer": running.provider.issuer,
        "client_id": way.client_id,
        "secret": secret_of(ClientId(way.client_id)) if way.secret else None,
        "redirect_uri": CALLBACK,
        "post_logout_redirect_uri": GOODBYE,
        "algorithm": "ES256",
        "push": way.push,
        "dpop": way.dpop,
        "jarm": way.jarm,
    }


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("library", LIBRARIES)
def test_it_signs_in_asks_refreshes_revokes_and_signs_out(
    running: RunningProvider, browser: Browser, library: str, way: Way
) -> None:
    citizen = running.citizen()
    told = found(library, asked_of(running, way), browser, citizen)
    assert isinstance(told.pop("sub"), str)
    assert (told.pop("jkt", None) is not None) == (way.dpop and way.secret)
    assert told == {
        "name": citizen.name,
        "type": "dpop" if way.dpop else "bearer",
        **({"active": True} if way.secret else {}),
        "same": True,
        "rotated": True,
        "revoked": "invalid_grant",
        "landed": f"{GOODBYE}&state=out",
        # OIDC Core 3.1.2.6: read by the library from our answer, signed where it asked for that.
        "silent": "login_required",
    }


@pytest.mark.parametrize("jarm", [False, True], ids=["plain", "signed"])
@pytest.mark.parametrize("library", LIBRARIES)
def test_rfc9207_2_4_it_refuses_an_answer_that_somebody_changed(
    running: RunningProvider, browser: Browser, library: str, *, jarm: bool
) -> None:
    """What passes above is right: the same answer under another name, or signed by nobody, does not pass."""
    way = WAYS["jarm" if jarm else "code"]
    with NodeParty(library) as program:
        program.tell(asked_of(running, way))
        landed = visited(browser, str(program.said()["open"]), running.citizen())
        program.tell(f"{landed[:-8]}AAAAAAAA" if jarm else landed.replace("iss=http", "iss=https"))
        with pytest.raises(AssertionError, match="JWT signature" if jarm else '"iss"'):
            program.said()


def bank(running: RunningProvider, client_id: str, **members: object) -> tuple[Portal, dict[str, object]]:
    """Register a client of the profile fapi2, and return it with its private key."""
    key = new_key(client_id)
    made = portal(
        ClientId(client_id),
        running.listener,
        redirect_uris=[FAPI_CALLBACK],
        post_logout_redirect_uris=[FAPI_GOODBYE],
        token_endpoint_auth_method="private_key_jwt",
        jwks=public_set(key),
        security_profile="fapi2",
        **members,
    )
    without = {"client_secret", "backchannel_logout_uri"}
    entry = {name: value for name, value in made.entry.items() if name not in without}
    return replace(made, entry=entry, credentials=SignedAssertion(key)), {**key.as_dict(private=True)}


@pytest.mark.parametrize("push", [False, True], ids=["by value", "pushed"])
@pytest.mark.parametrize("library", LIBRARIES)
def test_rfc9101_5_it_signs_its_requests(
    running: RunningProvider, browser: Browser, library: str, *, push: bool
) -> None:
    """Of a client that takes nothing unsigned: what it signs is what it signs in with."""
    client_id, key = f"ky-{library.replace('_', '-')}-{push:d}", new_key("ky-yeu-cau")
    running.apply(
        portal(ClientId(client_id), running.listener, jwks=public_set(key), require_signed_request_object=True)
    )
    citizen = running.citizen()
    asked = {**asked_of(running, Way(client_id, secret=True, push=push)), "sign": {**key.as_dict(private=True)}}
    told = found(library, asked, browser, citizen)
    assert (told["name"], told["silent"], told["same"]) == (citizen.name, "login_required", True)
    with pytest.raises(AssertionError, match="invalid_request"):
        found(library, {**asked, "sign": None}, browser, citizen)


@pytest.mark.parametrize("jarm", [False, True], ids=["plain", "signed"])
@pytest.mark.parametrize("library", LIBRARIES)
def test_fapi_2_0_5_3_3_it_signs_in_by_the_profile_of_banks(
    running: RunningProvider, browser: Browser, library: str, *, jarm: bool
) -> None:
    """private_key_jwt, pushed requests, DPoP with our nonces; signed requests and responses beside them."""
    client_id = f"ngan-hang-{library.replace('_', '-')}-{jarm:d}"
    # The signed variant is Message Signing whole: what it sends is signed too.
    made, key = bank(running, client_id, require_signed_request_object=jarm)
    running.apply(made)
    citizen = running.citizen()
    asked = asked_of(running, Way(client_id, push=True, dpop=True, jarm=jarm))
    bound = {
        "key": key,
        "sign": key if jarm else None,
        "redirect_uri": FAPI_CALLBACK,
        "post_logout_redirect_uri": FAPI_GOODBYE,
    }
    told = found(library, {**asked, **bound}, browser, citizen)
    assert told.pop("jkt")
    assert isinstance(told.pop("sub"), str)
    assert told == {
        "name": citizen.name,
        "type": "dpop",
        "active": True,
        "same": True,
        # FAPI 2.0 5.3.2.1: refresh tokens are not replaced.
        "rotated": False,
        "revoked": "invalid_grant",
        "landed": f"{FAPI_GOODBYE}?state=out",
        "silent": "login_required",
    }
