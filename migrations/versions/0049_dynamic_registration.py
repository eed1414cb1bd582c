"""Clients that register themselves: initial access tokens, what manages a client, publishers of software.

Revision ID: 0049
Revises: 0048
"""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

_KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Add the three tables."""
    op.create_table(
        "initial_access_tokens",
        sa.Column("token_id", sa.String(26), nullable=False),
        sa.Column("token_hash", sa.LargeBinary, nullable=False),
        sa.Column("agency", _KEY, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("policy", sa.Text, nullable=False),
        sa.Column("uses", sa.Integer, nullable=False),
        sa.Column("uses_left", sa.Integer, nullable=False),
        sa.Column("created_by", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Column("revoked_at", sa.BigInteger, nullable=True),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("tries_since", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("token_id", name="pk_initial_access_tokens"),
    )
    op.create_index("uq_initial_access_tokens_token_hash", "initial_access_tokens", ["token_hash"], unique=True)
    op.create_index("ix_initial_access_tokens_agency", "initial_access_tokens", ["agency", "token_id"])
    op.create_table(
        "client_registrations",
        sa.Column("client_id", _KEY, nullable=False),
        sa.Column("token_hash", sa.LargeBinary, nullable=False),
        sa.Column("token_id", sa.String(26), nullable=False),
        sa.Column("statement", sa.Text, nullable=True),
        sa.Column("registered_at", sa.BigInteger, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("tries_since", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("client_id", name="pk_client_registrations"),
    )
    op.create_index("uq_client_registrations_token_hash", "client_registrations", ["token_hash"], unique=True)
    op.create_table(
        "software_publishers",
        sa.Column("agency", _KEY, nullable=False),
        sa.Column("issuer", sa.Text, nullable=False),
        sa.Column("jwks", sa.Text, nullable=False),
        sa.Column("added_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("agency", "issuer", name="pk_software_publishers"),
    )
