"""Lets the browser that holds a run meet the trial client on the pages of signing in; nobody else ever does."""

from msgspec import Struct
from starlette.requests import Request

from clients.ports import ClientLookup
from clients.trial_client import WithTrialClient
from idp.client_trials.trials import Trials
from idp.web.http.cookies import Cookies


class TrialClients(Struct, frozen=True):
    """The registered clients, and the trial client of a run in the requests of the browser that holds it."""

    registry: ClientLookup
    trials: Trials
    cookies: Cookies

    async def of(self, request: Request) -> ClientLookup:
        """Return the clients that this request knows; only a browser that says it holds a run costs a look."""
        held = self.cookies.trial(request)
        running = await self.trials.running(held) if held else None
        return self.registry if running is None else WithTrialClient(self.registry, running.trial_client)
