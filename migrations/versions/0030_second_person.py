"""Enrolment codes of officers that wait for a second administrator.

Revision ID: 0030
Revises: 0029
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns. Codes and roles that are there stay as they are."""
    op.add_column("officers", sa.Column("asked_by", sa.Text, nullable=True))
    op.add_column("officers", sa.Column("asked_at", sa.BigInteger, nullable=True))
    op.add_column("officers", sa.Column("contact_sealed", sa.LargeBinary, nullable=True))
    op.add_column("officers", sa.Column("confirmed_by", sa.Text, nullable=True))
