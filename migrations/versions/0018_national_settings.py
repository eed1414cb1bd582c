"""National settings, every version of each.

Revision ID: 0018
Revises: 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; until somebody changes a setting, the default in the code stands."""
    op.create_table(
        "national_settings",
        sa.Column("setting", sa.Text, nullable=False),
        sa.Column("version", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("changed_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("setting", "version", name="pk_national_settings"),
    )
    op.execute("INSERT INTO change_counters (topic, version) VALUES ('settings', 0)")
