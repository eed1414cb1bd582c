"""client_secret_jwt: a client proves itself by a MAC with its secret (RFC 7523 3, OIDC Core 9)."""

from datetime import datetime

from clients.client_secret import signing_secrets
from clients.model import MAC_ALGORITHMS, Client
from idp.protocol.client_auth.client_jws import BadJwsError, claims_by_secret
from idp.protocol.client_auth.private_key_jwt import BadAssertionError, ClientAssertion, assertion_of
from idp.protocol.provider import Provider


def verify_by_secret(provider: Provider, client: Client, assertion: str, now: datetime) -> ClientAssertion:
    """Return the proof, or raise `BadAssertionError`. Signature first, then every claim, as with a key of the client.

    After a rotation both secrets sign, until the older one ends.
    """
    only = client.token_endpoint_auth_signing_alg
    algorithms = tuple(name for name in MAC_ALGORITHMS if only in {None, name})
    secrets = signing_secrets(client.secrets, provider.client_secret_hash.key, now)
    try:
        return assertion_of(provider, client, claims_by_secret(assertion, secrets, algorithms=algorithms), now)
    except BadJwsError as error:
        raise BadAssertionError(str(error)) from error
