"""The last answer to a browser whose session has ended: who is told, and the way on."""

from urllib.parse import urlencode

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response

from clients.model import Client, ClientId
from clients.ports import ClientLookup
from idp.account.rating_effects import Occasion
from idp.kernel.ids import SessionId
from idp.protocol.front_channel import FrontChannel
from idp.sessions.model import SessionView
from idp.sign_in.shown_method import method_of
from idp.web.account.paths import RATE
from idp.web.http.page_context import PageContext
from idp.web.sessions.dependencies import FarewellDependencies
from idp.web.sessions.pages import FrameEntry, SignedOutPage
from idp.web.sessions.paths import SIGNED_OUT


class Leaving(Struct, frozen=True):
    """Whose session ended, who asked for it, and where the browser goes."""

    view: SessionView
    client: Client | None = None
    return_to: str | None = None
    ui_locales: str | None = None


class Farewell(Struct, frozen=True):
    """Sends the browser on at once, or shows it the page with the portals that only it can tell."""

    dependencies: FarewellDependencies
    context: PageContext

    async def answer(self, request: Request, clients: ClientLookup, leaving: Leaving) -> Response:
        """Return the answer after a session's end. It takes the cookie away."""
        front = await self.dependencies.front_channel.of(clients, leaving.view.session)
        if front.frames:
            response = await self._page(request, clients, leaving, front)
        else:
            signed_out = _signed_out(leaving, self._rating(request, leaving))
            response = self.context.see_other(leaving.return_to or signed_out)
        self.context.cookies.end_session(response)
        return response

    def rate_url(self, token: str) -> str | None:
        """Return where "how was it?" is answered, if it was asked."""
        return f"{RATE}?{urlencode({'t': token})}" if self.dependencies.ratings.offered(token) else None

    async def notified(self, clients: ClientLookup, session_id: SessionId) -> tuple[Client, ...]:
        """Return the portals that have a notice of a session's end (Back-Channel Logout 2.5)."""
        outcomes = await self.dependencies.outbox.outcomes("logout_notice", f"{session_id}:")
        found = (clients.get(ClientId(key.split(":")[1])) for key, _, _ in outcomes)
        return tuple(client for client in found if client is not None)

    def _rating(self, request: Request, leaving: Leaving) -> str:
        # The portal that signs the person out, else the one that they came from.
        portal = leaving.client.client_id if leaving.client else self.context.cookies.portal(request)
        return self.dependencies.ratings.offer(Occasion.SIGN_OUT, method_of(leaving.view.session.amr), portal)

    async def _page(self, request: Request, clients: ClientLookup, leaving: Leaving, front: FrontChannel) -> Response:
        locale = self.context.locale(request, leaving.ui_locales)
        other = "en" if locale == "vi" else "vi"
        rating = self._rating(request, leaving)
        page = SignedOutPage(
            # Shown once: in the other language it is the page of a session that is over.
            other_language_url=_signed_out(leaving, rating, lang=other),
            portals=tuple(client.name(locale) for client in await self.notified(clients, leaving.view.session.id)),
            rate_url=None if leaving.return_to else self.rate_url(rating),
            frames=tuple(FrameEntry(name=one.client.name(locale), address=one.address) for one in front.frames),
            left_out=tuple(client.name(locale) for client in front.left_out),
            continue_url=leaving.return_to,
            continue_to=leaving.client.name(locale) if leaving.client else "",
        )
        return self.context.respond(request, page, locale, frames=tuple(one.address for one in front.frames))


def _signed_out(leaving: Leaving, rating: str, **more: str) -> str:
    return f"{SIGNED_OUT}?{urlencode({'s': leaving.view.session.id, 'r': rating, **more})}"
