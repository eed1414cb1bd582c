"""A checkpoint: what is signed about the events of one stretch of the log and the checkpoint before it."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Protocol

import msgspec
from msgspec import Struct

from idp.audit.entries import FORM

CHECKPOINT_TYPE = "audit-checkpoint+jwt"
# Above every number that a checkpoint can have: what is below it, highest first, begins with the newest.
BEYOND_ALL = 2**62


class SealingPolicy(Struct, frozen=True):
    """When events are sealed, and how many at once."""

    # How often a checkpoint is written, whether anything happened or not.
    every: timedelta = timedelta(minutes=1)
    # An event is sealed when it is so old: longer than any transaction lasts (PostgreSQL ends a statement after 2.5 s,
    # enqueued events wait 50 ms) and than clocks that `idp doctor` does not yet call harmful disagree (30 s).
    settling: timedelta = timedelta(minutes=1)
    # About 350 kB of list for a checkpoint; whoever seals or verifies holds one such list.
    events_at_once: int = 10_000
    # A few milliseconds of work at a time, so that requests in the same process hardly wait.
    page: int = 500
    # How long ranges are counted again for events that came late, and how many of them one checkpoint takes.
    late_for: timedelta = timedelta(hours=1)
    late_at_once: int = 1_000
    # From when on the newest checkpoint is told to be too old.
    overdue_after: timedelta = timedelta(minutes=5)
    # Forgetting deletes a person's events five years after they closed the account (`account/forgetting.py`).
    # What portals did with that account afterwards goes with it, and is younger.
    forgettable_after: timedelta = timedelta(days=4 * 365)


class Checkpoint(Struct, frozen=True):
    """The events after `after_id` up to and with `to_id`, then those that came late into sealed ranges."""

    number: int
    sealed_at: datetime
    after_id: str
    to_id: str
    count: int
    late: int
    # Of all checkpoints so far, this one included.
    total: int
    # Hexadecimal SHA-256: the tree's root over the events, the list of them, the signed text of the one before.
    root: str
    listing: str
    previous: str

    def claims(self, issuer: str) -> dict[str, object]:
        """Return what is signed."""
        return {
            "iss": issuer,
            "iat": int(self.sealed_at.timestamp()),
            "form": FORM,
            "number": self.number,
            "after": self.after_id,
            "to": self.to_id,
            "count": self.count,
            "late": self.late,
            "total": self.total,
            "root": self.root,
            "listing": self.listing,
            "previous": self.previous,
        }

    @classmethod
    def read(cls, claims: Mapping[str, object]) -> "Checkpoint | None":
        """Return what `claims` made, to the second; None for anything else."""
        try:
            made = msgspec.convert(dict(claims), type=_Claims)
            sealed_at = datetime.fromtimestamp(made.iat, UTC)
        except (msgspec.ValidationError, ValueError, OverflowError, OSError):
            return None
        if made.form != FORM:
            return None
        return cls(
            number=made.number,
            sealed_at=sealed_at,
            after_id=made.after,
            to_id=made.to,
            count=made.count,
            late=made.late,
            total=made.total,
            root=made.root,
            listing=made.listing,
            previous=made.previous,
        )


class Link(Struct, frozen=True):
    """A checkpoint as it is stored: its place in the chain and the signed text, not yet looked at."""

    number: int
    signed: str

    @property
    def hash(self) -> str:
        """Return what the next checkpoint says of this one."""
        return digest_hex(self.signed.encode("utf-8", "surrogatepass"))


class Verified(Struct, frozen=True):
    """A checkpoint whose signature is the provider's; `withdrawn` if its key is trusted no more."""

    checkpoint: Checkpoint
    kid: str
    withdrawn: bool


class Seal(Protocol):
    """Signs checkpoints and reads those that were signed."""

    def sign(self, checkpoint: Checkpoint) -> str:
        """Return the compact JWS of a checkpoint."""

    def read(self, signed: str) -> Verified | None:
        """Return the checkpoint of a text; None if the provider did not sign it as one."""


def read_link(seal: Seal, link: Link) -> Verified | None:
    """Return the checkpoint of a link; None if the provider did not sign it, or signed it for another place."""
    verified = seal.read(link.signed)
    return verified if verified and verified.checkpoint.number == link.number else None


def digest_hex(data: bytes) -> str:
    """Return the hexadecimal SHA-256."""
    return sha256(data).hexdigest()


class _Claims(Struct, forbid_unknown_fields=True):
    iss: str
    iat: int
    form: int
    number: int
    after: str
    to: str
    count: int
    late: int
    total: int
    root: str
    listing: str
    previous: str
