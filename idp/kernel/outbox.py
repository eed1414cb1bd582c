"""The outbox: what must be told to others, written in the same transaction as the reason for telling."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal, Protocol

from msgspec import Struct

from idp.kernel.effects import Effect

MessageKind = Literal["sms", "email", "logout_notice", "account_event", "upstream_logout", "ciba_ping"]


class Enqueue(Effect):
    """Put a message in the outbox. A second one with the same kind and key is dropped: telling once is enough."""

    kind: MessageKind
    key: str
    payload: bytes
    due_at: datetime
    gives_up_at: datetime
    # Whom it waits for within its kind: a client, a provider, for messages to people `code` or `notice`.
    receiver: str = ""

    @property
    def lane(self) -> str:
        """Return the name of the queue it waits in: who is slow holds up only the queue of its own."""
        return f"{self.kind}:{self.receiver}"


class Message(Struct, frozen=True):
    """A message to deliver now. `attempts` counts the tries before this one."""

    kind: MessageKind
    key: str
    payload: bytes
    attempts: int
    gives_up_at: datetime


class Outcome(Struct, frozen=True):
    """How a try ended. `retry_at` None means final; `result` is one short word or an HTTP status."""

    delivered: bool
    result: str
    retry_at: datetime | None


EXPIRED = Outcome(delivered=False, result="expired", retry_at=None)


class Backoff(Struct, frozen=True):
    """How long a message waits between tries: twice as long each time."""

    first: timedelta
    longest: timedelta

    def next_try(self, message: Message, now: datetime) -> datetime | None:
        """Return the time of the next try; None when the message is given up before it."""
        wait = min(self.first * 2 ** min(message.attempts, 12), self.longest)
        return now + wait if now + wait < message.gives_up_at else None


class Outbox(Protocol):
    """The queues of messages, shared by every process."""

    async def lanes(self, now: datetime) -> Sequence[str]:
        """Return the names of the queues in which something is due."""

    async def lease(self, now: datetime, until: datetime, limit: int, lane: str | None = None) -> Sequence[Message]:
        """Take up to `limit` due messages, of one queue or of any; nobody else gets them before `until`."""

    async def lease_over(self, now: datetime, until: datetime, limit: int) -> Sequence[Message]:
        """Take such as nobody wants delivered any more, so that they can be closed."""

    async def record(self, message: Message, outcome: Outcome, now: datetime) -> None:
        """Write down how the try ended; a final one is never leased again."""

    async def outcomes(self, kind: MessageKind, key_prefix: str) -> Sequence[tuple[str, bool, str]]:
        """Return (key, delivered, result) of the messages of a kind whose key begins so."""
