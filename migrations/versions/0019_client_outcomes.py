"""What became of clients' requests and of messages to them is found by client and kind.

Revision ID: 0019
Revises: 0018
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_OUTCOMES = sa.text(
    "name IN ('client:authorization:refused', 'client:token:refused', 'client:code:replayed', 'client:refresh:reused', "
    "'client:logout_notice:failed', 'client:security_event:failed', 'client:logout_notice:delivered') "
    "AND reason NOT IN ('access_denied', 'login_required', 'interaction_required', 'consent_required')"
)


def upgrade() -> None:
    """Make the index. On a log of many millions of events this takes minutes, in which nothing is written to it."""
    op.create_index(
        "ix_audit_events_outcomes",
        "audit_events",
        ["client_id", "name", "event_id"],
        sqlite_where=_OUTCOMES,
        postgresql_where=_OUTCOMES,
    )
