"""Reads changes under two pairs of eyes."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

import orjson

from clients.document import Document
from idp.adapters.sql.engine.instants import from_micros, from_micros_or_none, to_micros
from idp.adapters.sql.engine.interface import Engine
from idp.adapters.sql.engine.statements import Parameters, Row, Statement, statement
from idp.admin.changes.model import By, Change, ChangeKind, ChangeState, ObjectKind
from idp.admin.permissions import Permission
from idp.kernel.ids import AccountId, ChangeId


class _Row(NamedTuple):
    """The columns that are read, in their order."""

    change_id: ChangeId
    kind: str
    object_kind: str
    object_id: str
    agency: str
    asked_agency: str | None
    document_before: str
    document_after: str
    needs: str
    reason: str
    state: str
    proposed_by: AccountId
    proposed_code: str
    proposed_at: int
    expires_at: int
    decided_by: AccountId | None
    decided_code: str | None
    decided_at: int | None
    decision_reason: str
    undo_until: int | None
    undone_by: AccountId | None
    undone_code: str | None
    undone_at: int | None
    review_by: int | None
    reviewed_by: AccountId | None
    reviewed_code: str | None
    reviewed_at: int | None


_COLUMNS = ", ".join(_Row._fields)
_FIND = statement(f"SELECT {_COLUMNS} FROM changes WHERE change_id = :change_id")  # noqa: S608 (constants, here and below)
_WAITS = """
    (state = 'proposed' OR (review_by IS NOT NULL AND reviewed_at IS NULL))
    AND (state <> 'proposed' OR expires_at > :now) AND change_id > :after_id AND object_kind IN ({kinds})
"""
_ALL_WAITING = f"SELECT {_COLUMNS} FROM changes WHERE {_WAITS} ORDER BY change_id LIMIT :limit"  # noqa: S608
_SOME_WAITING = f"""
    SELECT {_COLUMNS} FROM changes
    WHERE {_WAITS} AND (agency IN ({{agencies}}) OR asked_agency IN ({{agencies}}))
    ORDER BY change_id LIMIT :limit
"""  # noqa: S608


def _of_lists(text: str) -> Statement:
    """Return a statement whose lists are JSON, as each database reads them."""
    plain, postgres = "SELECT value FROM json_each(:{})", "SELECT json_array_elements_text(CAST(:{} AS json))"
    names = ("kinds", "agencies")
    return statement(
        text.format(**{name: plain.format(name) for name in names}),
        postgres=text.format(**{name: postgres.format(name) for name in names}),
    )


_EVERY_WAITING, _WAITING = _of_lists(_ALL_WAITING), _of_lists(_SOME_WAITING)
_OF_OBJECT = statement(f"""
    SELECT {_COLUMNS} FROM changes
    WHERE object_kind = :object_kind AND object_id = :object_id AND (:before = '' OR change_id < :before)
    ORDER BY change_id DESC LIMIT :limit
""")  # noqa: S608


class SqlChanges:
    """Implements `idp.admin.changes.model.ChangeReader`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def find(self, change_id: ChangeId) -> Change | None:
        """Return one change."""
        return next(iter(await self._all(_FIND, {"change_id": change_id})), None)

    async def waiting(
        self,
        kinds: Collection[ObjectKind],
        agencies: Sequence[str] | None,
        now: datetime,
        after_id: str,
        limit: int,
    ) -> Sequence[Change]:
        """Return changes that wait for a decision or a review, oldest first, of some agencies (None: of all)."""
        asked: Parameters = {
            "now": to_micros(now),
            "after_id": after_id,
            "limit": limit,
            "kinds": orjson.dumps(list(kinds)).decode(),
        }
        if agencies is None:
            return await self._all(_EVERY_WAITING, asked)
        return await self._all(_WAITING, {**asked, "agencies": orjson.dumps(list(agencies)).decode()})

    async def of_object(self, kind: ObjectKind, object_id: str, before_id: str, limit: int) -> Sequence[Change]:
        """Return the changes of an object, newest first, those before `before_id` ("" for the newest)."""
        asked: Parameters = {"object_kind": kind.value, "object_id": object_id, "before": before_id, "limit": limit}
        return await self._all(_OF_OBJECT, asked)

    async def _all(self, asked: Statement, parameters: Parameters) -> list[Change]:
        return [_change(row) for row in await self._engine.read(asked, parameters)]


def _change(found: Row) -> Change:
    row = _Row._make(found)
    return Change(
        id=row.change_id,
        kind=ChangeKind(row.kind),
        object_kind=ObjectKind(row.object_kind),
        object_id=row.object_id,
        agency=row.agency,
        asked_agency=row.asked_agency,
        before=_document(row.document_before),
        after=_document(row.document_after),
        needs=Permission(row.needs),
        reason=row.reason,
        state=ChangeState(row.state),
        proposed_by=By(row.proposed_by, row.proposed_code),
        proposed_at=from_micros(row.proposed_at),
        expires_at=from_micros(row.expires_at),
        decided_by=_by(row.decided_by, row.decided_code),
        decided_at=from_micros_or_none(row.decided_at),
        decision_reason=row.decision_reason,
        undo_until=from_micros_or_none(row.undo_until),
        undone_by=_by(row.undone_by, row.undone_code),
        undone_at=from_micros_or_none(row.undone_at),
        review_by=from_micros_or_none(row.review_by),
        reviewed_by=_by(row.reviewed_by, row.reviewed_code),
        reviewed_at=from_micros_or_none(row.reviewed_at),
    )


def _by(account_id: AccountId | None, code: str | None) -> By | None:
    return By(account_id, code or "") if account_id is not None else None


def _document(text: str) -> Document:
    document: Document = orjson.loads(text)
    return document
