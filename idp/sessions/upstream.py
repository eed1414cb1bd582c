"""What a session keeps of the upstream provider that vouched for its person; sealed, as it names them."""

from datetime import datetime, timedelta
from typing import Self

import msgspec
from msgspec import Struct

from idp.kernel.outbox import Enqueue
from idp.kernel.secrets import Sealer
from idp.sessions.model import Session
from records.structs import Unprinted

PLACE = "session_upstream"
# The provider may be away: our own logout never waits for it.
_LOG_OUT_FOR = timedelta(hours=1)


class UpstreamSession(Unprinted, Struct, frozen=True):
    """Which provider, when it answered, and its own session with the ID token that a logout there shows."""

    provider: str
    at: datetime
    sid: str = ""
    id_token: str = ""

    def seal(self, sealer: Sealer) -> bytes:
        """Return the upstream session as a session of ours stores it."""
        return sealer.seal(msgspec.msgpack.encode(self), PLACE)

    @classmethod
    def open(cls, sealed: bytes, sealer: Sealer) -> Self:
        """Return what a session stored; raises `SealBrokenError`."""
        return msgspec.msgpack.decode(sealer.open(sealed, PLACE), type=cls)

    def vouches(self, auth_time: datetime) -> bool:
        """Say whether a session with this `auth_time` rests on it: what its person showed us ourselves came later."""
        return auth_time <= self.at


def upstream_logout(session: Session, now: datetime) -> tuple[Enqueue, ...]:
    """Return what tells the provider that vouched for a session that it has ended; belongs to that commit."""
    if session.upstream_sealed is None:
        return ()
    # All of them wait in one queue: the sealed value names the provider.
    return (
        Enqueue(
            kind="upstream_logout",
            key=session.id,
            payload=session.upstream_sealed,
            due_at=now,
            gives_up_at=now + _LOG_OUT_FOR,
        ),
    )
