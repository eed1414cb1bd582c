"""Messages handed to a gateway by HTTP: one JSON object for each, idempotent on its id."""

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType

import orjson

from idp.kernel.messages import DeliveryResult, MessageChannel
from idp.outbound.http import EgressError, HttpCaller, OutboundRequest

NO_HEADERS: Mapping[str, str] = MappingProxyType({})
_DEFAULT_DEADLINE = timedelta(seconds=5)
# The gateway answers with a status and perhaps a reference: nothing that is read.
_MAX_ANSWER_BYTES = 64 << 10
# RFC 9110 15.5.9, RFC 8470 5.2, RFC 6585 4: the request was right and came at the wrong moment. 401 (15.5.2) refuses
# who we are and not the message, which waits until the operator has corrected the key.
_TRY_AGAIN = frozenset({401, 408, 425, 429})


class HttpMessageGateway:
    """Posts `{id, channel, to, text, subject}` to one address; implements `MessageGateway`."""

    def __init__(
        self,
        caller: HttpCaller,
        url: str,
        deadline: timedelta = _DEFAULT_DEADLINE,
        headers: Mapping[str, str] = NO_HEADERS,
    ) -> None:
        """Take the HTTP client, the gateway's address, the time one message may take, and what shows who we are."""
        self._caller = caller
        self._url = url
        self._deadline = deadline
        self._headers = {**headers, "Content-Type": "application/json"}

    async def send(
        self, message_id: str, channel: MessageChannel, to: str, text: str, subject: str = ""
    ) -> DeliveryResult:
        """Hand one message over; any 2xx means that the gateway has it.

        Where no answer came the message may have arrived all the same; sending it again is safe because of its id.
        """
        request = OutboundRequest(
            "POST",
            self._url,
            self._deadline,
            body=orjson.dumps(_body(message_id, channel, to, text, subject)),
            headers=self._headers,
            max_response_bytes=_MAX_ANSWER_BYTES,
        )
        try:
            response = await self._caller.call(request)
        except EgressError as error:
            return DeliveryResult(delivered=False, result=error.reason, try_again=True)
        return _judge(response.status)


def _body(message_id: str, channel: MessageChannel, to: str, text: str, subject: str) -> dict[str, str]:
    body = {"id": message_id, "channel": channel, "to": to, "text": text}
    # A text message has no subject; a gateway that knows none is not to stumble over it.
    return {**body, "subject": subject} if subject else body


def _judge(status: int) -> DeliveryResult:
    delivered = 200 <= status < 300
    try_again = status >= 500 or status in _TRY_AGAIN
    return DeliveryResult(delivered=delivered, result=str(status), try_again=try_again)
