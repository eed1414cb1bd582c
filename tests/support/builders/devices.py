"""Builders for devices' requests (RFC 8628): a client with the grant, a request that waits, and one of each end."""

from datetime import timedelta
from typing import Final

import msgspec

from clients.model import DEVICE_CODE
from idp.grants.device_requests import ASKED_PLACE, DeviceRequest
from idp.protocol.device.user_codes import user_hash
from records.structs import replace
from tests.support.builders.protocol import BANK, CLIENT, CODE, NOW, PROVIDER

GRANTS_OF_DEVICES: Final = ("authorization_code", "refresh_token", DEVICE_CODE)
KIOSK: Final = replace(CLIENT, grant_types=GRANTS_OF_DEVICES)
# A client outside the State, which must ask for consent, and an app that proves nothing.
BANK_KIOSK: Final = replace(BANK, grant_types=GRANTS_OF_DEVICES)
APP: Final = replace(KIOSK, token_endpoint_auth_method="none", secrets=())

DEVICE_TEXT: Final = "the-device-code-of-the-tests"
USER_CODE: Final = "BCDFGHJK"
DEVICE_HASH: Final = PROVIDER.token_hash.digest(DEVICE_TEXT)


def asked(**parameters: str) -> bytes:
    """Return what was asked for as it is kept."""
    return PROVIDER.sealer.seal(msgspec.json.encode(parameters), ASKED_PLACE.of(DEVICE_HASH.hex()))


WAITING: Final = DeviceRequest(
    device_hash=DEVICE_HASH,
    user_hash=user_hash(PROVIDER, USER_CODE),
    client_id=KIOSK.client_id,
    asked_sealed=asked(scope="openid profile"),
    created_at=NOW - timedelta(minutes=1),
    expires_at=NOW + timedelta(minutes=9),
)
APPROVED: Final = replace(CODE, redirect_uri="", redirect_uri_given=False, nonce=None, code_challenge=None)
ALLOWED: Final = replace(WAITING, decided_at=NOW - timedelta(seconds=10), approved=APPROVED)
REFUSED: Final = replace(WAITING, decided_at=NOW - timedelta(seconds=10), refused_because="The person declined.")
