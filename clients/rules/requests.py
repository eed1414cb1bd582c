"""What is wrong with how a client signs: its requests (RFC 9101), and what proves it (RFC 7523)."""

from clients.client_secret import SIGNING_METHOD
from clients.jwk_set import signs_by
from clients.model import ASSERTION_METHODS, CIBA, MAC_ALGORITHMS, Client


def signs_requests(client: Client) -> bool:
    """True of a client that registered to sign requests (RFC 9101 10.5); another may, if it has keys."""
    return client.require_signed_request_object or bool(_algorithms_of(client) or client.request_uris)


def signs_requests_in_public(client: Client) -> bool:
    """True where a key to sign requests would be in every copy of the client."""
    return signs_requests(client) and not client.confidential


def lacks_key_for_requests(client: Client) -> bool:
    """True where no registered key is one of the algorithm that requests are signed by; fetched keys are not known."""
    if client.jwks is None:
        return False
    keys = client.jwks["keys"]
    return any(not any(signs_by(key, algorithm) for key in keys) for algorithm in _algorithms_of(client))


def _algorithms_of(client: Client) -> tuple[str, ...]:
    named = (client.request_object_signing_alg, client.backchannel_authentication_request_signing_alg)
    return tuple(algorithm for algorithm in named if algorithm is not None)


def signs_no_requests_that_it_sends(client: Client) -> bool:
    """True where requests about people would be signed without the grant that sends them (CIBA 4)."""
    return client.backchannel_authentication_request_signing_alg is not None and CIBA not in client.grant_types


def signs_assertions_otherwise(client: Client) -> bool:
    """True where the algorithm of assertions belongs to another way of authenticating, or to none."""
    algorithm = client.token_endpoint_auth_signing_alg
    if algorithm is None:
        return False
    if client.token_endpoint_auth_method not in ASSERTION_METHODS:
        return True
    return (algorithm in MAC_ALGORITHMS) != (client.token_endpoint_auth_method == SIGNING_METHOD)


def asks_people_unsigned(client: Client) -> bool:
    """True where some of the requests of a client whose requests are all signed would not be (CIBA 7.1.1)."""
    unsigned = client.backchannel_authentication_request_signing_alg is None
    return CIBA in client.grant_types and unsigned and client.require_signed_request_object


def signs_old_requests(client: Client) -> bool:
    """True where only signed requests are taken of a client of today's sign-on, which has none."""
    return client.legacy_dialect_until is not None and client.require_signed_request_object
