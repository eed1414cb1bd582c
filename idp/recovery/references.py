"""References and "not me" codes: short enough to be written down or read aloud, kept as keyed hashes."""

import secrets

from msgspec import Struct

from idp.account.notices.service import NOT_ME_ALPHABET
from idp.kernel.secrets import HashKey

# 12 of 31 letters are 59 bits, and a code to the new phone is asked for besides.
_LETTERS, _GROUP = 12, 4
_LONGEST_ENTRY = 64


def canonical_code(entered: str) -> str:
    """Return a typed reference or "not me" code as it is hashed: capitals, without spaces, dashes and the like."""
    return "".join(letter for letter in entered[:_LONGEST_ENTRY].upper() if letter in NOT_ME_ALPHABET)


class RecoveryReferences(Struct, frozen=True):
    """Makes the references that people come back with."""

    key: HashKey

    def new(self) -> str:
        """Return a reference in groups, `ABCD-EFGH-JKMN`."""
        letters = "".join(secrets.choice(NOT_ME_ALPHABET) for _ in range(_LETTERS))
        return "-".join(letters[start : start + _GROUP] for start in range(0, _LETTERS, _GROUP))

    def hash(self, reference: str) -> bytes:
        """Return the keyed hash of a reference, however it was typed."""
        return self.key.digest(canonical_code(reference))
