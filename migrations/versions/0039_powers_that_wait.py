"""Powers of a first claim begin later, and a register's long silence leaves a mandate less than it holds.

Revision ID: 0039
Revises: 0038
"""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

_WAITS = sa.text("ended_at IS NULL AND later_at IS NOT NULL")


def upgrade() -> None:
    """Add the columns. Whatever stands keeps all it holds; no register counts as silent before it is asked again."""
    for words in ("later_powers", "lowered_from", "suspended_why"):
        op.add_column("mandates", sa.Column(words, sa.Text, nullable=True))
    for instant in ("later_at", "silent_since"):
        op.add_column("mandates", sa.Column(instant, sa.BigInteger, nullable=True))
    op.create_index("ix_mandates_later_at", "mandates", ["later_at"], sqlite_where=_WAITS, postgresql_where=_WAITS)
