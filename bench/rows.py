"""The rows of the table: what is sent, and how a row is prepared before each round."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

import msgspec

from bench import our_store, passkeys, second_steps, strict
from bench.browser import (
    FORM,
    Browser,
    Tokens,
    UnexpectedAnswerError,
    authorization_address,
    basic,
    code_form,
    get_tokens,
    open_form,
)
from bench.targets import Provider, Target
from bench.wrk import CONNECTIONS, Load, Shot
from clients.model import ClientId

_DISCOVERY = "/.well-known/openid-configuration"
# More than a round can use: one that is used twice is refused, as it must be.
_SIGNED_AHEAD = 20_000
# Likewise; each has two assertions and a proof.
_FLOWS_AHEAD = 4_000


class _Inspected(msgspec.Struct):
    active: bool = False
    sub: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. `load` is None where a target has no such thing; `flows` counts pairs of requests."""

    name: str
    load: Callable[[Target], Load | None]
    flows: bool = False


def _discovery(target: Target) -> Load:
    return Load("fixed", 200, [Shot("GET", _DISCOVERY if target.provider else "/")])


def _client_credentials(target: Target) -> Load | None:
    provider = target.provider
    if provider is None:
        return None
    path, form = _path(provider.endpoints.token_endpoint), {"grant_type": "client_credentials"}
    proof = basic(provider.client_id)
    reply = Browser(target.base_url).send("POST", path, form, proof)
    if reply.status != 200 or msgspec.json.decode(reply.body, type=Tokens).access_token.count(".") != 2:
        raise UnexpectedAnswerError("no signed access token", reply)
    return Load("fixed", 200, [Shot("POST", path, FORM | proof, urlencode(form))])


def _code_flow(target: Target) -> Load | None:
    provider = target.provider
    if provider is None:
        return None
    authorize = _path(authorization_address(provider.endpoints, provider.client_id))
    sessions = [Shot("GET", authorize, _cookies(browser)) for browser in provider.signed_in()]
    # The code is appended to the body, so its name comes last.
    body = urlencode(code_form(""))
    token = Shot("POST", _path(provider.endpoints.token_endpoint), FORM | basic(provider.client_id), body)
    return Load("code", 200, sessions, token)


def _own_token_by_keys(target: Target) -> Load | None:
    if target.provider is None or target.provider.sealer is None:
        return None
    heads = list(strict.own_tokens(Browser(target.base_url), our_store.ISSUER, _SIGNED_AHEAD))
    return Load("proved", 200, token=Shot("POST", "/token", FORM), heads=heads)


def _strict_code_flow(target: Target) -> Load | None:
    provider = target.provider
    if provider is None or provider.sealer is None:
        return None
    path = f"/authorize?client_id={strict.STRICT}&request_uri="
    sessions = [Shot("GET", path, _cookies(browser)) for browser in provider.signed_in()]
    heads = list(strict.flows(Browser(target.base_url), our_store.ISSUER, _FLOWS_AHEAD))
    return Load("strict", 200, sessions, Shot("POST", "/token", FORM), heads)


def _assertion(target: Target) -> Load | None:
    if target.provider is None or target.provider.sealer is None:
        return None
    heads = list(strict.assertions(our_store.ISSUER, _SIGNED_AHEAD))
    return Load("once", 200, token=Shot("POST", "/token", FORM), heads=heads)


def _exchange(target: Target) -> Load | None:
    provider = target.provider
    if provider is None or provider.sealer is None:
        return None
    forms = [strict.subject_token(one.access_token) for one in _tokens(provider, strict.CALLING)]
    strict.check_exchange(Browser(target.base_url), "/token", forms[0])
    return Load("fixed", 200, [Shot("POST", "/token", FORM | basic(strict.API), urlencode(form)) for form in forms])


def _device(target: Target) -> Load | None:
    if target.provider is None or target.provider.sealer is None:
        return None
    asked = urlencode({"scope": "openid profile"})
    shot = Shot("POST", "/device_authorization", FORM | basic(strict.DEVICE), asked)
    return Load("fixed", 200, [shot])


def _refresh(target: Target) -> Load | None:
    provider = target.provider
    if provider is None:
        return None
    tokens = _tokens(provider, provider.client_id)
    body = "grant_type=refresh_token&refresh_token="
    token = Shot("POST", _path(provider.endpoints.token_endpoint), FORM | basic(provider.client_id), body)
    return Load("refresh", 200, token=token, heads=[one.refresh_token for one in tokens])


def _userinfo(target: Target) -> Load | None:
    provider = target.provider
    if provider is None:
        return None
    path = _path(provider.endpoints.userinfo_endpoint)
    bearers = [
        {"Authorization": f"Bearer {one.access_token}"} for one in _tokens(provider, provider.inspecting_client_id)
    ]
    reply = Browser(target.base_url).send("GET", path, headers=bearers[0])
    if reply.status != 200 or not msgspec.json.decode(reply.body, type=_Inspected).sub:
        raise UnexpectedAnswerError("no claims", reply)
    return Load("fixed", 200, [Shot("GET", path, bearer) for bearer in bearers])


def _introspection(target: Target) -> Load | None:
    provider = target.provider
    if provider is None:
        return None
    path, proof = _path(provider.endpoints.introspection_endpoint), basic(provider.inspecting_client_id)
    forms = [{"token": one.access_token} for one in _tokens(provider, provider.inspecting_client_id)]
    reply = Browser(target.base_url).send("POST", path, forms[0], proof)
    if reply.status != 200 or not msgspec.json.decode(reply.body, type=_Inspected).active:
        raise UnexpectedAnswerError("the token is not active", reply)
    return Load("fixed", 200, [Shot("POST", path, FORM | proof, urlencode(form)) for form in forms])


def _sign_in(target: Target) -> Load | None:
    if target.provider is None or not target.provider.has_passwords:
        return None
    shots = []
    for visitor in our_store.visitors():
        browser = Browser(target.base_url, visitor.address)
        form = open_form(browser, "/sign-in") | {"identifier": visitor.number, "password": our_store.PASSWORD}
        shots.append(Shot("POST", "/sign-in", FORM | browser.headers(), urlencode(form)))
    return Load("fixed", 303, shots)


def _passkey_sign_in(target: Target) -> Load | None:
    if target.provider is None or target.provider.sealer is None:
        return None
    visitors = list(our_store.visitors())
    browser, numbers = Browser(target.base_url, visitors[0].address), [visitor.number for visitor in visitors]
    bodies = list(passkeys.forms(browser, our_store.ISSUER, target.provider.sealer, numbers, _SIGNED_AHEAD))
    return Load("once", 303, token=Shot("POST", passkeys.PATH, FORM | browser.headers()), heads=bodies)


def _two_steps(target: Target) -> Load | None:
    if target.provider is None or target.provider.two_steps_left is None:
        return None
    return second_steps.load(target.base_url, our_store.PASSWORD, target.provider.two_steps_left)


def _tokens(provider: Provider, client_id: ClientId) -> Sequence[Tokens]:
    """Return tokens of as many sessions as there are connections, and of some more."""
    browsers = provider.signed_in()
    wanted = CONNECTIONS + 16
    return [get_tokens(browsers[index % len(browsers)], provider.endpoints, client_id) for index in range(wanted)]


def _cookies(browser: Browser) -> dict[str, str]:
    return {name: value for name, value in browser.headers().items() if name == "Cookie"}


def _path(address: str) -> str:
    parts = urlsplit(address)
    return parts.path + (f"?{parts.query}" if parts.query else "")


SIGN_IN = "password sign-in"
ROWS = {
    row.name: row
    for row in (
        Row("discovery", _discovery),
        Row("client credentials", _client_credentials),
        Row("code flow", _code_flow, flows=True),
        Row("code flow by PAR and DPoP", _strict_code_flow, flows=True),
        Row("client credentials by DPoP", _own_token_by_keys),
        Row("JWT bearer", _assertion),
        Row("token exchange", _exchange),
        Row("device authorization", _device),
        Row("refresh", _refresh),
        Row("userinfo", _userinfo),
        Row("introspection", _introspection),
        Row(SIGN_IN, _sign_in),
        Row("passkey sign-in", _passkey_sign_in),
        Row("password + TOTP sign-in", _two_steps, flows=True),
    )
}
