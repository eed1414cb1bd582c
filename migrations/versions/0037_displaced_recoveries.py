"""A recovery says what was shown for it and whether a second officer has to look; links that were removed come back.

Revision ID: 0037
Revises: 0036
"""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add columns and a table. Who waits on the day of the upgrade waits as one who has shown nothing."""
    op.add_column("recoveries", sa.Column("standing", sa.Integer, nullable=False, server_default="0"))
    op.add_column("recoveries", sa.Column("second_needed", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("recoveries", sa.Column("seconded_by", sa.String(26), nullable=True))
    op.add_column("recoveries", sa.Column("behind_since", sa.BigInteger, nullable=True))
    op.create_table(
        "removed_upstream_links",
        sa.Column("person_id", sa.String(26), nullable=False),
        sa.Column("provider", sa.Text, nullable=False),
        sa.Column("subject_index", sa.LargeBinary, nullable=False),
        sa.Column("account_id", sa.String(26), nullable=False),
        sa.Column("subject_sealed", sa.LargeBinary, nullable=False),
        sa.Column("linked_at", sa.BigInteger, nullable=False),
        sa.Column("last_used_at", sa.BigInteger, nullable=True),
        sa.Column("removed_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint(
            "person_id", "provider", "subject_index", "removed_at", name="pk_removed_upstream_links"
        ),
    )
    op.create_index("ix_removed_upstream_links_removed_at", "removed_upstream_links", ["removed_at"])
