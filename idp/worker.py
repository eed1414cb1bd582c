"""Background jobs: the outbox is delivered, whoever put the message there."""

import asyncio
import signal
import sys
from contextlib import AsyncExitStack, suppress
from datetime import timedelta

from idp.app.foundation import Foundation, open_foundation
from idp.app.house import compose_house
from idp.app.provider import forever, keep_fresh
from idp.endpoints.logout_notices import LogoutNotices
from idp.kernel.errors import IdpError
from idp.kernel.messages import MessageChannel
from idp.kernel.outbox import Message, Outcome
from idp.kernel.secrets import Sealer
from idp.observability.logs import set_up_logs
from idp.selfservice.messages import open_message
from idp.settings import Settings, SettingsError, read_settings

# Portals hear of a logout within two seconds; a quarter of one leaves time for the portal itself.
_LOOK_EVERY = timedelta(milliseconds=250)
# Longer than a delivery may take with its deadline; then another worker may try.
_LEASE = timedelta(seconds=30)
_AT_ONCE = 32
_RETRY = timedelta(seconds=5)


async def deliver_outbox(foundation: Foundation) -> None:
    """Deliver due messages for ever. Any number of processes may do this: each message is leased by one."""
    house = compose_house(foundation)
    notices = LogoutNotices(house, foundation.registry, foundation.caller, foundation.database.ledger)
    outbox = foundation.database.outbox
    while True:
        now = foundation.clock.now()
        messages = await outbox.lease(now, now + _LEASE, _AT_ONCE)
        await asyncio.gather(*(_deliver(foundation, notices, house.sealer, message) for message in messages))
        if len(messages) < _AT_ONCE:
            await asyncio.sleep(_LOOK_EVERY.total_seconds())


async def _deliver(foundation: Foundation, notices: LogoutNotices, sealer: Sealer, message: Message) -> None:
    try:
        match message.kind:
            case "sms" | "email" as channel:
                outcome = await _send(foundation, sealer, message, channel)
            case _:
                outcome = await notices.deliver(message, foundation.clock.now())
    except IdpError as error:
        outcome = Outcome(delivered=False, result=error.code, retry_at=None)
    await foundation.database.outbox.record(message, outcome, foundation.clock.now())


async def _send(foundation: Foundation, sealer: Sealer, message: Message, channel: MessageChannel) -> Outcome:
    outgoing = open_message(sealer, channel, message.payload)
    result = await foundation.gateway.send(message.key, channel, outgoing.to, outgoing.text, outgoing.subject)
    again = foundation.clock.now() + _RETRY
    retry_at = again if result.try_again and not result.delivered and again < message.gives_up_at else None
    return Outcome(result.delivered, result.result, retry_at)


async def run_worker(settings: Settings) -> None:
    """Run the jobs alone, without a web server, until cancelled."""
    async with AsyncExitStack() as stack:
        foundation = await open_foundation(settings, stack)
        await asyncio.gather(forever(keep_fresh, foundation), forever(deliver_outbox, foundation))


async def run_until_told(settings: Settings) -> None:
    """Run the jobs until SIGTERM or Ctrl-C."""
    task, loop = asyncio.ensure_future(run_worker(settings)), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, task.cancel)
    print("idp worker: delivering", file=sys.stderr, flush=True)
    with suppress(asyncio.CancelledError):
        await task


if __name__ == "__main__":
    try:
        read = read_settings()
    except SettingsError as error:
        sys.exit(str(error))
    set_up_logs()
    asyncio.run(run_until_told(read))
