"""Answers to "how was it?" are numbers of a day, their rows go; pictures of clients are kept here.

Revision ID: 0044
Revises: 0043
"""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

_KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Drop the one and make the other. A server of the release before that still runs takes no answers from then on."""
    op.drop_table("ratings")
    op.create_table(
        "logos",
        sa.Column("name", _KEY, nullable=False),
        sa.Column("picture", sa.LargeBinary, nullable=False),
        sa.Column("kept_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_logos"),
    )
    op.add_column("clients", sa.Column("logo", _KEY, nullable=True))
