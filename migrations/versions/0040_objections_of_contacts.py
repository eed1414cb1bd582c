"""An organisation's registered contact may end a first claim by a code, while the claim waits.

Revision ID: 0040
Revises: 0039
"""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

_OPEN = sa.text("ended_at IS NULL AND objection_hash IS NOT NULL")


def upgrade() -> None:
    """Add the keyed hash of the code."""
    op.add_column("mandates", sa.Column("objection_hash", sa.LargeBinary, nullable=True))
    op.create_index(
        "ix_mandates_objection_hash", "mandates", ["objection_hash"], sqlite_where=_OPEN, postgresql_where=_OPEN
    )
