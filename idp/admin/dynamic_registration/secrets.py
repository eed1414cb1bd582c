"""The two tokens of dynamic registration: how they are made, told apart, and found again by their keyed hash."""

import re

from msgspec import Struct

from idp.kernel.secrets import HashKey, new_secret
from records.structs import Unprinted

# Readable, so that whoever finds one knows what it opens.
_INITIAL, _MANAGING = "nso_iat_", "nso_rat_"
_FORM = re.compile(r"nso_(?:iat|rat)_[A-Za-z0-9_-]{43}")


class RegistrationSecrets(Unprinted, Struct, frozen=True):
    """Makes and hashes them, each kind by a key of its own: one never counts as the other."""

    initial: HashKey
    managing: HashKey

    def new_initial(self) -> tuple[str, bytes]:
        """Return a new initial access token and its hash."""
        token = _INITIAL + new_secret()
        return token, self.initial.digest(token)

    def new_managing(self) -> tuple[str, bytes]:
        """Return a new registration access token and its hash."""
        token = _MANAGING + new_secret()
        return token, self.managing.digest(token)

    def initial_hash(self, shown: str) -> bytes | None:
        """Return the hash of what is shown; None for what is no such token, so that nothing is looked up."""
        return self.initial.digest(shown) if shown.startswith(_INITIAL) and _FORM.fullmatch(shown) else None

    def managing_hash(self, shown: str) -> bytes | None:
        """Return the hash of a registration access token."""
        return self.managing.digest(shown) if shown.startswith(_MANAGING) and _FORM.fullmatch(shown) else None
