"""Grants of public clients may be bound to a DPoP key (RFC 9449 5); the label `fapi2` is free for its profile.

Revision ID: 0046
Revises: 0045
"""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

# Before the profile was built it could be stored as a label, which was served as `standard`: so it stays.
_LABEL, _SERVED = b'"security_profile":"fapi2"', b'"security_profile":"standard"'


def upgrade() -> None:
    """Add the thumbprint, which nothing that stands has; write clients with the old label as they were served."""
    op.add_column("grants", sa.Column("dpop_jkt", sa.Text(), nullable=True))
    clients = sa.table("clients", sa.column("client_id", sa.Text()), sa.column("document", sa.LargeBinary()))
    store = op.get_bind()
    for client_id, document in store.execute(sa.select(clients.c.client_id, clients.c.document)).all():
        if _LABEL in bytes(document):
            served = bytes(document).replace(_LABEL, _SERVED)
            store.execute(sa.update(clients).where(clients.c.client_id == client_id).values(document=served))
