"""RP-initiated logout: end the session, tell every portal, send the person on."""

from msgspec import Struct

from clients.model import ClientId
from clients.ports import ClientLookup
from idp.audit.model import EventName, Origin, RecordEvent
from idp.grants.ports import GrantReader
from idp.kernel.clock import Clock
from idp.kernel.effects import Effect, Ledger
from idp.kernel.ids import EventId, PersonId, SessionId, new_id
from idp.protocol.authorize.sandbox import may_be_led_to
from idp.protocol.forms import Form
from idp.protocol.logout import LogoutRequest, may_skip_confirmation, names_session_of, read_logout_request
from idp.protocol.provider import Provider
from idp.protocol.tokens.subjects import subject_space
from idp.sessions.model import EndSession, SessionView, TellPortals
from idp.sessions.policy import TELL_FOR
from idp.sessions.ports import SessionReader
from idp.sessions.upstream import upstream_logout
from records.structs import replace

_NO_ACCESS_TOKEN = ""


class LogoutCase(Struct, frozen=True):
    """A checked logout request with the browser's session, and whether the person must confirm."""

    request: LogoutRequest
    session: SessionView | None
    confirm: bool


class LogoutEndpoint:
    """Answers logout requests (OIDC RP-Initiated Logout 1.0)."""

    def __init__(
        self,
        provider: Provider,
        sessions: SessionReader,
        grants: GrantReader,
        ledger: Ledger,
        clock: Clock,
    ) -> None:
        self._provider = provider
        self._sessions = sessions
        self._grants = grants
        self._ledger = ledger
        self._clock = clock

    async def read(self, clients: ClientLookup, form: Form, cookie: str | None) -> LogoutCase:
        """Return the checked request; raises `PageError` for an address nobody vouches for."""
        request = read_logout_request(self._provider, form, clients.get)
        session = None
        if cookie is not None:
            space = subject_space(request.client) if request.client else ""
            session = await self._sessions.live(
                self._provider.token_hash.digest(cookie), ClientId(""), self._clock.now(), space
            )
        if request.client is not None and not may_be_led_to(request.client, session):
            request = replace(request, return_to=None)
        confirm = session is not None and not may_skip_confirmation(self._provider, request, session)
        return LogoutCase(request, session, confirm)

    async def end(self, view: SessionView, origin: Origin, reason: str = "logout") -> None:
        """End a session and put a notice for each of its portals in the outbox, in one transaction."""
        reported = upstream_logout(view.session, self._clock.now())
        await self.end_session(view.session.id, view.session.person_id, origin, reason, also=reported)

    async def end_hinted(self, request: LogoutRequest, origin: Origin) -> None:
        """End the session that a genuine hint names, where no browser shows one: a portal's server asks.

        Showing the ID token is the proof: it was given to that portal alone. The cookie stays in the browser and opens
        nothing any more.
        """
        if request.hinted_grant is None or request.client is None:
            return
        state = await self._grants.state(request.hinted_grant, _NO_ACCESS_TOKEN, self._clock.now())
        if state is not None and names_session_of(self._provider, request, state.grant):
            grant, client_id = state.grant, request.client.client_id
            await self.end_session(grant.session_id, grant.person_id, origin, "logout_from_server", client_id)

    async def end_session(
        self,
        session_id: SessionId,
        person_id: PersonId,
        origin: Origin,
        reason: str,
        client_id: ClientId | None = None,
        also: tuple[Effect, ...] = (),
    ) -> None:
        """End a session that is known by its id; `client_id` is the portal that ended it by itself."""
        now = self._clock.now()
        await self._ledger.commit(
            EndSession(session_id=session_id, person_id=person_id, at=now, reason=reason),
            TellPortals(session_id=session_id, person_id=person_id, at=now, gives_up_at=now + TELL_FOR),
            *also,
            RecordEvent(
                id=EventId(new_id()),
                name=EventName.SESSION_ENDED,
                at=now,
                origin=origin,
                person_id=person_id,
                client_id=client_id,
                session_id=session_id,
                reason=reason,
            ),
        )
