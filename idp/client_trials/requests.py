"""The requests of the test relying party, each variant with one thing different (OIDC Core 3.1.2.1, 3.1.3.1)."""

from base64 import b64encode, urlsafe_b64encode
from collections.abc import Mapping
from hashlib import sha256
from urllib.parse import quote_plus

from msgspec import Struct

from clients.model import Client
from idp.client_trials.model import Variant
from idp.sign_in.levels import strong_levels
from records.structs import Unprinted

# An address that nobody registers (RFC 2606 2).
UNREGISTERED = "https://khong-dang-ky.invalid/callback"
_MAX_AGE = "0"


class Proof(Unprinted, Struct, frozen=True):
    """The values of one attempt that a relying party keeps to itself until the answer comes."""

    state: str
    nonce: str
    verifier: str


def authorization_parameters(trial_client: Client, variant: Variant, proof: Proof, language: str) -> dict[str, str]:
    """Return the parameters of an authorization request for all that the client registered."""
    parameters = {
        "client_id": trial_client.client_id,
        "response_type": "code",
        "redirect_uri": trial_client.redirect_uris[0],
        "scope": " ".join(trial_client.scope),
        "state": proof.state,
        "nonce": proof.nonce,
        "code_challenge": challenge_of(proof.verifier),
        "code_challenge_method": "S256",
        "ui_locales": language,
    }
    return {**parameters, **_different(variant)}


def _different(variant: Variant) -> Mapping[str, str]:
    match variant:
        case Variant.SILENT:
            return {"prompt": "none"}
        case Variant.MAX_AGE:
            return {"max_age": _MAX_AGE}
        case Variant.STEP_UP:
            return {"acr_values": strong_levels()[0]}
        case Variant.WRONG_REDIRECT:
            return {"redirect_uri": UNREGISTERED}
        case _:
            return {}


def challenge_of(verifier: str) -> str:
    """Return the S256 challenge of a verifier (RFC 7636 4.2)."""
    return urlsafe_b64encode(sha256(verifier.encode("ascii")).digest()).rstrip(b"=").decode("ascii")


class TokenRequest(Unprinted, Struct, frozen=True):
    """A form to post, with the header that proves the client where its secret travels there."""

    form: Mapping[str, str]
    authorization: str | None = None


def token_request(trial_client: Client, code: str, verifier: str, *, secret: str, assertion: str) -> TokenRequest:
    """Return the request for tokens, proved by the one method that the client registered."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": trial_client.redirect_uris[0],
        "code_verifier": verifier,
    }
    match trial_client.token_endpoint_auth_method:
        case "client_secret_basic":
            # RFC 6749 2.3.1: both halves are form-encoded before they are joined.
            pair = f"{quote_plus(trial_client.client_id)}:{quote_plus(secret)}"
            return TokenRequest(form, f"Basic {b64encode(pair.encode()).decode('ascii')}")
        case "client_secret_post":
            return TokenRequest({**form, "client_id": trial_client.client_id, "client_secret": secret})
        case "private_key_jwt":
            kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
            return TokenRequest({**form, "client_assertion_type": kind, "client_assertion": assertion})
        case _:
            return TokenRequest({**form, "client_id": trial_client.client_id})
