"""How signing in goes at each client, day by day.

Revision ID: 0021
Revises: 0020
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

# In byte order on both databases.
_KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_WORDS = ("service_class", "method", "step", "cause")


def upgrade() -> None:
    """Make the tables; a job adds up the days that are over, and until it has, their hours are read."""
    op.create_table(
        "quality_days",
        sa.Column("day_at", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("measure", sa.Text, nullable=False),
        sa.Column("client_id", _KEY, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in _WORDS),
        sa.Column("slot", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("day_at", "measure", "client_id", *_WORDS, "slot", name="pk_quality_days"),
    )
    op.create_index("ix_quality_days_client_id", "quality_days", ["client_id", "day_at"])
    op.create_table(
        "quality_days_added",
        sa.Column("day_at", sa.BigInteger, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("day_at", name="pk_quality_days_added"),
    )
