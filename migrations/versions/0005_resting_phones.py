"""Phones that rest: until when a code to one is no second factor of its account.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the instant; no phone rests yet."""
    op.add_column("accounts", sa.Column("phone_rests_until", sa.BigInteger, nullable=True))
