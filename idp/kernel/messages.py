"""The port for messages to people: text messages and e-mail, through whatever gateway the operator has."""

from typing import Literal, Protocol

from msgspec import Struct

MessageChannel = Literal["sms", "email"]


class DeliveryResult(Struct, frozen=True):
    """What the gateway said. `result` is its HTTP status or one short word; `try_again` says if a new try can help."""

    delivered: bool
    result: str
    try_again: bool


class MessageGateway(Protocol):
    """Hands messages to a carrier."""

    async def send(
        self, message_id: str, channel: MessageChannel, to: str, text: str, subject: str = ""
    ) -> DeliveryResult:
        """Hand one message over and return how that went; a failure is a result, never an exception.

        `to` is a phone number in E.164 form or an e-mail address. The same `message_id` may be sent again after
        an unclear result: the gateway delivers it to the person once.
        """
