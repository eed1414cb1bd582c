"""Imported hashes that stand as they came are found without reading all passwords.

Revision ID: 0041
Revises: 0040
"""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

_UNWRAPPED = sa.text(
    "password_hash NOT LIKE '$pepper1$%' AND password_hash NOT LIKE '$argon2%' AND password_hash <> '-'"
)


def upgrade() -> None:
    """Make the index. On many millions of passwords this takes minutes, in which none of them is written."""
    op.create_index(
        "ix_passwords_unwrapped",
        "passwords",
        ["person_id", "account_id"],
        sqlite_where=_UNWRAPPED,
        postgresql_where=_UNWRAPPED,
    )
