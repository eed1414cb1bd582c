"""When a register is asked again about what it said: for each mandate on its own.

Revision ID: 0029
Revises: 0028
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; all that rests on a register's word is asked about once soon."""
    op.add_column("mandates", sa.Column("check_at", sa.BigInteger))
    op.add_column("mandates", sa.Column("check_failures", sa.Integer, nullable=False, server_default=sa.text("0")))
    op.execute(
        "UPDATE mandates SET check_at = accepted_at WHERE kind IN ('representative', 'guardian') AND ended_at IS NULL"
    )
    op.create_index(
        "ix_mandates_check_at",
        "mandates",
        ["kind", "check_at"],
        sqlite_where=sa.text("ended_at IS NULL AND check_at IS NOT NULL"),
        postgresql_where=sa.text("ended_at IS NULL AND check_at IS NOT NULL"),
    )
