"""The chain of checkpoints over the audit log, and the public transparency log; the same rules as `tables.py`."""

from sqlalchemy import BigInteger, Column, PrimaryKeyConstraint, Table, UniqueConstraint, text
from sqlalchemy.schema import Index

from idp.adapters.sql.columns import count, instant, metadata, raw, words

# All that counts is in the signed text; beside it stands what is too long to be signed, by its hash, and what is
# searched for. Two sealers that both make the next one meet at the number.
audit_checkpoints = Table(
    "audit_checkpoints",
    metadata,
    Column("number", BigInteger, nullable=False, autoincrement=False),
    words("signed"),
    raw("listing"),
    count("late"),
    PrimaryKeyConstraint("number"),
)
# There should be none.
Index(
    "ix_audit_checkpoints_late",
    audit_checkpoints.c.number,
    sqlite_where=text("late > 0"),
    postgresql_where=text("late > 0"),
)

# Appended, never changed. The key is that of the event, so that none is published twice; it stays here.
transparency_entries = Table(
    "transparency_entries",
    metadata,
    Column("entry_index", BigInteger, nullable=False, autoincrement=False),
    words("event_key"),
    instant("at"),
    raw("leaf"),
    PrimaryKeyConstraint("entry_index"),
    UniqueConstraint("event_key"),
)
# The hash of each complete subtree over the entries (`idp.audit.merkle.Subtree.place`): a proof reads a few of them.
transparency_nodes = Table(
    "transparency_nodes",
    metadata,
    Column("place", BigInteger, nullable=False, autoincrement=False),
    raw("node"),
    PrimaryKeyConstraint("place"),
)
# One row. Whoever moves it on from where they saw it may append.
transparency_position = Table(
    "transparency_position",
    metadata,
    Column("log", BigInteger, nullable=False, autoincrement=False),
    Column("entries", BigInteger, nullable=False),
    Column("read_to", BigInteger, nullable=False),
    PrimaryKeyConstraint("log"),
)
transparency_heads = Table(
    "transparency_heads",
    metadata,
    Column("number", BigInteger, nullable=False, autoincrement=False),
    Column("entries", BigInteger, nullable=False),
    words("root"),
    instant("at"),
    words("signed"),
    PrimaryKeyConstraint("number"),
)
