"""What sectors know a merged person as, beside the profile: for those who act for that person.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column and fill it for whoever took up another account already."""
    op.add_column("persons", sa.Column("known_as", sa.Text, nullable=True))
    if op.get_bind().dialect.name == "postgresql":
        pairs = "CAST(json_object_agg(a.sector, a.subject_id) AS text)"
    else:
        pairs = "json_group_object(a.sector, a.subject_id)"
    op.execute(f"""
        UPDATE persons SET known_as = (SELECT {pairs} FROM subject_aliases a WHERE a.person_id = persons.person_id)
        WHERE person_id IN (SELECT person_id FROM subject_aliases)
    """)  # noqa: S608 (constants)
