"""The tables of signing keys and of the data keys under which values are sealed."""

from sqlalchemy import Column, Integer, PrimaryKeyConstraint, Table, UniqueConstraint

from idp.adapters.sql.engine.columns import instant, metadata, raw, words

signing_keys = Table(
    "signing_keys",
    metadata,
    words("kid"),
    words("algorithm"),
    raw("sealed_private"),
    words("public_jwk"),
    instant("created_at"),
    instant("activates_at"),
    instant("retires_at", nullable=True),
    instant("expires_at", nullable=True),
    PrimaryKeyConstraint("kid"),
)

data_keys = Table(
    "data_keys",
    metadata,
    # Counted from 1, so that two processes that both make the first key meet at this key.
    Column("position", Integer, nullable=False, autoincrement=False),
    words("key_id"),
    raw("wrapped"),
    instant("created_at"),
    # Null while processes only learn to open what it will seal.
    instant("seals_since", nullable=True),
    instant("retired_at", nullable=True),
    PrimaryKeyConstraint("position"),
    UniqueConstraint("key_id"),
)
