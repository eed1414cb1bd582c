"""Tokens encrypted for the client that they are for: signed first, then encrypted (RFC 7519 11.2, RFC 7516 3)."""

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from clients.errors import RuleBrokenError
from clients.jwk_set import as_jwks
from clients.model import Client
from clients.tokens.encryption import Encrypted, encryption_of, fitting_key
from idp.protocol.client_auth.client_jws import Jwks

NO_KEY = "The client has no key that something can be encrypted for."


class NoEncryptionKeyError(Exception):
    """What the client wants encrypted cannot be: none of its keys fits, or its server is away."""


def encrypt_for(client: Client, what: Encrypted, jwks: Jwks, token: str) -> str:
    """Return a signed token as the client registered it: as it is, or encrypted for its key.

    Raises `NoEncryptionKeyError` rather than to send it unencrypted.
    """
    chosen = encryption_of(client, what)
    if chosen is None:
        return token
    algorithm, method = chosen
    key = fitting_key(jwks.get("keys", []), algorithm)
    if key is None:
        raise NoEncryptionKeyError
    header = {"alg": algorithm, "enc": method, "cty": "JWT"} | ({"kid": key["kid"]} if "kid" in key else {})
    try:
        return jwe.encrypt_compact(header, token, _imported(key), algorithms=[algorithm, method])
    except (JoseError, RuleBrokenError, ValueError) as error:
        raise NoEncryptionKeyError from error


def _imported(key: dict[str, str]) -> ECKey | RSAKey:
    """Return a key that keeps the rules of registered ones: one that was fetched was not looked at before."""
    (public,) = as_jwks({"keys": [dict(key)]})["keys"]
    return ECKey.import_key(dict(public)) if public["kty"] == "EC" else RSAKey.import_key(dict(public))
