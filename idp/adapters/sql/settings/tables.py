"""The tables of national settings and of the installation; the same rules as `tables.py`. Versions are only added."""

from sqlalchemy import BigInteger, Column, Integer, PrimaryKeyConstraint, Table

from idp.adapters.sql.engine.columns import instant, metadata, words

national_settings = Table(
    "national_settings",
    metadata,
    words("setting"),
    Column("version", BigInteger, autoincrement=False, nullable=False),
    words("content"),
    instant("changed_at"),
    PrimaryKeyConstraint("setting", "version"),
)

installation = Table(
    "installation",
    metadata,
    # Always 1: a database has one.
    Column("position", Integer, nullable=False, autoincrement=False),
    words("issuer"),
    instant("demonstration_since", nullable=True),
    PrimaryKeyConstraint("position"),
)
