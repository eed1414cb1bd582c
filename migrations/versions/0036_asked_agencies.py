"""Which agency's approver a change waits for.

Revision ID: 0036
Revises: 0035
"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

# In byte order on both databases.
_KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Add the column. A move that was proposed before is decided by the rules of its day: by the country."""
    op.add_column("changes", sa.Column("asked_agency", _KEY, nullable=True))
