"""The table of devices' requests (RFC 8628, CIBA); the same rules as `tables.py`."""

from sqlalchemy import Index, PrimaryKeyConstraint, Table, UniqueConstraint, text

from idp.adapters.sql.engine.columns import EMPTY, id_, instant, metadata, raw, words

device_requests = Table(
    "device_requests",
    metadata,
    # Keyed hashes of the two codes: neither can be read here, nor tried without the key.
    raw("device_hash"),
    raw("user_hash"),
    words("client_id"),
    raw("asked_sealed"),
    instant("created_at"),
    instant("expires_at"),
    instant("decided_at", nullable=True),
    # What the device redeems, as the short-lived store has it of a code; none of a request that was refused.
    raw("approved_code", nullable=True),
    words("refused_because", server_default=EMPTY),
    words("asked_by"),
    # Whom a client named (CIBA); of a code nobody.
    id_("person_id", nullable=True),
    id_("account_id", nullable=True),
    PrimaryKeyConstraint("device_hash"),
    UniqueConstraint("user_hash"),
    Index("ix_device_requests_expires_at", "expires_at"),
)
Index(
    "ix_device_requests_account_id",
    device_requests.c.account_id,
    sqlite_where=text("account_id IS NOT NULL"),
    postgresql_where=text("account_id IS NOT NULL"),
)
