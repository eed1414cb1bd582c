"""The messages that would have been sent, newest last, at most five hundred."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

KEPT = 500


@dataclass(frozen=True, slots=True)
class Message:
    """One SMS or e-mail; `subject` is empty for an SMS."""

    id: str
    channel: Literal["sms", "email"]
    to: str
    text: str
    subject: str = ""


class Inbox:
    """Remembers the last messages; the id makes sending idempotent, as message aggregators do it."""

    def __init__(self) -> None:
        """Start empty."""
        self._messages: OrderedDict[str, Message] = OrderedDict()

    def accept(self, message: Message) -> Message:
        """Keep the message, or return the one first accepted under the same id."""
        first = self._messages.setdefault(message.id, message)
        if len(self._messages) > KEPT:
            self._messages.popitem(last=False)
        return first

    def newest_first(self, to: str = "") -> Sequence[Message]:
        """Return the messages, or those to one address."""
        return [message for message in reversed(self._messages.values()) if to in {"", message.to}]
