"""How changes under two pairs of eyes are kept, decided, undone and reviewed."""

import orjson

from clients.document import Document
from idp.adapters.sql.changes import tables
from idp.adapters.sql.engine.instants import to_micros, to_micros_or_none
from idp.adapters.sql.engine.statements import Parameters, Value, insert_into, statement
from idp.adapters.sql.engine.writes import write
from idp.admin.changes.model import By, Change, DecideChange, KeepApplied, ProposeChange, ReviewChange, UndoChange

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


def _row(change: Change) -> Parameters:
    return {
        "change_id": change.id,
        "kind": change.kind.value,
        "object_kind": change.object_kind.value,
        "object_id": change.object_id,
        "agency": change.agency,
        "asked_agency": change.asked_agency,
        "document_before": _text(change.before),
        "document_after": _text(change.after),
        "needs": change.needs.value,
        "reason": change.reason,
        "digest": change.digest,
        "state": change.state.value,
        "proposed_at": to_micros(change.proposed_at),
        "expires_at": to_micros(change.expires_at),
        "decision_reason": change.decision_reason,
        "decided_at": to_micros_or_none(change.decided_at),
        "undo_until": to_micros_or_none(change.undo_until),
        "undone_at": to_micros_or_none(change.undone_at),
        "review_by": to_micros_or_none(change.review_by),
        "reviewed_at": to_micros_or_none(change.reviewed_at),
        **_by("proposed", change.proposed_by),
        **_by("decided", change.decided_by),
        **_by("undone", change.undone_by),
        **_by("reviewed", change.reviewed_by),
    }


def _of_proposal(effect: ProposeChange) -> Parameters:
    return _row(effect.change)


def _of_applied(effect: KeepApplied) -> Parameters:
    return _row(effect.change)


def _decide(effect: DecideChange) -> Parameters:
    return {
        "change_id": effect.change_id,
        "digest": effect.digest,
        "state": effect.state.value,
        "decided_at": to_micros(effect.at),
        "decision_reason": effect.reason,
        "document_after": _text(effect.after),
        "undo_until": to_micros_or_none(effect.undo_until),
        **_by("decided", effect.by),
    }


def _undo(effect: UndoChange) -> Parameters:
    return {
        "change_id": effect.change_id,
        "undone_at": to_micros(effect.at),
        "review_by": to_micros(effect.review_by),
        **_by("undone", effect.by),
    }


def _review(effect: ReviewChange) -> Parameters:
    return {"change_id": effect.change_id, "reviewed_at": to_micros(effect.at), **_by("reviewed", effect.by)}


def _by(act: str, by: By | None) -> dict[str, Value]:
    return {f"{act}_by": by.account_id if by else None, f"{act}_code": by.code if by else None}


def _text(document: Document) -> str:
    return orjson.dumps(document).decode()


CHANGE_WRITES = dict(
    [
        write(ProposeChange, _of_proposal, _LAPSE, _PROPOSE, decides=1),
        write(KeepApplied, _of_applied, _INSERT),
        write(DecideChange, _decide, _DECIDE),
        write(UndoChange, _undo, _UNDO),
        write(ReviewChange, _review, _REVIEW),
    ]
)
