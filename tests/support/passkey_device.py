"""A soft authenticator on the data classes of `fido2`: makes passkeys, shows them, and errs on request."""

import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2.cose import ES256
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData
from msgspec import Struct, field

from records.structs import replace

# User present, user verified, backup eligible, backed up (WebAuthn Level 3, 6.1).
UP, UV, BE, BS, AT = 0x01, 0x04, 0x08, 0x10, 0x40
_AAGUID = b"\x00" * 16


class _Bytes(Struct):
    id: str


class Options(Struct, rename="camel"):
    """What we read of the options that a page carries."""

    challenge: str
    rp_id: str = ""
    user: _Bytes | None = None
    allow_credentials: list[_Bytes] = []
    exclude_credentials: list[_Bytes] = []


class Ceremony(Struct, frozen=True):
    """How an answer is made; a test changes one thing of it."""

    challenge: bytes
    rp_id: str
    origin: str
    kind: str
    flags: int = UP | UV
    counter: int = 0
    cross_origin: bool = False


class PasskeyDevice(Struct):
    """One authenticator with one key for one site. `synced` ones may be on other devices too."""

    origin: str
    rp_id: str
    synced: bool = False
    counts: bool = False
    user_handle: bytes = b""
    counter: int = 0
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    @property
    def name(self) -> str:
        """The credential id as options and answers write it."""
        return to_text(self.credential_id)

    def create(self, options: str, **changes: object) -> str:
        """Return the RegistrationResponseJSON for a page's options."""
        asked = msgspec.json.decode(options, type=Options)
        assert asked.user is not None
        self.user_handle = to_bytes(asked.user.id)
        ceremony = replace(self._ceremony(asked, "webauthn.create"), **changes)  # type: ignore[arg-type]
        public_key = ES256.from_cryptography_key(self.key.public_key())  # type: ignore[no-untyped-call]
        credential = AttestedCredentialData.create(_AAGUID, self.credential_id, public_key)
        data = AuthenticatorData.create(
            sha256(ceremony.rp_id.encode()).digest(),
            AuthenticatorData.FLAG(ceremony.flags | AT),
            ceremony.counter,
            bytes(credential),
        )
        response: dict[str, object] = {
            "clientDataJSON": to_text(_client_data(ceremony)),
            "attestationObject": to_text(bytes(AttestationObject.create("none", data, {}))),
            "transports": ["internal", "hybrid"],
        }
        return self._answer(response)

    def show(self, options: str, **changes: object) -> str:
        """Return the AuthenticationResponseJSON for a page's options."""
        asked = msgspec.json.decode(options, type=Options)
        ceremony = replace(self._ceremony(asked, "webauthn.get"), **changes)  # type: ignore[arg-type]
        data = AuthenticatorData.create(
            sha256(ceremony.rp_id.encode()).digest(), AuthenticatorData.FLAG(ceremony.flags), ceremony.counter
        )
        client_data = _client_data(ceremony)
        signature = self.key.sign(bytes(data) + sha256(client_data).digest(), ec.ECDSA(SHA256()))
        response: dict[str, object] = {
            "clientDataJSON": to_text(client_data),
            "authenticatorData": to_text(bytes(data)),
            "signature": to_text(signature),
        }
        if self.user_handle:
            response["userHandle"] = to_text(self.user_handle)
        return self._answer(response)

    def _ceremony(self, asked: Options, kind: str) -> Ceremony:
        if self.counts:
            self.counter += 1
        flags = UP | UV | (BE | BS if self.synced else 0)
        return Ceremony(to_bytes(asked.challenge), self.rp_id, self.origin, kind, flags, self.counter)

    def _answer(self, response: dict[str, object]) -> str:
        answer = {"id": self.name, "rawId": self.name, "type": "public-key", "response": response}
        return msgspec.json.encode(answer).decode()


def _client_data(ceremony: Ceremony) -> bytes:
    return bytes(CollectedClientData.create(ceremony.kind, ceremony.challenge, ceremony.origin, ceremony.cross_origin))


def to_text(raw: bytes) -> str:
    """Return bytes in base64url without padding."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def to_bytes(text: str) -> bytes:
    """Return the bytes of a text made by `to_text`."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
