"""Roles of administrators.

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; nobody holds a role until `idp admins create`."""
    op.create_table(
        "admin_roles",
        sa.Column("person_id", sa.String(26), nullable=False),
        sa.Column("grant_id", sa.String(26), nullable=False),
        sa.Column("account_id", sa.String(26), nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("agency", sa.Text, nullable=False),
        sa.Column("given_by", sa.Text, nullable=False),
        sa.Column("given_at", sa.BigInteger, nullable=False),
        sa.Column("starts_at", sa.BigInteger, nullable=False),
        sa.Column("ends_at", sa.BigInteger, nullable=False),
        sa.Column("revoked_at", sa.BigInteger),
        sa.Column("revoked_by", sa.Text),
        sa.PrimaryKeyConstraint("person_id", "grant_id", name="pk_admin_roles"),
    )
    op.create_index("ix_admin_roles_account_id", "admin_roles", ["account_id", "grant_id"])
    op.create_index("ix_admin_roles_agency", "admin_roles", ["agency", "account_id"])
