"""What the provider tells between sign-ins: events taken in (RFC 8935), acted on, and shown."""

from collections import deque

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from portals.relying_party.errors import SignInError, TokenRefusedError
from portals.relying_party.event_token import EventTokens, SecurityEvent
from portals.relying_party.pages import EventsPage, ShownEvent, pseudonym
from portals.relying_party.site import Site, log

_MAX_EVENT_BYTES = 16_384
_CONTENT_TYPE = "application/secevent+jwt"
_NO_STORE = {"Cache-Control": "no-store"}
# The newest are shown; a real portal would keep them in its books.
_KEPT = 200


class Events:
    """The handlers."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._tokens = EventTokens(site.portal, site.provider.keys)
        self._received: deque[SecurityEvent] = deque(maxlen=_KEPT)

    async def receive(self, request: Request) -> Response:
        """202 for an event that is genuine, also when it comes again (RFC 8935 2.2), 400 otherwise (2.3)."""
        try:
            event = await self._tokens.read(await _posted_event(request), self._site.now())
        except SignInError as error:
            log.warning("security event refused: %s", error)
            body = {"err": "invalid_request", "description": "The security event token was refused."}
            return JSONResponse(body, status_code=400, headers=_NO_STORE)
        if all(known.id != event.id for known in self._received):
            self._received.append(event)
            self._act_on(event)
        return Response(status_code=202, headers=_NO_STORE)

    async def show(self, request: Request) -> Response:
        """What was received, the newest first, by pseudonym."""
        shown = tuple(
            ShownEvent(event.word, pseudonym(event.subject), event.happened_at) for event in reversed(self._received)
        )
        return self._site.page(request, EventsPage(shown))

    def _act_on(self, event: SecurityEvent) -> None:
        """End what an account that is no more has left open here."""
        if event.word in {"account-disabled", "account-purged"}:
            self._site.sessions.end_subject(event.subject)
        log.info("security event: %s", event.word)


async def _posted_event(request: Request) -> str:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _CONTENT_TYPE:
        raise TokenRefusedError("the event is no security event token")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MAX_EVENT_BYTES:
            raise TokenRefusedError("the event is too large")
    try:
        return body.decode("ascii").strip()
    except UnicodeDecodeError as error:
        raise TokenRefusedError("the event is no security event token") from error
