"""Grants say for which APIs their tokens may be (RFC 8707), and what exactly was confirmed (RFC 9396).

Revision ID: 0053
Revises: 0051
"""

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0051"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; grants of before name none: their tokens are for what the client registered."""
    op.add_column("grants", sa.Column("resources", sa.Text(), nullable=False, server_default=sa.text("''")))
    op.add_column("grants", sa.Column("details_sealed", sa.LargeBinary(), nullable=True))
