"""Phones are confirmed again once a year: when a code last came back, and when the person was asked for one.

Revision ID: 0045
Revises: 0044
"""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

# Two indexes, since the oldest phones would otherwise stand before all that were confirmed again.
_FIRST = sa.text("kind = 'phone' AND asked_again_at IS NULL AND last_confirmed_at IS NULL")
_AGAIN = sa.text("kind = 'phone' AND asked_again_at IS NULL AND last_confirmed_at IS NOT NULL")


def upgrade() -> None:
    """Add the times. Nobody was asked yet, so that no phone stops counting on the day of the upgrade."""
    op.add_column("contacts", sa.Column("last_confirmed_at", sa.BigInteger(), nullable=True))
    op.add_column("contacts", sa.Column("asked_again_at", sa.BigInteger(), nullable=True))
    op.add_column("contact_changes", sa.Column("replaced_confirmed_at", sa.BigInteger(), nullable=True))
    op.add_column("contact_changes", sa.Column("replaced_asked_at", sa.BigInteger(), nullable=True))
    for name, column, where in (
        ("ix_contacts_due_first", "confirmed_at", _FIRST),
        ("ix_contacts_due_again", "last_confirmed_at", _AGAIN),
    ):
        op.create_index(name, "contacts", [column], sqlite_where=where, postgresql_where=where)
