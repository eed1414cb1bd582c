"""Checkpoints that seal the audit log.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; the first sealer seals what the log holds already."""
    op.create_table(
        "audit_checkpoints",
        sa.Column("number", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("signed", sa.Text, nullable=False),
        sa.Column("listing", sa.LargeBinary, nullable=False),
        sa.Column("late", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_audit_checkpoints"),
    )
    late = sa.text("late > 0")
    op.create_index(
        "ix_audit_checkpoints_late", "audit_checkpoints", ["number"], sqlite_where=late, postgresql_where=late
    )
