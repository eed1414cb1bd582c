"""The public transparency log.

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; the first publisher reads the sealed audit log from its beginning."""
    op.create_table(
        "transparency_entries",
        sa.Column("entry_index", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("event_key", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("leaf", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("entry_index", name="pk_transparency_entries"),
        sa.UniqueConstraint("event_key", name="uq_transparency_entries_event_key"),
    )
    op.create_table(
        "transparency_nodes",
        sa.Column("place", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("node", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("place", name="pk_transparency_nodes"),
    )
    op.create_table(
        "transparency_position",
        sa.Column("log", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("entries", sa.BigInteger, nullable=False),
        sa.Column("read_to", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("log", name="pk_transparency_position"),
    )
    op.execute("INSERT INTO transparency_position (log, entries, read_to) VALUES (1, 0, 0)")
    op.create_table(
        "transparency_heads",
        sa.Column("number", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("entries", sa.BigInteger, nullable=False),
        sa.Column("root", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("signed", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_transparency_heads"),
    )
