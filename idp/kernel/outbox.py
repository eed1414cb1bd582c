"""The outbox: what must be told to others, written in the same transaction as the reason for telling."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from idp.kernel.effects import Effect

MessageKind = Literal["sms", "email", "logout_notice", "account_event", "upstream_logout"]


@dataclass(frozen=True, slots=True)
class Enqueue(Effect):
    """Put a message in the outbox. A second one with the same kind and key is dropped: telling once is enough."""

    kind: MessageKind
    key: str
    payload: bytes
    due_at: datetime
    gives_up_at: datetime


@dataclass(frozen=True, slots=True)
class Message:
    """A message to deliver now. `attempts` counts the tries before this one."""

    kind: MessageKind
    key: str
    payload: bytes
    attempts: int
    gives_up_at: datetime


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a try ended. `retry_at` None means final; `result` is one short word or an HTTP status."""

    delivered: bool
    result: str
    retry_at: datetime | None


class Outbox(Protocol):
    """The queue of messages, shared by every process."""

    async def lease(self, now: datetime, until: datetime, limit: int) -> Sequence[Message]:
        """Take up to `limit` due messages; nobody else gets them before `until`."""

    async def record(self, message: Message, outcome: Outcome, now: datetime) -> None:
        """Write down how the try ended; a final one is never leased again."""

    async def outcomes(self, kind: MessageKind, key_prefix: str) -> Sequence[tuple[str, bool, str]]:
        """Return (key, delivered, result) of the messages of a kind whose key begins so."""
