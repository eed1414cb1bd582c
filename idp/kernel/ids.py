"""Identifiers of stored objects: 128 bits, 26 letters, sorted by the time they were made."""

import os
import time
from base64 import b32hexdecode
from datetime import UTC, datetime, timedelta
from typing import Final, NewType

# A type is given where a text comes in: a row, a form, a path, a new id. `principal_id` stays a text: it is a person's
# or an organisation's.
PersonId = NewType("PersonId", str)
AccountId = NewType("AccountId", str)
SessionId = NewType("SessionId", str)
GrantId = NewType("GrantId", str)
RoleGrantId = NewType("RoleGrantId", str)
MandateId = NewType("MandateId", str)
ChangeId = NewType("ChangeId", str)
ContactChangeId = NewType("ContactChangeId", str)
OrganisationId = NewType("OrganisationId", str)
DeviceId = NewType("DeviceId", str)
ApprovalId = NewType("ApprovalId", str)
RecoveryId = NewType("RecoveryId", str)
NoticeId = NewType("NoticeId", str)
EventId = NewType("EventId", str)
JobId = NewType("JobId", str)
JoiningId = NewType("JoiningId", str)
# Of what the outbox tells others: a security event (its `jti`), a logout notice.
SecurityEventId = NewType("SecurityEventId", str)
LogoutNoticeId = NewType("LogoutNoticeId", str)

ID_LENGTH = 26
_LETTERS: Final = "0123456789abcdefghijklmnopqrstuv"
# Ten bits at a time: base64.b32hexencode takes four times as long, and a token request makes three ids.
_PAIRS: Final = tuple(first + second for first in _LETTERS for second in _LETTERS)
_RANDOM_BITS = 80
# Room for about four billion ids between two that follow each other: the next one cannot be told from the last.
_STEP_BYTES = 4
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)


class _Order:
    """The last number given out by this process."""

    last = 0


def new_id() -> str:
    """Return a new identifier: 48 bits of milliseconds, 80 random bits, base32hex in lower case.

    The order of the letters is the order of time, so that rows made together lie together on disk, and two
    of one process stay in the order they were made even within a millisecond, or when the clock steps back.
    An identifier is not a secret: what must not be guessed comes from `idp.kernel.secrets.new_secret`.
    """
    # The wall clock only orders ids on disk; nothing is decided by it, so it need not be the injected one.
    fresh = int(time.time() * 1000) << _RANDOM_BITS | int.from_bytes(os.urandom(10), "big")
    if fresh <= _Order.last:
        fresh = _Order.last + 1 + int.from_bytes(os.urandom(_STEP_BYTES), "big")
    _Order.last = fresh
    return _base32hex(fresh)


def first_id(instant: datetime) -> str:
    """Return the lowest identifier of an instant's millisecond: what was made before it has a lower one."""
    return _base32hex((instant - _EPOCH) // _MILLISECOND << _RANDOM_BITS)


def made_at(identifier: str) -> datetime | None:
    """Return when an identifier was made, to the millisecond; None for a text that is none."""
    if len(identifier) != ID_LENGTH or not set(identifier) <= set(_LETTERS):
        return None
    number = int.from_bytes(b32hexdecode(identifier.upper() + "======"))
    try:
        return _EPOCH + (number >> _RANDOM_BITS) * _MILLISECOND
    except OverflowError:
        return None


def _base32hex(number: int) -> str:
    """Return 128 bits as 26 letters (RFC 4648 7, in lower case, without padding)."""
    # Two zero bits fill the last letter. Thirteen pairs written out: a loop over them takes three times as long.
    bits, pair = number << 2, _PAIRS
    return (
        f"{pair[bits >> 120]}{pair[bits >> 110 & 1023]}{pair[bits >> 100 & 1023]}{pair[bits >> 90 & 1023]}"
        f"{pair[bits >> 80 & 1023]}{pair[bits >> 70 & 1023]}{pair[bits >> 60 & 1023]}{pair[bits >> 50 & 1023]}"
        f"{pair[bits >> 40 & 1023]}{pair[bits >> 30 & 1023]}{pair[bits >> 20 & 1023]}{pair[bits >> 10 & 1023]}"
        f"{pair[bits & 1023]}"
    )
