"""Clients that prove themselves by a key: their registrations, and requests signed ahead that each work once."""

from collections.abc import Iterator
from urllib.parse import urlencode

import msgspec

from bench.browser import CHALLENGE, REDIRECT_URI, VERIFIER, Browser, UnexpectedAnswerError, basic
from clients.model import DEVICE_CODE, JWT_BEARER, TOKEN_EXCHANGE, ClientId
from tests.support.parties.client_credentials import SignedAssertion, new_key, public_set
from tests.support.parties.dpop_key import DpopKey

STRICT, SIGNER, API, NEXT_API, CALLING, DEVICE = (
    ClientId(f"bench-{name}") for name in ("strict", "signer", "api", "next-api", "calling", "device")
)
API_ADDRESS = "https://api.example"
_KEY, _PROVING = new_key("bench-strict-1"), DpopKey()
_PROOF = SignedAssertion(_KEY)
_NOBODY: dict[str, object] = {"redirect_uris": [], "response_types": [], "scope": "openid", "sector": "state"}
_SIGNING: dict[str, object] = {"token_endpoint_auth_method": "private_key_jwt", "jwks": public_set(_KEY)}


def entries(secret: str) -> list[dict[str, object]]:
    """Return the registrations, as a file has them."""
    secretly = {"token_endpoint_auth_method": "client_secret_basic", "client_secret": secret}
    strict = {
        "client_id": STRICT,
        "client_name": "Cổng đo tải theo FAPI 2.0",
        "redirect_uris": [REDIRECT_URI],
        "grant_types": ["authorization_code", "refresh_token", "client_credentials"],
        "response_types": ["code"],
        "scope": "openid profile",
        "sector": "state",
        "require_consent": False,
        "security_profile": "fapi2",
        "dpop_bound_access_tokens": True,
        **_SIGNING,
    }
    calling = {
        "client_id": CALLING,
        "client_name": "Cổng gọi API",
        "redirect_uris": [REDIRECT_URI],
        "grant_types": ["authorization_code"],
        "response_types": ["code"],
        "scope": "openid profile",
        "sector": "state",
        "require_consent": False,
        "resource": API_ADDRESS,
        **secretly,
    }
    signer = {"client_id": SIGNER, "client_name": "Dịch vụ tự ký", "grant_types": [JWT_BEARER], **_NOBODY, **_SIGNING}
    api = {
        "client_id": API,
        "client_name": "API",
        "grant_types": [TOKEN_EXCHANGE],
        "resource": API_ADDRESS,
        "exchange_apis": [NEXT_API],
        **_NOBODY,
        **secretly,
    }
    next_api = {
        "client_id": NEXT_API,
        "client_name": "API sau",
        "grant_types": ["client_credentials"],
        "resource": "https://next-api.example",
        **_NOBODY,
        **secretly,
    }
    device = {
        "client_id": DEVICE,
        "client_name": "Ki-ốt đo tải",
        "grant_types": [DEVICE_CODE],
        "sector_identifier_uri": "https://kiosk.example/sector.json",
        **_NOBODY,
        "scope": "openid profile",
        **secretly,
    }
    return [strict, calling, signer, api, next_api, device]


def assertions(issuer: str, count: int) -> Iterator[str]:
    """Yield forms of the grant of RFC 7523 2.1, each with an assertion of its own."""
    for _ in range(count):
        _, proof = _PROOF.prove(SIGNER, issuer)
        yield urlencode({"grant_type": JWT_BEARER, "assertion": proof["client_assertion"]})


def nonce_of(browser: Browser, issuer: str) -> str:
    """Return a nonce for proofs, which the provider names where one is missing (RFC 9449 8)."""
    _, proof = _PROOF.prove(STRICT, issuer)
    form = {"grant_type": "client_credentials", **proof}
    reply = browser.send("POST", "/token", form, {"DPoP": _PROVING.proof("POST", f"{issuer}/token")})
    if "dpop-nonce" not in reply.headers:
        raise UnexpectedAnswerError("no nonce", reply)
    return reply.headers["dpop-nonce"]


def own_tokens(browser: Browser, issuer: str, count: int) -> Iterator[str]:
    """Yield for each request of a client's own token its proof and its form: FAPI 2.0 without a person."""
    nonce = nonce_of(browser, issuer)
    for _ in range(count):
        yield f"{_proof(issuer, nonce)} {urlencode({'grant_type': 'client_credentials', **_assertion(issuer)})}"


def flows(browser: Browser, issuer: str, count: int) -> Iterator[str]:
    """Yield for each flow what is pushed, the proof at the token endpoint, and the form but for its code."""
    nonce = nonce_of(browser, issuer)
    asked = {
        "client_id": STRICT,
        "response_type": "code",
        "redirect_uri": REDIRECT_URI,
        "scope": "openid profile",
        "state": "state-of-a-load-test",
        "nonce": "nonce-of-a-load-test",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
        "dpop_jkt": _PROVING.thumbprint,
    }
    redeemed = {"grant_type": "authorization_code", "redirect_uri": REDIRECT_URI, "code_verifier": VERIFIER}
    for _ in range(count):
        pushed = urlencode({**asked, **_assertion(issuer)})
        # The code is appended, so its name comes last.
        body = urlencode({**redeemed, **_assertion(issuer), "code": ""})
        yield f"{pushed} {_proof(issuer, nonce)} {body}"


def subject_token(token: str) -> dict[str, str]:
    """Return the form that carries a person's token on to the next API (RFC 8693 2.1)."""
    return {
        "grant_type": TOKEN_EXCHANGE,
        "subject_token": token,
        "subject_token_type": "urn:ietf:params:oauth:token-type:access_token",
        "resource": "https://next-api.example",
    }


def check_exchange(browser: Browser, path: str, form: dict[str, str]) -> None:
    """See that a token is carried on at all."""
    reply = browser.send("POST", path, form, basic(API))
    if reply.status != 200 or b"access_token" not in msgspec.json.encode(msgspec.json.decode(reply.body)):
        raise UnexpectedAnswerError("the token was not carried on", reply)


def _assertion(issuer: str) -> dict[str, str]:
    return _PROOF.prove(STRICT, issuer)[1]


def _proof(issuer: str, nonce: str) -> str:
    return _PROVING.proof("POST", f"{issuer}/token", nonce=nonce)
