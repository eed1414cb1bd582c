"""The agency that a client is to go to, which has its say.

Revision ID: 0036
Revises: 0035
"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column. A move that was proposed before is decided by the rules of its day: by the country."""
    op.add_column("changes", sa.Column("receiving", sa.Text, server_default=sa.text("''"), nullable=False))
