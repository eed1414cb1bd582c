"""Grants of public clients may be bound to a DPoP key (RFC 9449 5).

Revision ID: 0046
Revises: 0045
"""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the thumbprint; what stands is bound to nothing, as it was."""
    op.add_column("grants", sa.Column("dpop_jkt", sa.Text(), nullable=True))
