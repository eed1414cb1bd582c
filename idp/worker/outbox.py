"""The outbox is delivered, whoever put the message there."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

from idp.app.foundation import Foundation
from idp.app.house import compose_house
from idp.endpoints.logout_notices import LogoutNotices
from idp.endpoints.security_events import SecurityEvents
from idp.endpoints.upstream_logouts import UpstreamLogouts
from idp.kernel.errors import IdpError
from idp.kernel.messages import MessageChannel
from idp.kernel.outbox import Message, Outcome
from idp.kernel.secrets import Sealer
from idp.selfservice.messages import open_message

# Portals hear of a logout within two seconds; a quarter of one leaves time for the portal itself.
_LOOK_EVERY = timedelta(milliseconds=250)
# Longer than a delivery may take with its deadline; then another worker may try.
_LEASE = timedelta(seconds=30)
_AT_ONCE = 32
_RETRY = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class _Lines:
    """The ways that messages leave by."""

    notices: LogoutNotices
    events: SecurityEvents
    upstreams: UpstreamLogouts
    sealer: Sealer


async def deliver_outbox(foundation: Foundation) -> None:
    """Deliver due messages for ever. Any number of processes may do this: each message is leased by one."""
    lines, outbox = _lines(foundation), foundation.database.outbox
    while True:
        now = foundation.clock.now()
        messages = await outbox.lease(now, now + _LEASE, _AT_ONCE)
        await asyncio.gather(*(_deliver(foundation, lines, message) for message in messages))
        if len(messages) < _AT_ONCE:
            await asyncio.sleep(_LOOK_EVERY.total_seconds())


def _lines(foundation: Foundation) -> _Lines:
    house, registry = compose_house(foundation), foundation.registry
    caller, ledger = foundation.caller, foundation.database.ledger
    return _Lines(
        LogoutNotices(house, registry, caller, ledger),
        SecurityEvents(house, registry, caller, ledger),
        UpstreamLogouts(foundation.upstreams.federation, house.sealer, ledger),
        house.sealer,
    )


async def _deliver(foundation: Foundation, lines: _Lines, message: Message) -> None:
    now = foundation.clock.now()
    try:
        match message.kind:
            case "sms" | "email" as channel:
                outcome = await _send(foundation, lines.sealer, message, channel)
            case "logout_notice":
                outcome = await lines.notices.deliver(message, now)
            case "account_event":
                outcome = await lines.events.deliver(message, now)
            case "upstream_logout":
                outcome = await lines.upstreams.deliver(message, now)
    except IdpError as error:
        outcome = Outcome(delivered=False, result=error.code, retry_at=None)
    await foundation.database.outbox.record(message, outcome, foundation.clock.now())


async def _send(foundation: Foundation, sealer: Sealer, message: Message, channel: MessageChannel) -> Outcome:
    outgoing = open_message(sealer, channel, message.payload)
    result = await foundation.gateway.send(message.key, channel, outgoing.to, outgoing.text, outgoing.subject)
    again = foundation.clock.now() + _RETRY
    retry_at = again if result.try_again and not result.delivered and again < message.gives_up_at else None
    return Outcome(result.delivered, result.result, retry_at)
