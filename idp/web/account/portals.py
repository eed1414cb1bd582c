"""The portals that may read something of the person: what, on which basis, since when; and the way to end it."""

from typing import get_args
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from clients.model import ClientId
from idp.account.own_portals import Connection
from idp.kernel.locales import Locale
from idp.protocol.initiated_login import initiated_login_address
from idp.web.account.api_names import api_names
from idp.web.account.dependencies import AccountDependencies
from idp.web.account.pages import PortalEntry, PortalsDone, PortalsPage
from idp.web.account.released_claims import released_claims
from idp.web.account.shell import AccountShell, Frame
from idp.web.delegation.acting_names import names_in
from idp.web.http.dependencies import WebDependencies
from idp.web.http.local_time import local_time
from idp.web.http.page_context import PageContext
from idp.web.http.requests import origin_of, query_form

PATH = "/account/portals"

_DONE: dict[str, PortalsDone] = {word: word for word in get_args(PortalsDone)}


class PortalsHandlers:
    def __init__(self, dependencies: AccountDependencies, context: PageContext) -> None:
        self._dependencies = dependencies
        self._web = dependencies.web
        self._context = context
        self._shell = AccountShell(dependencies.web, context)

    async def show(self, request: Request) -> Response:
        frame = await self._shell.visit(request, "portals")
        return self._shell.respond(request, await self._page(request, frame), frame)

    async def submit(self, request: Request) -> Response:
        """Withdraw a consent, or end what a portal holds by law."""
        view, action = await self._shell.form(request)
        own, origin = self._dependencies.portals, origin_of(request)
        verb, _, client_id = action.partition(":")
        done: PortalsDone = "gone"
        if verb == "withdraw" and await own.withdraw(view, ClientId(client_id), origin):
            done = "withdrawn"
        elif verb == "end" and await own.end_access(view, ClientId(client_id), origin):
            done = "access_ended"
        return self._context.see_other(f"{PATH}?{urlencode({'done': done})}")

    async def _page(self, request: Request, frame: Frame) -> PortalsPage:
        connections = await self._dependencies.portals.connections(frame.view)
        return PortalsPage(
            other_language_url=frame.other_language_url,
            action=PATH,
            hidden=self._shell.hidden(frame),
            shell=frame.shell,
            portals=tuple(self._entry(n, one, frame.locale) for n, one in enumerate(connections, 1)),
            done=_DONE.get(query_form(request).get("done") or ""),
        )

    def _entry(self, number: int, connection: Connection, locale: Locale) -> PortalEntry:
        use, consent = connection.use, connection.consent
        client = self._web.registry.get(connection.client_id)
        return PortalEntry(
            number=number,
            client_id=connection.client_id,
            name=client_name(self._web, connection.client_id, locale),
            claims=released_claims(connection.scope, connection.claims),
            consented=local_time(consent.given_at, locale) if consent else "",
            last_used=local_time(use.last_at, locale) if use else "",
            live=connection.live,
            open_url=initiated_login_address(self._web.issuer, client) if client else None,
            acting_for=names_in(self._web.sealer, use.live_acting) if use else (),
            apis=api_names(self._web.issuer, self._web.registry, client, connection.resources, locale),
        )


def client_name(web: WebDependencies, client_id: ClientId, locale: Locale) -> str:
    """Return the name people know a portal by; its id when it is no longer registered."""
    client = web.registry.get(client_id)
    return client.name(locale) if client else client_id
