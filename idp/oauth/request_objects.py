"""Request objects that clients send (RFC 9101): reading one with the keys of its client."""

from datetime import datetime

from msgspec import Struct

from clients.model import Client
from idp.oauth.client_keys import NO_KEYS, ClientKeys
from idp.oauth.referenced_objects import ReferencedObjects
from idp.protocol.authorize.request_object import (
    carried_object,
    read_request_object,
    referenced_object,
    with_object,
)
from idp.protocol.client_auth.client_jws import Jwks, claimed_kid
from idp.protocol.forms import Form
from idp.protocol.provider import Provider


class RequestObjects(Struct, frozen=True):
    """Reads what `request` holds; a client's keys are fetched at most once in ten seconds, whoever asks."""

    provider: Provider
    keys: ClientKeys
    referenced: ReferencedObjects

    async def read(self, client: Client | None, form: Form, now: datetime) -> Form | None:
        """Return the signed parameters; None where the request is judged as it stands. Raises `PageError`."""
        if client is None:
            return None
        reference = referenced_object(client, form)
        if reference is not None:
            form = with_object(form, await self.referenced.at(reference, now))
        if carried_object(client, form) is None:
            return None
        return read_request_object(self.provider, client, form, await self.keys_for(client, form, now), now)

    async def keys_for(self, client: Client | None, form: Form, now: datetime) -> Jwks:
        """Return the keys that the object of a request may be signed by."""
        carried = carried_object(client, form) if client is not None else None
        if client is None or carried is None:
            return NO_KEYS
        return await self.keys.of(client, claimed_kid(carried), now)
