"""The JSON forms that browsers send (WebAuthn Level 3, 5.1): read strictly, so that the library meets no surprise."""

from typing import Literal, TypeVar

import msgspec

from idp.factors.passkey.errors import PasskeyRefusedError

# A credential id has at most 1023 bytes (WebAuthn Level 3, 7.1).
_MAX_ID = 1364
_KNOWN_TRANSPORTS = ("ble", "hybrid", "internal", "nfc", "smart-card", "usb")
_S = TypeVar("_S", bound=msgspec.Struct)


class Attestation(msgspec.Struct, rename="camel"):
    """AuthenticatorAttestationResponseJSON, as far as we read it."""

    client_data: str = msgspec.field(name="clientDataJSON")
    attestation_object: str
    transports: list[str] = []

    @property
    def known_transports(self) -> tuple[str, ...]:
        """Return the transports that we know, in a fixed order: what we do not know is no hint for anybody."""
        return tuple(name for name in _KNOWN_TRANSPORTS if name in self.transports)


class Assertion(msgspec.Struct, rename="camel"):
    """AuthenticatorAssertionResponseJSON."""

    client_data: str = msgspec.field(name="clientDataJSON")
    authenticator_data: str
    signature: str
    user_handle: str | None = None


class CreatedAnswer(msgspec.Struct, rename="camel"):
    """RegistrationResponseJSON."""

    id: str
    raw_id: str
    type: Literal["public-key"]
    response: Attestation


class ShownAnswer(msgspec.Struct, rename="camel"):
    """AuthenticationResponseJSON."""

    id: str
    raw_id: str
    type: Literal["public-key"]
    response: Assertion


class ClientData(msgspec.Struct, rename="camel"):
    """CollectedClientData, as far as we say ourselves what is wrong with it (WebAuthn Level 3, 5.8.1)."""

    origin: str
    cross_origin: bool = False
    top_origin: str | None = None


def read_json(text: str | bytes, kind: type[_S]) -> _S:
    """Return the object of a JSON text; raise `PasskeyRefusedError` if it is none of its kind."""
    try:
        return msgspec.json.decode(text, type=kind)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise PasskeyRefusedError("malformed") from error


def check_id(answer: CreatedAnswer | ShownAnswer) -> None:
    """Refuse an answer whose credential id is said twice and differently, or is too long."""
    if answer.id != answer.raw_id or not 0 < len(answer.id) <= _MAX_ID:
        raise PasskeyRefusedError("malformed")
