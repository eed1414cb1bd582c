"""Whom to tell about a weakness: `/.well-known/security.txt` (RFC 9116)."""

from datetime import UTC, datetime
from urllib.parse import urlsplit

from msgspec import Struct

from idp.kernel.locales import LOCALES

SECURITY_TEXT_PATH = "/.well-known/security.txt"
# RFC 9116 2.5.3: mailto, tel, or a page over https.
_SCHEMES = frozenset({"mailto", "tel", "https"})


class SecurityContact(Struct, frozen=True):
    """Who takes reports, in the order of preference, until when that was said, and by which policy ("" for none)."""

    contacts: tuple[str, ...]
    expires_at: datetime
    policy: str = ""

    def stands(self, now: datetime) -> bool:
        """Say whether it may still be believed (RFC 9116 2.5.5)."""
        return now < self.expires_at


def read_contacts(value: str) -> tuple[str, ...]:
    """Return the addresses of a comma-separated list; raises ValueError for what is no such address."""
    contacts = tuple(contact.strip() for contact in value.split(",") if contact.strip())
    for contact in contacts:
        if not _is_address(contact, _SCHEMES):
            raise ValueError("must be mailto:, tel: or https: addresses, comma-separated")
    return contacts


def check_policy(value: str) -> str:
    """Return the address of a policy; raises ValueError for one that is not https (RFC 9116 2.5.7)."""
    if value and not _is_address(value, frozenset({"https"})):
        raise ValueError("must be an https address")
    return value


def security_text(issuer: str, contact: SecurityContact) -> bytes:
    """Return the file as it is served (RFC 9116 2.3, 2.5); `issuer` is the origin it is canonical at."""
    expires = contact.expires_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    fields = [
        *(("Contact", address) for address in contact.contacts),
        ("Expires", expires),
        ("Preferred-Languages", ", ".join(LOCALES)),
        ("Canonical", f"{issuer}{SECURITY_TEXT_PATH}"),
        *((("Policy", contact.policy),) if contact.policy else ()),
    ]
    return "".join(f"{name}: {value}\n" for name, value in fields).encode()


def _is_address(value: str, schemes: frozenset[str]) -> bool:
    # A line break would be a field of its own.
    if not value.isascii() or not value.isprintable() or " " in value:
        return False
    parts = urlsplit(value)
    return parts.scheme in schemes and bool(parts.netloc if parts.scheme == "https" else parts.path)
