"""The tables of administration; the same rules as `tables.py`."""

from sqlalchemy import Index, PrimaryKeyConstraint, Table

from idp.adapters.sql.engine.columns import id_, instant, metadata, words

# Roles that officers' accounts hold. A grant that ended or was revoked stays, as history.
admin_roles = Table(
    "admin_roles",
    metadata,
    id_("person_id"),
    id_("grant_id"),
    id_("account_id"),
    words("role"),
    # "" for the whole country.
    words("agency"),
    words("given_by"),
    instant("given_at"),
    instant("starts_at"),
    instant("ends_at"),
    instant("revoked_at", nullable=True),
    words("revoked_by", nullable=True),
    instant("approves_from", nullable=True),
    PrimaryKeyConstraint("person_id", "grant_id"),
    Index("ix_admin_roles_account_id", "account_id", "grant_id"),
    Index("ix_admin_roles_agency", "agency", "account_id"),
)
