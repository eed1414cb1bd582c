"""Resource indicators (RFC 8707): for which API a token of a person is, and what it carries there.

A client may name this provider, its own resource, and the resources of APIs that it was given (`api_access`). The grant
remembers which the person agreed to; each token is for one of them.
"""

from collections.abc import Iterable, Iterator, Mapping

from authlib.oauth2.rfc6749.errors import OAuth2Error
from msgspec import Struct

from clients.errors import RuleBrokenError
from clients.fields import as_absolute_uri
from clients.model import Client, ClientId
from clients.ports import ClientLookup
from clients.services.apis import apis_of
from idp.grants.model import Grant
from idp.protocol.errors import INVALID_TARGET
from idp.protocol.forms import Form
from idp.protocol.policy import GOVERNED_SCOPES, SCOPES
from idp.protocol.provider import Provider
from records.structs import replace

RESOURCE = "resource"
# What never leaves the client that it was released to: governed claims, administration, access without the person.
KEPT_SCOPES = GOVERNED_SCOPES | {"offline_access"}
_NOT_AGREED = "The resource is not among those that were agreed to."
NOT_ABSOLUTE = INVALID_TARGET.because("'resource' is an absolute URI without a fragment.")


class InvalidTargetError(OAuth2Error):
    """What is asked for is no audience that the client may have, or does not say which one (RFC 8707 2)."""

    error = INVALID_TARGET.code


class NoClients:
    """Nobody knows any client."""

    def get(self, client_id: ClientId) -> None:
        """Return nothing."""


NO_CLIENTS: ClientLookup = NoClients()


class Target(Struct, frozen=True):
    """Whom one access token is for, and with which scope; `carried` where that is another client's API."""

    audience: tuple[str, ...]
    scope: tuple[str, ...]
    carried: bool = False


def with_resources(form: Form) -> Form:
    """Return a form in which `resource` may be repeated (RFC 8707 2), and nothing else (RFC 6749 3.1, 3.2).

    Its values become one, with spaces between them. A space is in no URI: one in a value is written so that it is none.
    """
    if RESOURCE not in form.data or (RESOURCE in form.repeated and RESOURCE not in form.every):
        return form
    sent = form.every.get(RESOURCE, (form.data[RESOURCE],))
    return Form({**form.data, RESOURCE: joined(sent)}, form.repeated - {RESOURCE})


def joined(resources: Iterable[str]) -> str:
    """Return several values of `resource` as one."""
    return " ".join(one.replace(" ", "%20") for one in resources if one)


def sent_again(parameters: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Return parameters as a client sends them: `resource` as often as there are resources."""
    for name, value in parameters.items():
        yield from ((name, one) for one in (value.split(" ") if name == RESOURCE else (value,)))


def is_resource(text: str) -> bool:
    """Say whether a value of `resource` is an absolute URI without a fragment (RFC 8707 2)."""
    try:
        as_absolute_uri(text)
    except RuleBrokenError:
        return False
    return True


def resources_given(client: Client | None, form: Form, clients: ClientLookup) -> tuple[str, ...]:
    """Return the resources of the APIs that a client was given; looked up only for a request that names some."""
    if client is None or form.get(RESOURCE) is None:
        return ()
    return given_to(client, clients)


def given_to(client: Client, clients: ClientLookup) -> tuple[str, ...]:
    """Return the resources of the APIs that a client was given and that stand now."""
    return tuple(dict.fromkeys(api.audience for api in apis_of(client, clients, "") if api.audience is not None))


def may_name(provider: Provider, client: Client, resource: str, given: Iterable[str]) -> bool:
    """Say whether a client may name a resource."""
    return resource in {provider.issuer, client.audience, *given}


def target_of(provider: Provider, grant: Grant, client: Client, asked: str | None, clients: ClientLookup) -> Target:
    """Return whom an access token of a grant is for (RFC 8707 2.2): one resource that was agreed to, never a wider one.

    A grant without any has what the client always had, and may be narrowed to a part of that. What another's API may
    no longer be shown is refused, however long ago it was agreed to. Raises `InvalidTargetError`.
    """
    agreed = grant.resources
    if asked is None and not agreed:
        return Target((), grant.scope)
    chosen = _chosen(agreed or _always(provider, client), agreed if asked is None else tuple(asked.split(" ")))
    if chosen == provider.issuer:
        return Target((chosen,), grant.scope)
    carried = chosen != client.audience
    if carried and chosen not in given_to(client, clients):
        raise InvalidTargetError(description="The API may not be shown tokens of this client any more.")
    scope = tuple(name for name in grant.scope if name not in KEPT_SCOPES) if carried else grant.scope
    ours = (provider.issuer,) if any(name in SCOPES for name in scope) else ()
    return Target((*ours, chosen), scope, carried)


def _always(provider: Provider, client: Client) -> tuple[str, ...]:
    return (provider.issuer,) if client.audience is None else (provider.issuer, client.audience)


def _chosen(agreed: tuple[str, ...], asked: tuple[str, ...]) -> str:
    if len(frozenset(asked)) != 1:
        raise InvalidTargetError(description="A token is for one resource; say which by 'resource'.")
    if asked[0] not in agreed:
        said = NOT_ABSOLUTE if not is_resource(asked[0]) else INVALID_TARGET.because(_NOT_AGREED)
        raise InvalidTargetError(description=said.description)
    return asked[0]


def narrowed(grant: Grant, scope: tuple[str, ...]) -> Grant:
    """Return a grant with the part of its scope that a request asks for."""
    return grant if scope == grant.scope else replace(grant, scope=scope)
