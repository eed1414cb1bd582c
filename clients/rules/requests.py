"""What is wrong with how a client signs its requests (RFC 9101)."""

from clients.jwk_set import signs_by
from clients.model import Client


def signs_requests(client: Client) -> bool:
    """True of a client that registered to sign requests (RFC 9101 10.5); another may, if it has keys."""
    return client.require_signed_request_object or client.request_object_signing_alg is not None


def signs_requests_in_public(client: Client) -> bool:
    """True where a key to sign requests would be in every copy of the client."""
    return signs_requests(client) and not client.confidential


def lacks_key_for_requests(client: Client) -> bool:
    """True where no registered key is one of the algorithm that requests are signed by; fetched keys are not known."""
    algorithm = client.request_object_signing_alg
    if client.jwks is None or algorithm is None:
        return False
    return not any(signs_by(key, algorithm) for key in client.jwks["keys"])


def signs_old_requests(client: Client) -> bool:
    """True where only signed requests are taken of a client of today's sign-on, which has none."""
    return client.legacy_dialect_until is not None and client.require_signed_request_object
