"""Two accounts that their owner has shown to be theirs, and that wait to become one.

Revision ID: 0034
Revises: 0033
"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

_OPEN = sa.text("ended_at IS NULL")


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "joinings",
        *(
            sa.Column(name, sa.String(26), nullable=False)
            for name in ("person_id", "joining_id", "account_id", "other_person_id", "other_account_id")
        ),
        sa.Column("epoch", sa.Integer, nullable=False),
        sa.Column("other_epoch", sa.Integer, nullable=False),
        sa.Column("asked_at", sa.BigInteger, nullable=False),
        sa.Column("due_at", sa.BigInteger, nullable=False),
        sa.Column("ended_at", sa.BigInteger, nullable=True),
        sa.Column("result", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("person_id", "joining_id", name="pk_joinings"),
    )
    for name, column, unique in (
        ("uq_joinings_account", "account_id", True),
        ("uq_joinings_other_account", "other_account_id", True),
        ("ix_joinings_due_at", "due_at", False),
    ):
        op.create_index(name, "joinings", [column], unique=unique, sqlite_where=_OPEN, postgresql_where=_OPEN)
