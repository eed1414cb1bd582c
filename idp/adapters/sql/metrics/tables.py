"""The tables of sign-in metrics: numbers by hour or day and closed words; the same rules as `tables.py`."""

from sqlalchemy import BigInteger, Column, Index, PrimaryKeyConstraint, Table

from idp.adapters.sql.engine.columns import KEY, count, instant, metadata, words

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
# The same numbers of all clients together, so that a look at the country does not read those of each.
quality_hours = Table(
    "quality_hours",
    metadata,
    instant("hour_at"),
    words("measure"),
    words("method"),
    words("step"),
    words("cause"),
    count("slot"),
    Column("amount", BigInteger, nullable=False),
    PrimaryKeyConstraint("hour_at", "measure", "method", "step", "cause", "slot"),
)
# The same of each client for whole days in Vietnam: what a look at many days reads. `day_at` is where a day begins.
quality_days = Table(
    "quality_days",
    metadata,
    instant("day_at"),
    words("measure"),
    Column("client_id", KEY, nullable=False),
    words("service_class"),
    words("method"),
    words("step"),
    words("cause"),
    count("slot"),
    Column("amount", BigInteger, nullable=False),
    PrimaryKeyConstraint("day_at", "measure", "client_id", "service_class", "method", "step", "cause", "slot"),
    Index("ix_quality_days_client_id", "client_id", "day_at"),
)
# Days that were added up. All before the newest were, too.
quality_days_added = Table("quality_days_added", metadata, instant("day_at"), PrimaryKeyConstraint("day_at"))
