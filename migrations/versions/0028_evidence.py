"""What an account's proof rests on besides the register's word.

Revision ID: 0028
Revises: 0027
"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; who was proved by data alone has none of it."""
    op.add_column("accounts", sa.Column("evidence_kind", sa.Text))
    op.add_column("accounts", sa.Column("evidence_at", sa.BigInteger))
    op.add_column("accounts", sa.Column("evidence_source", sa.Text))
