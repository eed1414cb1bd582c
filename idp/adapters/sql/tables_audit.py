"""The chain of checkpoints over the audit log; the same rules as `tables.py`."""

from sqlalchemy import BigInteger, Column, PrimaryKeyConstraint, Table, text
from sqlalchemy.schema import Index

from idp.adapters.sql.columns import count, metadata, raw, words

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
