"""The metadata that every table joins, and how their columns are made.

Instants are microseconds since the epoch (`instants.py`), lists of words are text with spaces. Sealed and hashed
values are bytes.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    TextClause,
    false,
    text,
)
from sqlalchemy.types import TypeEngine

# No foreign keys: rows of one person are written together by one commit, a key across persons could not be placed by
# person_id, and checking them would cost the hot path an index probe and a row lock for each insert.
metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

EMPTY = text("''")


def id_(name: str, *, nullable: bool = False) -> Column[str]:
    """Return a column for an id of 26 letters."""
    return Column(name, String(26), nullable=nullable)


def instant(name: str, *, nullable: bool = False, server_default: str | None = None) -> Column[int]:
    """Return a column for an instant."""
    return Column(name, BigInteger, nullable=nullable, server_default=server_default)


def words(name: str, *, nullable: bool = False, server_default: TextClause | None = None) -> Column[str]:
    """Return a column for a text."""
    return Column(name, Text, nullable=nullable, server_default=server_default)


def raw(name: str, *, nullable: bool = False) -> Column[bytes]:
    """Return a column for bytes: hashed or sealed."""
    return Column(name, LargeBinary, nullable=nullable)


def count(name: str, *, server_default: str | None = None) -> Column[int]:
    """Return a column for a whole number."""
    return Column(name, Integer, nullable=False, server_default=server_default)


# The outbox is searched by the beginning of its keys, which an index answers only in byte order.
KEY: TypeEngine[str] = Text().with_variant(Text(collation="C"), "postgresql")


def flag(name: str) -> Column[bool]:
    """Return a yes or no that is no unless written."""
    return Column(name, Boolean, nullable=False, server_default=false())


def set_aside(table: Table, *key: str) -> Table:
    """Return the table of what was removed from another: the same columns, and when."""
    columns = [Column(one.name, one.type, nullable=one.nullable) for one in table.columns]
    return Table(
        f"removed_{table.name}",
        metadata,
        *columns,
        instant("removed_at"),
        PrimaryKeyConstraint(*key),
        Index(f"ix_removed_{table.name}_removed_at", "removed_at"),
    )
