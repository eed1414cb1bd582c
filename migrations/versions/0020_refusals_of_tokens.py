"""Refusals at userinfo, introspection and revocation are found by client and kind, as those at the token endpoint are.

Revision ID: 0020
Revises: 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_INDEX = "ix_audit_events_outcomes"
_OUTCOMES = sa.text(
    "name IN ('client:authorization:refused', 'client:token:refused', 'client:code:replayed', 'client:refresh:reused', "
    "'client:userinfo:refused', 'client:introspection:refused', 'client:revocation:refused', "
    "'client:logout_notice:failed', 'client:security_event:failed', 'client:logout_notice:delivered') "
    "AND reason NOT IN ('access_denied', 'login_required', 'interaction_required', 'consent_required')"
)


def upgrade() -> None:
    """Make the index anew. On a log of many millions this takes minutes, in which nothing is written to it."""
    op.drop_index(_INDEX, "audit_events")
    op.create_index(
        _INDEX,
        "audit_events",
        ["client_id", "name", "event_id"],
        sqlite_where=_OUTCOMES,
        postgresql_where=_OUTCOMES,
    )
