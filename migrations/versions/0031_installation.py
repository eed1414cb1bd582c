"""Which issuer a database belongs to, and whether it has demonstration people.

Revision ID: 0031
Revises: 0030
"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table. The first start writes the issuer; whether there are demonstration people is known already."""
    op.create_table(
        "installation",
        sa.Column("position", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("issuer", sa.Text, nullable=False),
        sa.Column("demonstration_since", sa.BigInteger),
        sa.PrimaryKeyConstraint("position", name="pk_installation"),
    )
    # `idp prepare --demo-accounts` has made these officers together with the people since there are officers.
    op.execute(
        "INSERT INTO installation (position, issuer, demonstration_since) "
        "SELECT 1, '', MIN(created_at) FROM officers "
        "WHERE issued_by = 'demonstration' AND officer_code LIKE '%-DEMO0%' HAVING COUNT(*) > 0"
    )
