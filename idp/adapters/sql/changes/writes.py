"""How changes under two pairs of eyes are kept, decided, undone and reviewed."""

from typing import TypeVar

import orjson

from clients.document import Document
from idp.adapters.sql.changes import tables
from idp.adapters.sql.engine.statements import Statement, insert_into, statement
from idp.adapters.sql.engine.writes import Write, write
from idp.admin.changes.model import DecideChange, KeepApplied, ProposeChange, ReviewChange, UndoChange
from idp.kernel.effects import Effect

_KeptT = TypeVar("_KeptT", ProposeChange, KeepApplied)

_LAPSE = statement("""
    UPDATE changes SET state = 'expired'
    WHERE object_kind = :object_kind AND object_id = :object_id AND state = 'proposed' AND expires_at <= :proposed_at
""")
_INSERT = insert_into(tables.changes)
_PROPOSE = insert_into(tables.changes, "ON CONFLICT DO NOTHING RETURNING 1")
# One's own proposal is withdrawn, never approved nor refused, whatever the caller forgot to ask.
_DECIDE = statement("""
    UPDATE changes
    SET state = :state, decided_by = :decided_by, decided_code = :decided_code, decided_at = :decided_at,
        decision_reason = :decision_reason, document_after = :document_after, undo_until = :undo_until
    WHERE change_id = :change_id AND state = 'proposed' AND expires_at > :decided_at AND digest = :digest
      AND (proposed_by = :decided_by) = (:state = 'withdrawn')
    RETURNING 1
""")
_UNDO = statement("""
    UPDATE changes
    SET state = 'undone', undone_by = :undone_by, undone_code = :undone_code, undone_at = :undone_at,
        review_by = :review_by, reviewed_by = NULL, reviewed_code = NULL, reviewed_at = NULL
    WHERE change_id = :change_id AND state = 'applied' AND undo_until > :undone_at
    RETURNING 1
""")
_REVIEW = statement("""
    UPDATE changes SET reviewed_by = :reviewed_by, reviewed_code = :reviewed_code, reviewed_at = :reviewed_at
    WHERE change_id = :change_id AND review_by IS NOT NULL AND reviewed_at IS NULL
      AND COALESCE(undone_by, decided_by) <> :reviewed_by
    RETURNING 1
""")


def _text(document: Document) -> str:
    return orjson.dumps(document).decode()


def _before(effect: ProposeChange | KeepApplied) -> str:
    return _text(effect.change.before)


def _after(effect: ProposeChange | KeepApplied) -> str:
    return _text(effect.change.after)


def _digest(effect: ProposeChange | KeepApplied) -> bytes:
    return effect.change.digest


def _keep(kind: type[_KeptT], *statements: Statement, decides: int = 0) -> tuple[type[Effect], Write]:
    return write(
        kind,
        *statements,
        of="change",
        document_before=_before,
        document_after=_after,
        digest=_digest,
        proposed_by="change.proposed_by.account_id",
        proposed_code="change.proposed_by.code",
        decided_by="change.decided_by.account_id",
        decided_code="change.decided_by.code",
        undone_by="change.undone_by.account_id",
        undone_code="change.undone_by.code",
        reviewed_by="change.reviewed_by.account_id",
        reviewed_code="change.reviewed_by.code",
        decides=decides,
    )


CHANGE_WRITES = dict(
    [
        _keep(ProposeChange, _LAPSE, _PROPOSE, decides=1),
        _keep(KeepApplied, _INSERT),
        write(
            DecideChange,
            _DECIDE,
            decided_at="at",
            decision_reason="reason",
            document_after=lambda effect: _text(effect.after),
            decided_by="by.account_id",
            decided_code="by.code",
        ),
        write(UndoChange, _UNDO, undone_at="at", undone_by="by.account_id", undone_code="by.code"),
        write(ReviewChange, _REVIEW, reviewed_at="at", reviewed_by="by.account_id", reviewed_code="by.code"),
    ]
)
