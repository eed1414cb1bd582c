"""Contacts of a client are written to before its secret ends, when none works any more, and when it is old."""

import asyncio
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from hashlib import sha256

from clients.local_days import day_of
from clients.model import Client
from clients.secret_age import reminder
from idp.account.notices.messages import Messages
from idp.app.foundation.messages import compose_messages_to_portals
from idp.app.foundation.opening import Foundation
from idp.kernel.outbox import Enqueue
from records.structs import replace

_LOOK_EVERY = timedelta(hours=1)
# A day has its own letter; one that could not be sent in that time would say the wrong number of days.
_LIFE = timedelta(days=1)


async def remind_of_secrets(foundation: Foundation) -> None:
    """Look for ever. Any number of processes may do this: a letter of a day is in the outbox once."""
    messages = compose_messages_to_portals(foundation)
    while True:
        clients = foundation.registry.every(lambda client: bool(client.contacts))
        letters = tuple(letters_due(clients, messages, foundation.clock.now()))
        if letters:
            await foundation.database.ledger.commit(*letters)
        await asyncio.sleep(_LOOK_EVERY.total_seconds())


def letters_due(clients: Iterable[Client], messages: Messages, now: datetime) -> Iterator[Enqueue]:
    """Yield today's letters, one for each contact of a client whose secrets want care."""
    day = day_of(now).isoformat()
    for client in clients:
        due = reminder(client, now)
        if due is None:
            continue
        care, days = due
        said = {"client_id": client.client_id, "days": str(days)}
        for contact in dict.fromkeys(client.contacts):
            letter = messages.email(f"client_secret_{care}", contact, "vi", said, now, _LIFE)
            name = "\0".join((client.client_id, contact, care, day))
            yield replace(letter, key=sha256(name.encode()).hexdigest())
