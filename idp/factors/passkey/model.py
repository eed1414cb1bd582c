"""What passes between us and an authenticator."""

from urllib.parse import urlsplit

from msgspec import Struct

from idp.sign_in.levels import DEVICE_KEY, SOFTWARE_KEY

# WebAuthn Level 3, 13.4.3 asks for 16 random bytes at least; ASVS 6.7 for 64 bits.
CHALLENGE_BYTES = 32


class PasskeySite(Struct, frozen=True):
    """Who we are to authenticators (WebAuthn Level 3, 5.4.2): `id` scopes the keys, `origin` is where pages live."""

    id: str
    origin: str
    name: str

    @classmethod
    def of_issuer(cls, issuer: str, name: str) -> "PasskeySite":
        """Return the site of an issuer: its host, and its scheme, host and port."""
        parts = urlsplit(issuer)
        return cls(parts.hostname or "", f"{parts.scheme}://{parts.netloc}", name)


class KeyOwner(Struct, frozen=True):
    """Whose passkey is made: `handle` comes back with every use, the names are what the device shows."""

    handle: bytes
    name: str
    display_name: str


class CreatedKey(Struct, frozen=True):
    """A new credential, checked (WebAuthn Level 3, 7.1)."""

    credential_id: bytes
    public_key: bytes
    sign_count: int
    backup_eligible: bool
    backed_up: bool
    transports: tuple[str, ...]


class PresentedKey(Struct, frozen=True):
    """Which credential an answer claims to be signed with; nothing is checked yet."""

    credential_id: bytes
    user_handle: bytes | None


class ShownKey(Struct, frozen=True):
    """An answer that the credential's private key has signed for us, its user verified (WebAuthn Level 3, 7.2)."""

    sign_count: int
    backup_eligible: bool
    backed_up: bool

    @property
    def factor(self) -> str:
        """Return the name of the factor: a key that may be copied to other devices is not one of a device."""
        return SOFTWARE_KEY if self.backup_eligible else DEVICE_KEY
