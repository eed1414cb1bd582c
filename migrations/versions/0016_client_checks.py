"""How clients' servers were found, whose turn is when, and what became of clients' requests by client and kind.

Revision ID: 0016
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

# In byte order on both databases.
_KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the tables; every host is new at first."""
    op.create_table(
        "client_checks",
        sa.Column("client_id", _KEY, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("kind", "address", "host", "state", "cause")),
        sa.Column("detail", sa.Text, nullable=False, server_default=sa.text("''")),
        sa.Column("since_at", sa.BigInteger, nullable=False),
        sa.Column("worked_at", sa.BigInteger, nullable=True),
        sa.Column("checked_at", sa.BigInteger, nullable=False),
        sa.Column("ends_at", sa.BigInteger, nullable=True),
        sa.PrimaryKeyConstraint("client_id", "kind", "address", name="pk_client_checks"),
    )
    op.create_index("ix_client_checks_host", "client_checks", ["host"])
    op.create_index("ix_client_checks_state", "client_checks", ["state", "client_id"])
    op.create_table(
        "checked_hosts",
        sa.Column("host", sa.Text, nullable=False),
        sa.Column("due_at", sa.BigInteger, nullable=False),
        sa.Column("leased_until", sa.BigInteger, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("host", name="pk_checked_hosts"),
    )
    op.create_index("ix_checked_hosts_due_at", "checked_hosts", ["due_at"])
