"""Which accounts came with an import: they outrank those that only a match with the register opened.

Revision ID: 0033
Revises: 0032
"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column. Imported are those with a TechID, and those that no registration opened: it leaves a proof."""
    op.add_column("accounts", sa.Column("imported_at", sa.BigInteger, nullable=True))
    op.execute(
        "UPDATE accounts SET imported_at = created_at WHERE account_kind = 'citizen' AND ("
        "EXISTS (SELECT 1 FROM tech_ids t WHERE t.person_id = accounts.person_id) "
        "OR NOT EXISTS (SELECT 1 FROM proofs p WHERE p.person_id = accounts.person_id AND p.purpose = 'registration'))"
    )
