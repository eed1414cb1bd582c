"""Grants say which claims were granted one by one, by the `claims` parameter.

Revision ID: 0051
Revises: 0049
"""

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0049"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; grants of before have none such."""
    op.add_column("grants", sa.Column("claims", sa.Text(), nullable=False, server_default=sa.text("''")))
