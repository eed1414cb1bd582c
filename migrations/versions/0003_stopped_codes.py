"""Codes that end with a consent: until when those of a session are redeemed no more.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the instant; the sessions of before have stopped no code."""
    op.add_column("sessions", sa.Column("codes_since", sa.BigInteger, nullable=False, server_default="0"))
