"""Counts that outlive the short-lived store: questions to registers, tries at what recovers an account.

Revision ID: 0024
Revises: 0023
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table. What recovery counted until now counted for good, and is read by nobody any more."""
    op.create_table(
        "counts",
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("value_hash", sa.LargeBinary, nullable=False),
        sa.Column("counted", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("expires_at", sa.BigInteger, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("purpose", "value_hash", name="pk_counts"),
    )
    op.create_index("ix_counts_expires_at", "counts", ["expires_at"])
    op.execute("DELETE FROM factor_tries WHERE factor LIKE 'recovery.%'")
