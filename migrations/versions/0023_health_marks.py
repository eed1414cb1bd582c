"""A table to write to when a server says whether it can write.

Revision ID: 0023
Revises: 0021
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; it never has more rows than there are marks (`idp.adapters.sql.infrastructure.operations`)."""
    op.create_table(
        "health_marks",
        sa.Column("mark", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("written_at", sa.BigInteger, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("mark", name="pk_health_marks"),
    )
