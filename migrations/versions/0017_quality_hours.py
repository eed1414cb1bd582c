"""How signing in goes in the whole country, hour by hour.

Revision ID: 0017
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_WORDS = ("method", "step", "cause")


def upgrade() -> None:
    """Make the table and add up what was counted so far; some seconds for a year of it."""
    op.create_table(
        "quality_hours",
        sa.Column("hour_at", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("measure", sa.Text, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in _WORDS),
        sa.Column("slot", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("hour_at", "measure", *_WORDS, "slot", name="pk_quality_hours"),
    )
    op.execute("""
        INSERT INTO quality_hours (hour_at, measure, method, step, cause, slot, amount)
        SELECT hour_at, measure, method, step, cause, slot, sum(amount) FROM quality_counts
        GROUP BY hour_at, measure, method, step, cause, slot
    """)
