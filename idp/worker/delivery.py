"""Who delivers each kind of message, and who receives what waits in a queue."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import structlog
from msgspec import Struct

from clients.model import Client, ClientId
from clients.registry import ClientRegistry
from idp.account.notices.gathered import GatheredNotices
from idp.account.notices.messages import open_message
from idp.app.foundation.messages import compose_gathered_notices
from idp.app.foundation.opening import Foundation
from idp.kernel.clock import Clock
from idp.kernel.errors import IdpError
from idp.kernel.messages import MessageChannel, MessageGateway
from idp.kernel.outbox import EXPIRED, Backoff, Message, Outbox, Outcome
from idp.kernel.secrets import Sealer
from idp.oauth.devices.pings import CibaPings
from idp.oauth.logout_notices import LogoutNotices
from idp.oauth.security_events import SecurityEvents
from idp.oauth.upstream_logouts import UpstreamLogouts

_log = structlog.get_logger("idp.worker")
_GATHERED = Outcome(delivered=False, result="gathered", retry_at=None)
_TO_PEOPLE = Backoff(timedelta(seconds=2), timedelta(minutes=1))
_FAULTY = Backoff(timedelta(seconds=5), timedelta(hours=1))


class Deliverers(Struct, frozen=True):
    """Delivers one message, however it leaves."""

    notices: LogoutNotices
    events: SecurityEvents
    upstreams: UpstreamLogouts
    pings: CibaPings
    gateway: MessageGateway
    gathered: GatheredNotices
    sealer: Sealer
    clock: Clock

    async def deliver(self, message: Message) -> Outcome:
        """Deliver a message and return how it went. Whatever is wrong with one message is the end of that one only."""
        try:
            if message.gives_up_at <= self.clock.now():
                return self._give_up(message)
            return await self._send(message)
        except IdpError as error:
            return self._failed(message, error.code, None)
        except Exception as error:  # noqa: BLE001 - others wait behind this message
            _log.exception("message_not_deliverable", message_kind=message.kind, kind=type(error).__name__)
            return self._failed(message, "failed", _FAULTY.next_try(message, self.clock.now()))

    def _failed(self, message: Message, result: str, retry_at: datetime | None) -> Outcome:
        if retry_at is None and message.kind == "logout_notice":
            self.notices.note_failure(message, result, self.clock.now())
        return Outcome(delivered=False, result=result, retry_at=retry_at)

    async def _send(self, message: Message) -> Outcome:
        now = self.clock.now()
        match message.kind:
            case "sms" | "email" as channel:
                return await self._to_a_person(message, channel)
            case "logout_notice":
                return await self.notices.deliver(message, now)
            case "account_event":
                return await self.events.deliver(message, now)
            case "upstream_logout":
                return await self.upstreams.deliver(message, now)
            case "ciba_ping":
                return await self.pings.deliver(message, now)

    async def _to_a_person(self, message: Message, channel: MessageChannel) -> Outcome:
        outgoing = open_message(self.sealer, channel, message.payload)
        # Counted once: a further try of the same message is no further message.
        if not message.attempts and await self.gathered.gathers(outgoing, self.clock.now()):
            return _GATHERED
        result = await self.gateway.send(message.key, channel, outgoing.to, outgoing.text, outgoing.subject)
        again = not result.delivered and result.try_again
        retry_at = _TO_PEOPLE.next_try(message, self.clock.now()) if again else None
        return Outcome(result.delivered, result.result, retry_at)

    def _give_up(self, message: Message) -> Outcome:
        now = self.clock.now()
        match message.kind:
            case "logout_notice":
                return self.notices.give_up(message, now)
            case "account_event":
                return self.events.give_up(message, now)
            case "ciba_ping":
                return self.pings.give_up()
            case "sms" | "email" | "upstream_logout":
                return EXPIRED


async def record(outbox: Outbox, clock: Clock, message: Message, outcome: Outcome) -> None:
    """Write down how a try ended. What the store does not take is tried again when its lease ends."""
    try:
        await outbox.record(message, outcome, clock.now())
    except IdpError as error:
        _log.warning("outcome_not_recorded", message_kind=message.kind, code=error.code)


def compose_deliverers(foundation: Foundation) -> Deliverers:
    """Return every way."""
    provider, registry = foundation.shared.provider, foundation.registry
    caller, ledger = foundation.caller, foundation.database.ledger
    return Deliverers(
        LogoutNotices(provider, registry, caller, ledger),
        SecurityEvents(provider, registry, caller, ledger),
        UpstreamLogouts(foundation.upstreams.federation, provider.sealer, ledger),
        CibaPings(provider, registry, caller),
        foundation.gateway,
        compose_gathered_notices(foundation),
        provider.sealer,
        foundation.clock,
    )


def _addresses(client: Client) -> Mapping[str, str | None]:
    """Return where a client is told what, by the kind of message."""
    return {
        "logout_notice": client.backchannel_logout_uri,
        "account_event": client.security_event_endpoint,
        "ciba_ping": client.backchannel_client_notification_endpoint,
    }


class Receivers(Struct, frozen=True):
    """Names who receives what waits in a queue (`kind:receiver`); queues of one receiver share its room."""

    registry: ClientRegistry
    channels: frozenset[MessageChannel]

    def person(self, lane: str) -> str | None:
        """Return the queue itself where it is one of messages to people that this process has a way for."""
        return lane if lane.partition(":")[0] in self.channels else None

    def system(self, lane: str) -> str | None:
        """Return kind and host, so that clients on one server are one receiver; None for messages to people."""
        kind, _, client_id = lane.partition(":")
        if kind in {"sms", "email"}:
            return None
        return f"{kind}:{self._host(kind, ClientId(client_id))}"

    def _host(self, kind: str, client_id: ClientId) -> str:
        client = self.registry.get(client_id) if client_id else None
        if client is None:
            return client_id
        url = _addresses(client).get(kind)
        return urlsplit(url or "").netloc or client_id
