"""E-mail addresses: read as people write them, never believed before a code came back."""

import re
from typing import Self

from msgspec import Struct

from idp.kernel.errors import IdpError
from records.structs import Unprinted

# RFC 5321 4.5.3.1: what a mail system must be able to take.
_LONGEST, _LONGEST_LOCAL = 254, 64
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"(?:{_LABEL}\.)+(?!\d+$){_LABEL}")


class InvalidEmailError(IdpError):
    """The text is no e-mail address that codes can be sent to. It is never part of the error."""

    code = "invalid_request"


class EmailAddress(Unprinted, Struct, frozen=True):
    """An address with its domain in lower case; it does not show in `repr`."""

    text: str

    @classmethod
    def parse(cls, typed: str) -> Self:
        """Read an address of ASCII letters (RFC 5321 4.1.2); raise `InvalidEmailError` otherwise.

        Addresses with accents are refused: carriers lose them (RFC 6531 is rarely spoken), and most are typing slips.
        """
        local, at, domain = typed.strip().rpartition("@")
        domain = domain.lower()
        if not at or len(local) > _LONGEST_LOCAL or len(local) + 1 + len(domain) > _LONGEST:
            raise InvalidEmailError("e-mail: form")
        if not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(domain):
            raise InvalidEmailError("e-mail: form")
        return cls(f"{local}@{domain}")

    @property
    def indexed(self) -> str:
        """Return the form that is looked up: nobody means another mailbox by other capitals."""
        return self.text.lower()

    def masked(self) -> str:
        """Return what a page may show: the first letter and the domain."""
        local, _, domain = self.text.rpartition("@")
        return f"{local[:1]}•••@{domain}"
