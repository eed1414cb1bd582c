"""What a session keeps of the upstream provider that vouched for its person; sealed, as it names them."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

import msgspec

from idp.kernel.secrets import Sealer

_PLACE = "session_upstream"


@dataclass(frozen=True, slots=True)
class UpstreamSession:
    """Which provider, when it answered, and its own session with the ID token that a logout there shows."""

    provider: str
    at: datetime
    sid: str = field(default="", repr=False)
    id_token: str = field(default="", repr=False)

    def seal(self, sealer: Sealer) -> bytes:
        """Return it as a session stores it."""
        return sealer.seal(msgspec.msgpack.encode(self), _PLACE)

    @classmethod
    def open(cls, sealed: bytes, sealer: Sealer) -> Self:
        """Return what a session stored; raises `SealBrokenError`."""
        return msgspec.msgpack.decode(sealer.open(sealed, _PLACE), type=cls)

    def vouches(self, auth_time: datetime) -> bool:
        """Say whether a session with this `auth_time` rests on it: what its person showed us ourselves came later."""
        return auth_time <= self.at
