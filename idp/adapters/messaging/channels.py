"""Which way a message leaves by: text messages and e-mails may have gateways of their own."""

from collections.abc import Mapping

from idp.kernel.messages import DeliveryResult, MessageChannel, MessageGateway


class ByChannel:
    """Hands each message to the gateway of its channel; implements `MessageGateway`."""

    def __init__(self, gateways: Mapping[MessageChannel, MessageGateway]) -> None:
        """Take the gateway of each channel that has one."""
        self._gateways = gateways

    @property
    def channels(self) -> frozenset[MessageChannel]:
        """Return the channels that have a gateway: messages of another wait untouched for a process that has it."""
        return frozenset(self._gateways)

    async def send(
        self, message_id: str, channel: MessageChannel, to: str, text: str, subject: str = ""
    ) -> DeliveryResult:
        """Hand one message over."""
        gateway = self._gateways.get(channel)
        if gateway is None:
            return DeliveryResult(delivered=False, result="no_way", try_again=True)
        return await gateway.send(message_id, channel, to, text, subject)
