"""An officer's account carries the number of its person, sealed and found blindly; those of before carry none.

Revision ID: 0038
Revises: 0037
"""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns. `idp doctor` and the list of administrators say whose account has no number."""
    op.add_column("officers", sa.Column("person_number_index", sa.LargeBinary, nullable=True))
    op.add_column("officers", sa.Column("person_number_sealed", sa.LargeBinary, nullable=True))
    op.create_index("ix_officers_person_number_index", "officers", ["person_number_index"])
