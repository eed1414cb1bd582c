"""Indexes that administrators search the audit log by: name, client, whoever acted.

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_OF_CLIENTS = sa.text("client_id IS NOT NULL")
_OF_ACTORS = """details LIKE '%"actor":%'"""


def upgrade() -> None:
    """Make the indexes. On a log of many millions of events this takes minutes, in which nothing is written to it."""
    op.create_index("ix_audit_events_name", "audit_events", ["name", "event_id"])
    op.create_index(
        "ix_audit_events_client_id",
        "audit_events",
        ["client_id", "event_id"],
        sqlite_where=_OF_CLIENTS,
        postgresql_where=_OF_CLIENTS,
    )
    # Written out: what is indexed is an expression that each database says its own way.
    actor = "json_extract(details, '$.actor')"
    if op.get_bind().dialect.name == "postgresql":
        actor = "(CAST(details AS json) ->> 'actor')"
    op.execute(f"CREATE INDEX ix_audit_events_actor ON audit_events ({actor}, event_id) WHERE {_OF_ACTORS}")
