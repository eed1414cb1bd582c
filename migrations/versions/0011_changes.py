"""Changes under two pairs of eyes.

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_OPEN = sa.text("state = 'proposed'")
_WAITING = sa.text("state = 'proposed' OR (review_by IS NOT NULL AND reviewed_at IS NULL)")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "changes",
        sa.Column("change_id", sa.String(26), nullable=False),
        *(
            sa.Column(name, sa.Text, nullable=False)
            for name in (
                *("kind", "object_kind", "object_id", "agency"),
                *("document_before", "document_after", "needs", "reason"),
            )
        ),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("proposed_by", sa.String(26), nullable=False),
        sa.Column("proposed_code", sa.Text, nullable=False),
        sa.Column("proposed_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        *_by("decided"),
        sa.Column("decision_reason", sa.Text, nullable=False, server_default=sa.text("''")),
        sa.Column("undo_until", sa.BigInteger, nullable=True),
        *_by("undone"),
        sa.Column("review_by", sa.BigInteger, nullable=True),
        *_by("reviewed"),
        sa.PrimaryKeyConstraint("change_id", name="pk_changes"),
    )
    op.create_index("ix_changes_object", "changes", ["object_kind", "object_id", "change_id"])
    op.create_index(
        "uq_changes_open",
        "changes",
        ["object_kind", "object_id"],
        unique=True,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
    op.create_index("ix_changes_waiting", "changes", ["change_id"], sqlite_where=_WAITING, postgresql_where=_WAITING)


def _by(act: str) -> tuple[sa.Column[str], sa.Column[str], sa.Column[int]]:
    return (
        sa.Column(f"{act}_by", sa.String(26), nullable=True),
        sa.Column(f"{act}_code", sa.Text, nullable=True),
        sa.Column(f"{act}_at", sa.BigInteger, nullable=True),
    )
