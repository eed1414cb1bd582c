"""How signing in goes, in numbers.

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

# In byte order on both databases.
_KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_WORDS = ("service_class", "method", "step", "cause")


def upgrade() -> None:
    """Make the table; nothing was counted before."""
    op.create_table(
        "quality_counts",
        sa.Column("hour_at", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("measure", sa.Text, nullable=False),
        sa.Column("client_id", _KEY, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in _WORDS),
        sa.Column("slot", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("hour_at", "measure", "client_id", *_WORDS, "slot", name="pk_quality_counts"),
    )
    op.create_index("ix_quality_counts_client_id", "quality_counts", ["client_id", "hour_at"])
