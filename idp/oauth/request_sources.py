"""From what a browser brings to one authorization request, wherever its parameters are: the I/O before the checks."""

from datetime import datetime

from msgspec import Struct

from clients.model import Client
from clients.ports import ClientLookup
from idp.oauth.pushed_requests import PushedRequestStore
from idp.oauth.request_objects import RequestObjects
from idp.protocol.authorize.errors import PageError
from idp.protocol.authorize.pushed import reference_of
from idp.protocol.authorize.submitted import Provenance, SubmittedRequest
from idp.protocol.errors import BY_CODE, INVALID_REQUEST_URI
from idp.protocol.forms import Form, stated_client
from idp.protocol.resources import resources_given, with_resources
from records.structs import replace


class RequestSources(Struct, frozen=True):
    """Finds a request's parameters: in the browser's address, in what the client signed, or where it pushed them."""

    pushed: PushedRequestStore
    objects: RequestObjects

    async def resolve(self, clients: ClientLookup, form: Form, now: datetime) -> SubmittedRequest:
        """Return the request that a browser brings; whether it may be answered, the checks say."""
        client_id = stated_client(form)
        client = clients.get(client_id) if client_id is not None else None
        reference = reference_of(form)
        if reference is None or form.get("request") is not None:
            found = await self._brought(client, form, now)
        else:
            found = await self._pushed(client, form, reference, now)
        return replace(found, given=resources_given(client, found.form, clients)) if found.fault is None else found

    async def _brought(self, client: Client | None, form: Form, now: datetime) -> SubmittedRequest:
        """Return what is in the address: the parameters, or those that the client signed (RFC 9101 5)."""
        try:
            signed = await self.objects.read(client, form, now)
        except PageError as error:
            fault = BY_CODE[error.code].because(error.detail)
            return SubmittedRequest(client, form, Provenance.SIGNED, fault=fault)
        if signed is None:
            return SubmittedRequest(client, with_resources(form))
        return SubmittedRequest(client, signed, Provenance.SIGNED)

    async def _pushed(self, client: Client | None, form: Form, reference: str, now: datetime) -> SubmittedRequest:
        """Return what a client pushed. What the browser adds is not looked at (RFC 9126 4)."""
        found = await self.pushed.get(reference)
        ours = found is not None and client is not None and found.client_id == client.client_id
        if found is None or not ours or now >= found.expires_at:
            return SubmittedRequest(client, form, Provenance.PUSHED, fault=INVALID_REQUEST_URI)
        return SubmittedRequest(client, Form(found.parameters, frozenset()), found.provenance, reference)
