"""Accounts that were proved by data alone are found without reading all accounts.

Revision ID: 0032
Revises: 0031
"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

_BY_DATA_ALONE = sa.text("proof = 'proved' AND evidence_kind IS NULL")


def upgrade() -> None:
    """Make the index. On many millions of accounts this takes minutes, in which none of them is written."""
    op.create_index(
        "ix_accounts_by_data_alone",
        "accounts",
        ["account_id"],
        sqlite_where=_BY_DATA_ALONE,
        postgresql_where=_BY_DATA_ALONE,
    )
