"""Importing accounts: batches in their order, each with the position it leads to, duplicates set apart."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from idp.account.model import ProofState
from idp.imports.model import (
    Duplicate,
    ImportPosition,
    ImportStore,
    KeyTakenError,
    KnownAccounts,
    Prepared,
    PreparedRow,
    ReadyBatch,
    Reject,
    SamePerson,
)
from idp.kernel.clock import Clock
from records.structs import replace

# Each time somebody registered with one of the batch's numbers in the very moment of writing it.
_LOOKS = 5


class LinesRead(Struct, frozen=True):
    """One prepared batch of lines, and where the file stands after it."""

    prepared: Prepared
    offset_bytes: int
    lines_read: int
    last: bool


class ImportReport(Protocol):
    """Where rejects and duplicates are written down."""

    def write(self, rejects: list[Reject], duplicates: list[Duplicate], *, again: bool) -> None:
        """Write rows at once, so that a killed process leaves them behind; `again` replaces what was written last."""


class AccountsAside(Protocol):
    """Sets accounts aside that an imported one outranks."""

    async def set_aside(self, number_index: bytes, now: datetime) -> None:
        """Take the number from the account that it leads to, tell its owner, and keep it for them to join."""


class ImportMovedError(Exception):
    """Somebody else imports the same file at the same time."""


class AccountImport(Struct, frozen=True):
    """Stores the batches of one file."""

    store: ImportStore
    report: ImportReport
    aside: AccountsAside
    clock: Clock

    async def run(self, position: ImportPosition, batches: AsyncIterator[LinesRead]) -> AsyncIterator[ImportPosition]:
        """Store every batch and yield the position after each.

        What the report says of a batch is written before the batch is committed: a process that is killed between
        the two writes it once more, and the report is cut back to the position when the import goes on.
        """
        async for batch in batches:
            position = await self._store(position, batch)
            yield position

    async def _store(self, position: ImportPosition, batch: LinesRead) -> ImportPosition:
        for look in range(_LOOKS):
            now = self.clock.now()
            ready, duplicates = sort_out(batch.prepared, await self._known(batch.prepared.rows))
            left_out = [Reject(one.line, one.why.value) for one in duplicates if one.account_id is None]
            rejects = sorted([*batch.prepared.rejects, *left_out], key=lambda reject: reject.line)
            self.report.write(rejects, duplicates, again=look > 0)
            for number_index in ready.outranked:
                await self.aside.set_aside(number_index, now)
            after = _after(position, batch, len(ready.rows), len(rejects), now)
            try:
                if await self.store.append(ready, position, after, now):
                    return after
            except KeyTakenError:
                continue
            break
        raise ImportMovedError

    async def _known(self, rows: list[PreparedRow]) -> KnownAccounts:
        tech_ids = [one.tech_id_index for one in rows if one.tech_id_index is not None]
        return await self.store.known([one.number_index for one in rows], tech_ids)


def sort_out(prepared: Prepared, known: KnownAccounts) -> tuple[ReadyBatch, list[Duplicate]]:
    """Return what is to be stored, and who is met twice: in the store, or earlier in the same batch.

    A number has one account. A second row with it is the same account again, unless it brings a TechID that nobody
    has: then portals know this person by two accounts, and the second waits, locked and without the number, to be
    joined with the first. A TechID that somebody has already stays theirs. An account that only a match with the
    register stands behind gives its number up to a row that `_outranks` one.
    """
    numbers, tech_ids = dict(known.by_number), dict(known.by_tech_id)
    stored: list[PreparedRow] = []
    duplicates: list[Duplicate] = []
    without_number: set[int] = set()
    without_tech_id: set[int] = set()
    outranked: list[bytes] = []
    for one in prepared.rows:
        holder = numbers.get(one.number_index)
        bearer = None if one.tech_id_index is None else tech_ids.get(one.tech_id_index)
        weaker = known.outranked.get(one.number_index)
        if weaker is not None and holder in {None, weaker} and _outranks(one, bearer):
            duplicates.append(Duplicate(one.line, SamePerson.OUTRANKED, one.account_id, weaker))
            outranked.extend([one.number_index] if holder else [])
            numbers[one.number_index], holder = one.account_id, None
        if holder is not None and (one.tech_id_index is None or bearer is not None):
            duplicates.append(Duplicate(one.line, SamePerson.ACCOUNT, None, holder))
            continue
        if holder is not None:
            without_number.add(one.line)
            duplicates.append(Duplicate(one.line, SamePerson.NUMBER, one.account_id, holder))
        elif bearer is not None:
            without_tech_id.add(one.line)
            duplicates.append(Duplicate(one.line, SamePerson.TECH_ID, one.account_id, bearer))
        numbers.setdefault(one.number_index, one.account_id)
        if one.tech_id_index is not None:
            tech_ids.setdefault(one.tech_id_index, one.account_id)
        stored.append(one)
    return ReadyBatch(stored, frozenset(without_number), frozenset(without_tech_id), tuple(outranked)), duplicates


def _outranks(one: PreparedRow, bearer: str | None) -> bool:
    """Say whether a row is worth more than a match: the former system proved it, or portals know it by a TechID.

    A row that was merely declared there shows no more than what anybody may have typed.
    """
    return one.proof == ProofState.PROVED or (one.tech_id_index is not None and bearer is None)


def _after(position: ImportPosition, batch: LinesRead, accepted: int, rejected: int, now: datetime) -> ImportPosition:
    return replace(
        position,
        offset_bytes=batch.offset_bytes,
        lines_read=batch.lines_read,
        rows_accepted=position.rows_accepted + accepted,
        rows_rejected=position.rows_rejected + rejected,
        finished_at=now if batch.last else None,
    )
