"""Both endpoints as programs call them: the token is proved before anything else is read, and refusals are told."""

from collections.abc import Awaitable, Callable

from msgspec import Struct

from clients.model import ClientId
from idp.admin.dynamic_registration.endpoint import Registering
from idp.admin.dynamic_registration.events import refused_event
from idp.admin.dynamic_registration.management import Managed, Managing
from idp.admin.dynamic_registration.model import InitialToken
from idp.audit.client_refusals import RefusalTally, RefusedAt, refusal_of
from idp.audit.model import Origin
from idp.protocol.answers import Answer
from idp.protocol.dynamic_registration.errors import RegistrationError, challenge
from idp.protocol.errors import INVALID_TOKEN
from records.structs import Unprinted

# Reads the body of the request, within its limits.
ReadBody = Callable[[], Awaitable[bytes]]


class DynamicRegistration(Unprinted, Struct, frozen=True):
    """The client registration endpoint and the client configuration endpoint."""

    registering: Registering
    managing: Managing
    refusals: RefusalTally

    async def register(self, shown: str | None, body: ReadBody, origin: Origin) -> Answer:
        """Answer POST (RFC 7591 3.1). `shown` is the one Bearer token of the request."""
        if shown is None:
            return challenge(None)
        token: InitialToken | None = None
        try:
            token = await self.registering.admit(shown)
            return await self.registering.register(token, await body(), origin)
        except RegistrationError as error:
            return self._refused(error, origin, token, None)

    async def read(self, client_id: ClientId, shown: str | None, origin: Origin) -> Answer:
        """Answer GET (RFC 7592 2.1)."""

        async def shown_client(managed: Managed) -> Answer:
            return self.managing.read(managed)

        return await self._managed(client_id, shown, origin, shown_client)

    async def change(self, client_id: ClientId, shown: str | None, body: ReadBody, origin: Origin) -> Answer:
        """Answer PUT (RFC 7592 2.2)."""

        async def changed(managed: Managed) -> Answer:
            return await self.managing.change(managed, await body(), origin)

        return await self._managed(client_id, shown, origin, changed)

    async def delete(self, client_id: ClientId, shown: str | None, origin: Origin) -> Answer:
        """Answer DELETE (RFC 7592 2.3)."""

        async def deleted(managed: Managed) -> Answer:
            return await self.managing.delete(managed, origin)

        return await self._managed(client_id, shown, origin, deleted)

    async def _managed(
        self, client_id: ClientId, shown: str | None, origin: Origin, act: Callable[[Managed], Awaitable[Answer]]
    ) -> Answer:
        if shown is None:
            return challenge(None)
        managed: Managed | None = None
        try:
            managed = await self.managing.admit(client_id, shown)
            return await act(managed)
        except RegistrationError as error:
            token = managed.registration.token if managed is not None else None
            return self._refused(error, origin, token, client_id if managed is not None else None)

    def _refused(
        self, refusal: RegistrationError, origin: Origin, token: InitialToken | None, client_id: ClientId | None
    ) -> Answer:
        error, desk = refusal.error, self.registering.desk
        event = refused_event(error.code, error.description, origin, desk.clock.now(), token=token, client_id=client_id)
        desk.ledger.enqueue(event)
        if client_id is not None:
            # Its registration access token was proved before anything else was looked at.
            said = refusal_of(client_id, RefusedAt.REGISTRATION, error.code, error.description, proven=True)
            self.refusals.count(said, desk.clock.now())
        if error.code == INVALID_TOKEN.code:
            return challenge(error)
        return error.answer()
