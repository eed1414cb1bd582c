"""The table of changes under two pairs of eyes; the same rules as `tables.py`."""

from sqlalchemy import Column, Index, PrimaryKeyConstraint, Table, text

from idp.adapters.sql.engine.columns import EMPTY, KEY, id_, instant, metadata, raw, words

changes = Table(
    "changes",
    metadata,
    id_("change_id"),
    words("kind"),
    words("object_kind"),
    words("object_id"),
    words("agency"),
    # Whose approver decides, where it is not the object's own agency; "" for the country's.
    Column("asked_agency", KEY, nullable=True),
    words("document_before"),
    words("document_after"),
    words("needs"),
    words("reason"),
    # What an approval names: nothing is approved but what was shown.
    raw("digest"),
    words("state"),
    id_("proposed_by"),
    words("proposed_code"),
    instant("proposed_at"),
    instant("expires_at"),
    id_("decided_by", nullable=True),
    words("decided_code", nullable=True),
    instant("decided_at", nullable=True),
    words("decision_reason", server_default=EMPTY),
    instant("undo_until", nullable=True),
    id_("undone_by", nullable=True),
    words("undone_code", nullable=True),
    instant("undone_at", nullable=True),
    # By when somebody else looks at what one person did alone.
    instant("review_by", nullable=True),
    id_("reviewed_by", nullable=True),
    words("reviewed_code", nullable=True),
    instant("reviewed_at", nullable=True),
    PrimaryKeyConstraint("change_id"),
    Index("ix_changes_object", "object_kind", "object_id", "change_id"),
)
_OPEN = text("state = 'proposed'")
_WAITING = text("state = 'proposed' OR (review_by IS NOT NULL AND reviewed_at IS NULL)")
# One object, one proposal: whoever approves sees all there is to see.
Index(
    "uq_changes_open",
    changes.c.object_kind,
    changes.c.object_id,
    unique=True,
    sqlite_where=_OPEN,
    postgresql_where=_OPEN,
)
Index("ix_changes_waiting", changes.c.change_id, sqlite_where=_WAITING, postgresql_where=_WAITING)
