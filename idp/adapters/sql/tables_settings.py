"""The table of national settings; the same rules as `tables.py`. Versions are only ever added."""

from sqlalchemy import BigInteger, Column, PrimaryKeyConstraint, Table

from idp.adapters.sql.columns import instant, metadata, words

national_settings = Table(
    "national_settings",
    metadata,
    words("setting"),
    Column("version", BigInteger, autoincrement=False, nullable=False),
    words("content"),
    instant("changed_at"),
    PrimaryKeyConstraint("setting", "version"),
)
