"""The table of counts that must not begin anew because the short-lived store forgot; the same rules as `tables.py`."""

from sqlalchemy import Index, PrimaryKeyConstraint, Table

from idp.adapters.sql.engine.columns import count, instant, metadata, raw, words

counts = Table(
    "counts",
    metadata,
    words("purpose"),
    raw("value_hash"),
    count("counted"),
    instant("expires_at"),
    PrimaryKeyConstraint("purpose", "value_hash"),
    Index("ix_counts_expires_at", "expires_at"),
)
