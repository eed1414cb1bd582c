"""The table of clients' pictures; the same rules as `tables.py`."""

from sqlalchemy import Column, PrimaryKeyConstraint, Table

from idp.adapters.sql.engine.columns import KEY, instant, metadata, raw

# By their content.
logos = Table(
    "logos",
    metadata,
    Column("name", KEY, nullable=False),
    raw("picture"),
    instant("kept_at"),
    PrimaryKeyConstraint("name"),
)
