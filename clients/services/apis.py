"""Services that call services: what the API at a resource lets others do, and which clients its owner let do it.

An API is a client that owns its resource (`Client.owns_audience`); others name it by that client's id, so that whose
word a grant takes is never in doubt, though several clients may name one resource (RFC 8707 2).
"""

from collections.abc import Collection, Iterable, Iterator, Sequence

from clients.errors import Problem, RuleBrokenError
from clients.fields import MAX_LIST_ITEMS, as_client_id, as_scope
from clients.model import OWN_GRANTS, TOKEN_EXCHANGE, Client, ClientId
from clients.ports import ClientLookup


def as_api_access(value: object) -> dict[str, str]:
    """Return the scopes at each API, as in `api_access`."""
    if not isinstance(value, dict) or len(value) > MAX_LIST_ITEMS:
        raise RuleBrokenError("type", "the value is not a list of APIs and scopes", "write client-id: scope scope")
    return {as_client_id(api): " ".join(as_scope(scope)) for api, scope in value.items()}


def offers_api(client: Client | None, issuer: str = "") -> bool:
    """Say whether a client is an API that tokens can be made for: in use, and its agency's own, not the provider's."""
    return client is not None and client.active and client.owns_audience and client.audience != issuer


def scopes_at(client: Client, api: Client) -> frozenset[str]:
    """Return what a client may do at an API for itself: what was granted, as far as the API still offers it."""
    granted = "" if client.stage == "sandbox" else client.api_access.get(api.client_id, "")
    return frozenset(granted.split()) & frozenset(api.service_scopes)


def apis_of(client: Client, clients: ClientLookup, issuer: str) -> Iterator[Client]:
    """Return the APIs where a client may do something for itself."""
    return _standing(client, client.api_access, clients, issuer)


def exchange_apis_of(client: Client, clients: ClientLookup, issuer: str) -> Iterator[Client]:
    """Return the APIs to which a client may carry a person's token on."""
    return _standing(client, client.exchange_apis, clients, issuer)


def _standing(client: Client, named: Iterable[str], clients: ClientLookup, issuer: str) -> Iterator[Client]:
    found = (clients.get(ClientId(one)) for one in named) if client.stage == "production" else ()
    return (one for one in found if one is not None and offers_api(one, issuer))


def api_at(client: Client, resource: str, clients: ClientLookup) -> Client | None:
    """Return the API that a client was given at a resource; None where it was given none there."""
    return next((one for one in apis_of(client, clients, "") if one.audience == resource), None)


def newly_asked_apis(before: Client, after: Client) -> frozenset[str]:
    """Return the APIs at which a client would gain something; in the sandbox nobody gains anything."""
    if after.stage == "sandbox":
        return frozenset()
    known = before if before.stage == "production" else None
    return frozenset(_more_scopes(known, after)) | frozenset(
        one for one in after.exchange_apis if known is None or one not in known.exchange_apis
    )


def _more_scopes(known: Client | None, after: Client) -> Iterator[str]:
    for api, scope in after.api_access.items():
        had = known.api_access.get(api, "") if known is not None else ""
        if not frozenset(scope.split()) <= frozenset(had.split()):
            yield api


def api_problems(wanted: Client, clients: Sequence[Client], known: Client | None = None) -> list[Problem]:
    """Return what a client asks for that no API offers; not for what it has already, which then counts for nothing."""
    apis = {one.client_id: one for one in clients if offers_api(one)}
    return [*_unknown_scopes(wanted, known, apis), *_unknown_apis(wanted, known, apis)]


def _unknown_scopes(wanted: Client, known: Client | None, apis: dict[ClientId, Client]) -> Iterator[Problem]:
    for name, scope in wanted.api_access.items():
        if known is not None and known.api_access.get(name) == scope:
            continue
        api = apis.get(ClientId(name))
        if api is None:
            yield _no_api("api_access", name)
        elif more := sorted(frozenset(scope.split()) - frozenset(api.service_scopes)):
            reason = f"the API {name} does not offer {' '.join(more)}"
            yield Problem("api_access", "unknown-service-scope", reason, "ask for what its service_scopes list")


def _unknown_apis(wanted: Client, known: Client | None, apis: Collection[ClientId]) -> Iterator[Problem]:
    stored = known.exchange_apis if known else ()
    for name in wanted.exchange_apis:
        if name not in apis and name not in stored:
            yield _no_api("exchange_apis", name)


def _no_api(field: str, name: str) -> Problem:
    remedy = "name the client that owns the API, in production"
    return Problem(field, "unknown-api", f"{name} is no client that owns an API", remedy)


# Rules of clients.consistency.


def offers_without_resource(client: Client) -> bool:
    """Say whether there are scopes of no API."""
    return bool(client.service_scopes) and client.resource is None


def calls_without_grant(client: Client) -> bool:
    """Say whether access is asked for that no grant of the client yields."""
    return bool(client.api_access) and OWN_GRANTS.isdisjoint(client.grant_types)


def exchanges_without_grant(client: Client) -> bool:
    """Say whether tokens would be carried on by a client that has no grant for it."""
    return bool(client.exchange_apis) and TOKEN_EXCHANGE not in client.grant_types


def exchanges_unasked(client: Client) -> bool:
    """Say whether a client exchanges tokens that it cannot have been shown: it is no API."""
    return TOKEN_EXCHANGE in client.grant_types and (client.resource is None or not client.confidential)
