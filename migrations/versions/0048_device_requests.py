"""Requests of devices (RFC 8628) and of clients about people (CIBA), until somebody decides them and some time after.

Revision ID: 0048
Revises: 0046
"""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0046"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "device_requests",
        sa.Column("device_hash", sa.LargeBinary(), nullable=False),
        sa.Column("user_hash", sa.LargeBinary(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("asked_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("approved_code", sa.LargeBinary(), nullable=True),
        sa.Column("refused_because", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("person_id", sa.String(26), nullable=True),
        sa.Column("account_id", sa.String(26), nullable=True),
        sa.PrimaryKeyConstraint("device_hash", name="pk_device_requests"),
        sa.UniqueConstraint("user_hash", name="uq_device_requests_user_hash"),
    )
    op.create_index("ix_device_requests_expires_at", "device_requests", ["expires_at"])
    named = sa.text("account_id IS NOT NULL")
    op.create_index(
        "ix_device_requests_account_id", "device_requests", ["account_id"], sqlite_where=named, postgresql_where=named
    )
