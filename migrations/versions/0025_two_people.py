"""From when a role approves, who renewed an enrolment last, and the owner's lock under another's.

Revision ID: 0025
Revises: 0024
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns. Roles that are there were in use before there was a rest, and go on; none of them is new."""
    op.add_column("admin_roles", sa.Column("approves_from", sa.BigInteger, nullable=True))
    op.execute(sa.text("UPDATE admin_roles SET approves_from = given_at"))
    op.add_column("officers", sa.Column("renewed_by", sa.Text, nullable=True))
    op.add_column("officers", sa.Column("renewed_at", sa.BigInteger, nullable=True))
    op.add_column("accounts", sa.Column("locked_below", sa.Text, nullable=True))
