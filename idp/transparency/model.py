"""An entry of the log, and the checkpoint that is signed over all of them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Protocol

import msgspec
from msgspec import Struct

CHECKPOINT_TYPE = "transparency-checkpoint+jwt"
FORM = 1


class LogEntry(Struct, frozen=True):
    """What is published of one event. `key` is the keyed hash of the event's id: it is not published."""

    key: str
    at: datetime
    leaf: bytes


class Position(Struct, frozen=True):
    """How far the log came: how many entries it has, and the last checkpoint of the audit log that was read whole."""

    entries: int
    read_to: int


class TreeHead(Struct, frozen=True):
    """What a checkpoint says: the root (RFC 6962 2.1, hexadecimal) of the tree over the first `size` entries."""

    size: int
    root: str
    at: datetime

    def claims(self, issuer: str) -> dict[str, object]:
        """Return what is signed."""
        at = int(self.at.timestamp())
        return {"iss": issuer, "iat": at, "form": FORM, "size": self.size, "root": self.root}


class SignedHead(Struct, frozen=True):
    """A checkpoint as its signature was found right: who signed it with which key."""

    head: TreeHead
    issuer: str
    kid: str


class StoredHead(Struct, frozen=True):
    """A checkpoint as it is stored, not yet looked at: what counts is the signed text."""

    number: int
    head: TreeHead
    signed: str


def read_head(claims: Mapping[str, object], kid: str) -> SignedHead | None:
    """Return what `TreeHead.claims` made, to the second; None for anything else."""
    try:
        made = msgspec.convert(dict(claims), type=_Claims)
        at = datetime.fromtimestamp(made.iat, UTC)
    except (msgspec.ValidationError, ValueError, OverflowError, OSError):
        return None
    if made.form != FORM or made.size < 0:
        return None
    return SignedHead(TreeHead(made.size, made.root, at), made.iss, kid)


class HeadSeal(Protocol):
    """Signs tree heads with the provider's keys, and reads those that were signed."""

    @property
    def kid(self) -> str:
        """Return which key signs now."""

    def sign(self, head: TreeHead) -> str:
        """Return the compact JWS of a head."""

    def read(self, signed: str) -> SignedHead | None:
        """Return the head of a text; None if the provider did not sign it as one, or withdrew the key."""


class _Claims(Struct, forbid_unknown_fields=True):
    iss: str
    iat: int
    form: int
    size: int
    root: str
