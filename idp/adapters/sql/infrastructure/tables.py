"""The table that a server writes to find out whether it can; the same rules as `tables.py`. Its rows mean nothing."""

from sqlalchemy import Column, Integer, PrimaryKeyConstraint, Table

from idp.adapters.sql.engine.columns import instant, metadata

health_marks = Table(
    "health_marks",
    metadata,
    Column("mark", Integer, autoincrement=False, nullable=False),
    instant("written_at"),
    PrimaryKeyConstraint("mark"),
)
