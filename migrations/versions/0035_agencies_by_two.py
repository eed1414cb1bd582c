"""What an agency held when two people ended it, so that undoing can give it back.

Revision ID: 0035
Revises: 0034
"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; agencies that ended before stay ended."""
    key = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    op.create_table(
        "agency_holdings",
        sa.Column("change_id", sa.String(26), nullable=False),
        sa.Column("code", key, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("object_id", key, nullable=False),
        sa.PrimaryKeyConstraint("change_id", "what", "object_id"),
    )
