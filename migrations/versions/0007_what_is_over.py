"""Mandates whose end has come, and organisations whose word grows old, are found by an index.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Index what the workers look for every few seconds."""
    running = sa.text("ended_at IS NULL")
    op.create_index("ix_mandates_ends_at", "mandates", ["ends_at"], sqlite_where=running, postgresql_where=running)
    op.create_index("ix_organisations_proved_at", "organisations", ["proved_at"])
