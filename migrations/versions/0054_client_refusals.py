"""What endpoints refused of a client is counted by cause, what it proved itself for and what anybody can send apart.

Revision ID: 0054
Revises: 0053
"""

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None

_KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Add the table; what was refused before stands in the audit log alone."""
    op.create_table(
        "client_refusals",
        sa.Column("client_id", _KEY, nullable=False),
        sa.Column("proven", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("endpoint", sa.Text, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("said", sa.Text, nullable=False),
        sa.Column("times", sa.Integer, nullable=False),
        sa.Column("first_at", sa.BigInteger, nullable=False),
        sa.Column("last_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("client_id", "proven", "endpoint", "code", "said", name="pk_client_refusals"),
    )
    op.create_index("ix_client_refusals_last_at", "client_refusals", ["last_at"])
