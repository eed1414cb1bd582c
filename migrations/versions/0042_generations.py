"""Data keys have generations: from when each seals, and from when nothing opens under it.

Revision ID: 0042
Revises: 0041
"""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the times; the one key that is there has sealed since it was made."""
    op.add_column("data_keys", sa.Column("seals_since", sa.BigInteger(), nullable=True))
    op.add_column("data_keys", sa.Column("retired_at", sa.BigInteger(), nullable=True))
    op.execute("UPDATE data_keys SET seals_since = created_at")
