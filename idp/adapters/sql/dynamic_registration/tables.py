"""The tables of dynamic registration; the same rules as `tables.py`."""

from sqlalchemy import Column, Index, PrimaryKeyConstraint, Table

from idp.adapters.sql.engine.columns import KEY, count, id_, instant, metadata, raw, words

initial_access_tokens = Table(
    "initial_access_tokens",
    metadata,
    id_("token_id"),
    raw("token_hash"),
    Column("agency", KEY, nullable=False),
    words("label"),
    # What it may register, as JSON.
    words("policy"),
    count("uses"),
    count("uses_left"),
    words("created_by"),
    instant("created_at"),
    instant("expires_at"),
    instant("revoked_at", nullable=True),
    # How often it was shown since.
    count("tries"),
    instant("tries_since"),
    PrimaryKeyConstraint("token_id"),
    Index("uq_initial_access_tokens_token_hash", "token_hash", unique=True),
    Index("ix_initial_access_tokens_agency", "agency", "token_id"),
)

# Whose token manages a client that registered itself. The row goes when the client is deleted.
client_registrations = Table(
    "client_registrations",
    metadata,
    Column("client_id", KEY, nullable=False),
    raw("token_hash"),
    id_("token_id"),
    # The software statement that it stands on.
    words("statement", nullable=True),
    instant("registered_at"),
    count("tries"),
    instant("tries_since"),
    PrimaryKeyConstraint("client_id"),
    Index("uq_client_registrations_token_hash", "token_hash", unique=True),
)

software_publishers = Table(
    "software_publishers",
    metadata,
    # "" for those that the whole country trusts.
    Column("agency", KEY, nullable=False),
    words("issuer"),
    # The public keys, as JSON.
    words("jwks"),
    instant("added_at"),
    PrimaryKeyConstraint("agency", "issuer"),
)
