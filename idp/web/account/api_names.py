"""The names of the APIs that a client may call for a person (RFC 8707), as people are told them."""

from collections.abc import Iterable

from clients.model import Client
from clients.ports import ClientLookup
from clients.services.apis import api_at
from idp.kernel.locales import Locale


def api_names(
    issuer: str, clients: ClientLookup, client: Client | None, resources: Iterable[str], locale: Locale
) -> tuple[str, ...]:
    """Return the names of other clients' APIs, each once; the address of one that is there no more."""
    own = {issuer} if client is None else {issuer, client.audience}
    return tuple(dict.fromkeys(_name(clients, client, one, locale) for one in resources if one not in own))


def _name(clients: ClientLookup, client: Client | None, resource: str, locale: Locale) -> str:
    api = api_at(client, resource, clients) if client is not None else None
    return resource if api is None else api.name(locale)
