"""What a client's own token is for: one API and what its owner granted there, or what it always had (RFC 8707 2.2)."""

from collections.abc import Iterator
from datetime import datetime

from authlib.oauth2.rfc6749.errors import InvalidScopeError
from msgspec import Struct

from clients.local_days import day_of
from clients.model import ADMIN_SCOPES, Client
from clients.ports import ClientLookup
from clients.services.apis import apis_of, scopes_at
from clients.services.programs import roles_on
from idp.protocol.policy import SCOPES
from idp.protocol.provider import Provider
from idp.protocol.resources import NO_CLIENTS, InvalidTargetError

PERSONAL_SCOPES = frozenset(SCOPES)


class OwnFacts(Struct, frozen=True):
    """The registry, which is in memory: the APIs that a client was granted are looked up in it."""

    clients: ClientLookup


class OwnAccess(Struct, frozen=True):
    """For whom a client's own token is, and what it may do there."""

    audience: tuple[str, ...]
    scope: tuple[str, ...]


class _Target(Struct, frozen=True):
    """One audience that the client may have, under the name that `resource` has for it."""

    resource: str
    audience: tuple[str, ...]
    scope: frozenset[str]
    # What a request without `scope` gets here (RFC 6749 3.3).
    default: tuple[str, ...] = ()


def clients_of(facts: object) -> ClientLookup:
    """Return the registry that was loaded; an empty one where nothing was."""
    return facts.clients if isinstance(facts, OwnFacts) else NO_CLIENTS


def own_access(
    provider: Provider, client: Client, clients: ClientLookup, scope: str | None, resource: str | None, now: datetime
) -> OwnAccess:
    """Return what is granted; never two audiences in one token. Raises `InvalidScopeError`, `InvalidTargetError`."""
    wanted = tuple(dict.fromkeys((scope or "").split()))
    own = _own_target(provider, client)
    targets = (own, *_others(provider, client, clients, now))
    if resource is not None:
        targets = tuple(one for one in targets if one.resource == resource)
        if not targets:
            raise InvalidTargetError(description="No access to this resource was granted to the client.")
    elif not wanted:
        return OwnAccess(own.audience, ())
    if not wanted:
        # What was granted at an API says more than that a resource is the client's own.
        return OwnAccess(targets[-1].audience, targets[-1].default)
    fitting = [one for one in targets if one.scope.issuperset(wanted)]
    if not fitting:
        raise InvalidScopeError
    if len(fitting) > 1 and resource is None:
        raise InvalidTargetError(description="Several resources have this scope; say which by resource.")
    return OwnAccess(fitting[-1].audience, wanted)


def _own_target(provider: Provider, client: Client) -> _Target:
    """Return what the client registered for itself; at another agency's resource that is nothing, whatever it wrote."""
    audience = client.audience
    scope = frozenset(client.scope) - PERSONAL_SCOPES if audience is None or client.owns_audience else frozenset[str]()
    both = (provider.issuer,) if audience is None else (provider.issuer, audience)
    return _Target(audience or provider.issuer, both, scope)


def _others(provider: Provider, client: Client, clients: ClientLookup, now: datetime) -> Iterator[_Target]:
    if roles_on(client, day_of(now)):
        scope = ADMIN_SCOPES.intersection(client.governed_claims, client.scope)
        yield _Target(provider.issuer, (provider.issuer,), frozenset[str](scope))
    granted: dict[str, frozenset[str]] = {}
    for api in apis_of(client, clients, provider.issuer):
        if api.audience is not None and (scopes := scopes_at(client, api) - PERSONAL_SCOPES):
            granted[api.audience] = granted.get(api.audience, frozenset[str]()) | scopes
    for audience, scopes in granted.items():
        yield _Target(audience, (audience,), scopes, tuple(sorted(scopes)))
