"""What it means that a client did not prove itself, by the rule that it broke: a cause and a next step for each."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, get_args

RefusalWord = Literal[
    "secret", "method", "stopped", "ahead", "expired", "too_long", "no_end", "audience_list", "audience", "used",
    "names", "jti", "key", "signature", "algorithm", "certificate", "several", "dpop_nonce",
]  # fmt: skip
REFUSAL_WORDS: tuple[RefusalWord, ...] = get_args(RefusalWord)
# By what the protocol says, whole (`idp.protocol.client_auth`, `idp.oauth.back_channel`).
_BY_TEXT: Mapping[str, RefusalWord] = MappingProxyType(
    {
        "the secret is wrong, or has ended": "secret",
        "the client is stopped": "stopped",
        "iat is ahead of our clock": "ahead",
        "nbf is ahead of our clock": "ahead",
        "expired": "expired",
        "lives too long": "too_long",
        "exp is missing": "no_end",
        "aud is a list, not this provider as one plain string": "audience_list",
        "aud is not this provider as one plain string": "audience",
        "the assertion was used before": "used",
        "iss is not the client": "names",
        "sub is not the client": "names",
        "jti is missing or unusable": "jti",
        "no registered key, or more than one, fits kid and alg": "key",
        "not a JWS, or its signature is wrong": "signature",
        "alg is not taken of this client": "algorithm",
        "no secret of the client signed it": "secret",
        "not a JWS": "signature",
        "no certificate was shown": "certificate",
        "no registered key is that of the certificate": "certificate",
        "More than one client authentication method was used.": "several",
    }
)
_OTHER_METHOD, _NONCE = "the client is registered for ", "use_dpop_nonce"


def word_of(code: str, said: str) -> RefusalWord | None:
    """Return which rule was broken; None where the error code says enough."""
    if code == _NONCE:
        return "dpop_nonce"
    return "method" if said.startswith(_OTHER_METHOD) else _BY_TEXT.get(said)
