"""A queue for each kind of message and receiver, so that who is slow holds up nobody else.

Revision ID: 0026
Revises: 0025
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

# In byte order on both databases.
_KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_WAITING = sa.text("finished_at IS NULL")


def upgrade() -> None:
    """Add the name of the queue. What waits already stays in the queue without a name, from which all is taken."""
    op.add_column("outbox", sa.Column("lane", _KEY, nullable=False, server_default=sa.text("''")))
    op.create_index("ix_outbox_lane", "outbox", ["lane", "due_at"], sqlite_where=_WAITING, postgresql_where=_WAITING)
