"""The table of quality: numbers by hour and closed words; the same rules as `tables.py`."""

from sqlalchemy import BigInteger, Column, Index, PrimaryKeyConstraint, Table

from idp.adapters.sql.columns import KEY, count, instant, metadata, words

quality_counts = Table(
    "quality_counts",
    metadata,
    instant("hour_at"),
    words("measure"),
    Column("client_id", KEY, nullable=False),
    words("service_class"),
    words("method"),
    words("step"),
    words("cause"),
    count("slot"),
    Column("amount", BigInteger, nullable=False),
    PrimaryKeyConstraint("hour_at", "measure", "client_id", "service_class", "method", "step", "cause", "slot"),
    Index("ix_quality_counts_client_id", "client_id", "hour_at"),
)
