"""Honest requests to every route, made by a walk through the pages: where hostile ones begin."""

from base64 import b64encode
from collections.abc import Mapping
from re import sub

from clients.model import ClientId
from idp.web.admin_api.answers import CATALOGUE
from idp.web.admin_api.openapi import DOCUMENT
from idp.web.admin_api.table import OPERATIONS
from idp.web.developers import routes as developers
from tests.flows.portals import CALLBACK, GOODBYE, secret_of
from tests.security.in_process import Edge
from tests.security.requests.good_requests_of_administrators import requests_of_administrators, requests_of_trials
from tests.security.requests.good_requests_of_citizens import requests_of_citizens
from tests.security.requests.good_requests_of_devices import requests_of_devices
from tests.security.requests.good_requests_of_old_portals import requests_of_old_portals
from tests.security.requests.hostile_requests import FORM, Fields, GoodRequest, encoded
from tests.security.walk import AUTHORIZE, CITIZEN, VERIFIER, Walk


def example_of(path: str) -> str:
    """Return an address of the administration API with something in the place of each name."""
    return sub(r"\{\w+\}", "none", path)


_TYPED: Fields = {
    "number": "001899000099",
    "full_name": "Nguyễn Văn Bình",
    "birth_day": "17",
    "birth_month": "5",
    "birth_year": "1990",
    "phone": "+84912345678",
}
_ADMINISTRATION = (DOCUMENT, CATALOGUE, *(example_of(one.full_path) for one in OPERATIONS))
_BASIC = b"Basic " + b64encode(f"quoc-gia:{secret_of(ClientId('quoc-gia'))}".encode())
_OF_THE_LOG: tuple[tuple[str, Fields], ...] = (
    ("", {"before": "7"}),
    ("/entries", {"start": "0", "end": "9"}),
    ("/proof/inclusion", {"index": "0", "size": "1"}),
    ("/proof/consistency", {"from": "0", "to": "0"}),
)
_CLIENT = ((b"authorization", _BASIC), (b"content-type", FORM))


def good_requests(edge: Edge) -> Mapping[str, tuple[GoodRequest, ...]]:
    """Return honest requests by family of routes."""
    return {**_of_programs(), **_of_browsers(edge)}


def _of_programs() -> Mapping[str, tuple[GoodRequest, ...]]:
    code = {"grant_type": "authorization_code", "code": "x" * 43, "redirect_uri": CALLBACK, "code_verifier": VERIFIER}
    refresh = {"grant_type": "refresh_token", "refresh_token": "x" * 80}
    token = {"token": "x" * 80, "token_type_hint": "refresh_token"}
    bearer = ((b"authorization", b"Bearer a.b.c"), (b"content-type", FORM))
    published = ("/jwks.json", "/.well-known/openid-configuration", "/.well-known/oauth-authorization-server")
    rest = (
        "/static/style.css",
        "/logos/none.png",
        "/.well-known/security.txt",
        *(one.path for one in developers.ROUTES),
        "/health/live",
        "/health/ready",
        "/check-session",
        "/status",
        "/status.json",
        "/transparency",
        "/transparency/checkpoint",
        "/open-data",
        "/",
        "/no-such-path",
    )
    return {
        "token": (
            GoodRequest("/token", {}, code, _CLIENT),
            GoodRequest("/token", {}, refresh, _CLIENT),
            GoodRequest("/par", {}, AUTHORIZE, _CLIENT),
        ),
        "inspection": tuple(GoodRequest(path, {}, token, _CLIENT) for path in ("/introspect", "/revoke")),
        "userinfo": (GoodRequest("/userinfo", {}, {"access_token": "a.b.c"}, bearer),),
        "client-registration": tuple(
            GoodRequest(f"/client-registration{below}", {}, {}, ((b"authorization", f"Bearer {shown}".encode()),))
            for below, shown in (("", f"nso_iat_{'x' * 43}"), ("/dyn-none", f"nso_rat_{'x' * 43}"))
        ),
        "admin-api": tuple(
            GoodRequest(path, {"limit": "2"}, {}, ((b"authorization", b"Bearer a.b.c"),)) for path in _ADMINISTRATION
        ),
        "published": tuple(GoodRequest(path, {}, {}) for path in (*published, *rest)),
        "open-data": tuple(
            GoodRequest(f"/open-data/quality.{kind}", {"day": "2026-11-24"}, {}) for kind in ("csv", "json")
        ),
        "public-log": tuple(GoodRequest(f"/transparency{path}", asked, {}) for path, asked in _OF_THE_LOG),
    }


def _of_browsers(edge: Edge) -> Mapping[str, tuple[GoodRequest, ...]]:
    stranger, walk = Walk(edge), Walk(edge)
    sign_in, page = stranger.asked()
    walk.sign_in()
    again, again_page = walk.asked(prompt="login")
    step_up, step_up_page = walk.asked(acr_values="loa3")
    consent, consent_page = walk.asked(client_id="ngan-hang")
    act_for, act_for_page = walk.asked(client_id="chi-to-chuc")
    own_choice, own_choice_page = walk.page("/act-for")
    account, account_page = walk.page("/account")
    secret = {"identifier": CITIZEN.number, "password": "a-wrong-Passphrase-7"}
    leave = {"client_id": "quoc-gia", "post_logout_redirect_uri": GOODBYE, "state": "state"}
    return {
        "authorize": (
            walk.good("/authorize", AUTHORIZE),
            stranger.good(f"/authorize?{encoded(AUTHORIZE).decode()}", AUTHORIZE),
        ),
        "sign-in": (
            stranger.good(sign_in, {**page.values, **secret}),
            walk.good(again, {**again_page.values, **secret}),
        ),
        "step-up": (walk.good(step_up, {**step_up_page.values, "code": "000000", "action": "verify"}),),
        "consent": (walk.good(consent, {**consent_page.values, "action": "allow"}),),
        "device": requests_of_devices(edge, walk),
        "act-for": (
            walk.good(act_for, {**act_for_page.values, "action": "mandate:" + "0" * 26}),
            walk.good(own_choice, {**own_choice_page.values, "action": "self"}),
        ),
        "account": (walk.good(account, account_page.values),),
        "logout": (
            walk.good(f"/logout?{encoded(leave).decode()}", leave),
            walk.good("/logout/confirm", {**account_page.values, "action": "stay"}),
            walk.good("/signed-out?s=" + "0" * 26, {}),
        ),
        "register": _of_registration(stranger),
        "old-portals": requests_of_old_portals(edge),
        "upstream": _of_upstreams(stranger, _strong(edge), page.values),
        **requests_of_citizens(_strong(edge), Walk(edge)),
        "console": requests_of_administrators(edge),
        "trying": requests_of_trials(edge),
    }


def _strong(edge: Edge) -> Walk:
    """Return a browser whose person showed two factors a moment ago."""
    walk = Walk(edge)
    walk.sign_in()
    edge.strengthen()
    return walk


def _of_upstreams(stranger: Walk, strong: Walk, values: Fields) -> tuple[GoodRequest, ...]:
    _, own_page = strong.page("/account/upstreams")
    answer = {"code": "a-code", "state": "0" * 26, "iss": "https://dinhdanh.example"}
    return (
        stranger.good("/sign-in/upstream", {**stranger.page("/sign-in")[1].values, "action": "vneid"}),
        stranger.good(f"/upstream/callback/vneid?{encoded(answer).decode()}", {}),
        stranger.good("/sign-in/upstream/first?u=" + "0" * 26, {**values, "action": "link", "password": "x"}),
        strong.good("/account/upstreams", {**own_page.values, "action": "0" * 32}),
        strong.good("/account/upstreams/link", {**own_page.values, "action": "vneid"}),
    )


def _of_registration(walk: Walk) -> tuple[GoodRequest, ...]:
    address, page = walk.page("/register")
    begun = walk.send("POST", address, {**page.values, **_TYPED}).header("location")
    assert begun is not None
    code, code_page = walk.page(begun)
    return (
        walk.good(address, {**page.values, **_TYPED}),
        walk.good(code, {**code_page.values, "code": "000000"}),
        walk.good(code.replace("/code", "/password"), {**code_page.values, "password": "an-honest-long-Passphrase-7"}),
        walk.good(code.replace("/code", "/result"), {}),
    )
