"""Whose the resource of a client is.

Revision ID: 0043
Revises: 0042
"""

import json

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

# In byte order on both databases.
_KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Add the columns. A resource that clients in production have is the agency's whose client came first."""
    op.add_column("clients", sa.Column("audience", sa.Text, nullable=True))
    op.add_column("clients", sa.Column("resource_agency", _KEY, nullable=True))
    op.create_index("ix_clients_audience", "clients", ["audience"])
    stored = op.get_bind().execute(sa.text("SELECT client_id, agency, document FROM clients")).all()
    read = [(row.client_id, row.agency, json.loads(row.document)) for row in stored]
    # What a document does not say is as the registry reads it.
    having = [one for one in read if one[2].get("resource") and one[2].get("stage", "production") == "production"]
    owners: dict[str, str | None] = {}
    for client_id, agency, document in sorted(having, key=lambda one: (one[2]["created_at"], one[0])):
        owner = owners.setdefault(document["resource"], agency)
        op.get_bind().execute(
            sa.text("UPDATE clients SET audience = :audience, resource_agency = :owner WHERE client_id = :client_id"),
            {"audience": document["resource"], "owner": owner, "client_id": client_id},
        )
