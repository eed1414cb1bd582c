"""Answers to "how was it?" are numbers of a day: the rows of single answers go, unread by anything.

Revision ID: 0044
Revises: 0043
"""

from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Drop them. A server of the release before that is still running takes no answers from then on."""
    op.drop_table("ratings")
