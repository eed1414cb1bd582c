"""Telling a client that its person has decided (CIBA 10.2): written with the decision, delivered by the worker."""

from datetime import datetime

import msgspec
from msgspec import Struct

from clients.model import ClientId
from idp.grants.device_requests import PING_PLACE, DeviceRequest
from idp.kernel.effects import Effect
from idp.kernel.outbox import Enqueue
from idp.protocol.device.authorization import parameters_of
from idp.protocol.provider import Provider
from records.structs import Unprinted


class Ping(Unprinted, Struct, frozen=True):
    """What is told, and the token by which the client knows that it is we."""

    client_id: ClientId
    auth_req_id: str
    token: str


def ping_of(provider: Provider, asked: DeviceRequest, now: datetime) -> tuple[Effect, ...]:
    """Return the message about a decision; nothing for whoever asks again by itself."""
    if asked.asked_by != "ciba":
        return ()
    parameters = parameters_of(provider, asked)
    auth_req_id, token = parameters.get("auth_req_id"), parameters.get("client_notification_token")
    if auth_req_id is None or token is None:
        return ()
    sealed = provider.sealer.seal(msgspec.json.encode(Ping(asked.client_id, auth_req_id, token)), PING_PLACE)
    return (
        Enqueue(
            kind="ciba_ping",
            key=asked.device_hash.hex(),
            payload=sealed,
            due_at=now,
            gives_up_at=asked.expires_at,
            receiver=asked.client_id,
        ),
    )


def read_ping(provider: Provider, payload: bytes) -> Ping:
    """Return what a message tells."""
    return msgspec.json.decode(provider.sealer.open(payload, PING_PLACE), type=Ping)
