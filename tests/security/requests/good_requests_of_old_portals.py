"""Honest requests to the old face: what a portal written against today's sign-on sends."""

import orjson

from clients.model import ClientId
from tests.flows.portals import CALLBACK, GOODBYE, secret_of
from tests.security.in_process import Edge, Sent
from tests.security.requests.hostile_requests import FORM, Fields, GoodRequest, encoded
from tests.security.walk import Walk

_CLIENT: Fields = {"client_id": "cong-cu", "client_secret": secret_of(ClientId("cong-cu"))}
_ASKED: Fields = {
    "response_type": "code",
    "client_id": "cong-cu",
    "redirect_uri": CALLBACK,
    "scope": "openid",
    "acr_values": "LoA1",
    "state": "c3RhdGU=",
}
_FORM = ((b"content-type", FORM),)
_PUBLISHED = (
    "/oauth2/jwks",
    "/oauth2/token/.well-known/openid-configuration",
    "/oauth2/oidcdiscovery/.well-known/openid-configuration",
)


def requests_of_old_portals(edge: Edge) -> tuple[GoodRequest, ...]:
    """Return honest requests to every old address, made with the tokens of two real sign-ins."""
    walk, leaving = Walk(edge), Walk(edge)
    walk.sign_in()
    leaving.sign_in()
    access_token, _ = _tokens(walk)
    # The hint alone ends its session: it must not be the one that the access token stands on.
    _, id_token = _tokens(leaving)
    bearer = (b"authorization", f"Bearer {access_token}".encode())
    leave = {"id_token_hint": id_token, "post_logout_redirect_uri": GOODBYE, "state": "state"}
    code = {"grant_type": "authorization_code", "code": "x" * 43, "redirect_uri": CALLBACK, **_CLIENT}
    return (
        GoodRequest("/oauth2/authorize", _ASKED, {}, walk.headers),
        GoodRequest("/oauth2/authorize", {}, _ASKED, walk.headers),
        GoodRequest("/oauth2/token", {}, code, _FORM),
        GoodRequest("/oauth2/userinfo", {}, {}, (bearer, (b"content-type", b"application/json"))),
        GoodRequest("/oauth2/introspect", {}, {"token": access_token}, (bearer, *_FORM)),
        GoodRequest("/oauth2/introspect", {}, {"token": access_token, **_CLIENT}, _FORM),
        GoodRequest("/oauth2/revoke", {}, {"token": "x" * 80, "token_type_hint ": "id_token", **_CLIENT}, _FORM),
        # As from a server, and as a browser's form.
        GoodRequest("/oidc/logout", {}, {**leave, "id_token_hint": f"{id_token}x"}, _FORM),
        GoodRequest("/oidc/logout", leave, {}, ((b"cookie", b"idp-language=vi"),)),
        *(GoodRequest(path, {}, {}) for path in _PUBLISHED),
    )


def _tokens(walk: Walk) -> tuple[str, str]:
    sent = walk.send("GET", f"/oauth2/authorize?{encoded(_ASKED).decode()}").header("location") or ""
    assert sent.startswith(f"{CALLBACK}?code="), sent
    code = sent.partition("?code=")[2].partition("&")[0]
    fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, **_CLIENT}
    answered = walk.edge.ask(Sent("POST", "/oauth2/token", headers=_FORM, pieces=(encoded(fields),)))
    body = orjson.loads(answered.body)
    return body["access_token"], body["id_token"]
