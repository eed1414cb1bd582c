"""What is wrong with the grants of a client, its responses, and how it authenticates."""

from clients.model import CIBA, DEVICE_CODE, JWT_BEARER, OWN_GRANTS, Client
from clients.policy import sends_tokens, words_of


def uses_code(client: Client) -> bool:
    return "authorization_code" in client.grant_types


def asks_elsewhere(client: Client) -> bool:
    """Say whether people answer it at a device of their own: it has no address that says whose it is."""
    return not {DEVICE_CODE, CIBA}.isdisjoint(client.grant_types)


def signs_people_in(client: Client) -> bool:
    return uses_code(client) or asks_elsewhere(client)


def asks_people_unauthenticated(client: Client) -> bool:
    return CIBA in client.grant_types and not client.confidential


def hears_of_nothing(client: Client) -> bool:
    return (CIBA in client.grant_types) != (client.backchannel_token_delivery_mode is not None)


def pings_no_endpoint(client: Client) -> bool:
    pings = client.backchannel_token_delivery_mode == "ping"  # noqa: S105 (the name of a mode)
    return pings != (client.backchannel_client_notification_endpoint is not None)


def asks_people_without_openid(client: Client) -> bool:
    return CIBA in client.grant_types and "openid" not in client.scope


def lacks_redirect_uri(client: Client) -> bool:
    return (uses_code(client) or is_implicit(client)) and not client.redirect_uris


def mixes_grants_and_responses(client: Client) -> bool:
    return uses_code(client) != ("code" in words_of(client.response_types))


def is_implicit(client: Client) -> bool:
    return "implicit" in client.grant_types


def mixes_implicit_and_responses(client: Client) -> bool:
    return is_implicit(client) != sends_tokens(client.response_types)


def risks_more_in_the_browser(client: Client) -> bool:
    governed = bool(client.governed_claims) or client.assisted_filing or client.acting != "self"
    bound = client.dpop_bound_access_tokens or client.tls_client_certificate_bound_access_tokens
    return is_implicit(client) and (governed or bound or client.resource is not None)


def refreshes_nothing(client: Client) -> bool:
    return "refresh_token" in client.grant_types and not signs_people_in(client)


def acts_alone_unauthenticated(client: Client) -> bool:
    return not client.confidential and not OWN_GRANTS.isdisjoint(client.grant_types)


def asserts_without_keys(client: Client) -> bool:
    return JWT_BEARER in client.grant_types and not signs(client)


def signs(client: Client) -> bool:
    return client.token_endpoint_auth_method == "private_key_jwt"  # noqa: S105 (the name of a method)
