"""Agencies: their dated tree, what happened to them, the keys they are searched by, and whose a client is.

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

# In byte order on both databases.
_KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the tables; no agency is founded by it. Fill the column of clients from their documents."""
    _agencies()
    _successions()
    op.execute("INSERT INTO change_counters (topic, version) VALUES ('agencies', 0)")
    op.add_column("clients", sa.Column("agency", _KEY, nullable=True))
    op.create_index("ix_clients_agency", "clients", ["agency"])
    if op.get_bind().dialect.name == "postgresql":
        agency = "CAST(convert_from(document, 'UTF8') AS json) ->> 'agency'"
    else:
        agency = "json_extract(CAST(document AS TEXT), '$.agency')"
    op.execute(f"UPDATE clients SET agency = {agency}")  # noqa: S608 (constants)


def _agencies() -> None:
    op.create_table(
        "agencies",
        sa.Column("code", _KEY, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("founded_day", sa.Text, nullable=False),
        sa.Column("closed_day", sa.Text, nullable=True),
        sa.PrimaryKeyConstraint("code", name="pk_agencies"),
    )
    op.create_table(
        "agency_periods",
        sa.Column("code", _KEY, nullable=False),
        sa.Column("from_day", sa.Text, nullable=False),
        sa.Column("to_day", sa.Text, nullable=True),
        sa.Column("parent", _KEY, nullable=False),
        sa.Column("name_vi", sa.Text, nullable=False),
        sa.Column("name_en", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("code", "from_day", name="pk_agency_periods"),
    )
    op.create_index("ix_agency_periods_parent", "agency_periods", ["parent", "code"])
    still = sa.text("to_day IS NULL")
    op.create_index(
        "uq_agency_periods_open", "agency_periods", ["code"], unique=True, sqlite_where=still, postgresql_where=still
    )


def _successions() -> None:
    op.create_table(
        "agency_successions",
        sa.Column("succession_id", sa.String(26), nullable=False),
        sa.Column("code", _KEY, nullable=False),
        sa.Column("successor", _KEY, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("day", sa.Text, nullable=False),
        sa.Column("decision", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("entered_by", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("succession_id", name="pk_agency_successions"),
    )
    op.create_index("ix_agency_successions_code", "agency_successions", ["code"])
    op.create_index("ix_agency_successions_successor", "agency_successions", ["successor"])
    op.create_table(
        "agency_search_keys",
        sa.Column("search_key", _KEY, nullable=False),
        sa.Column("code", _KEY, nullable=False),
        sa.PrimaryKeyConstraint("search_key", "code", name="pk_agency_search_keys"),
    )
