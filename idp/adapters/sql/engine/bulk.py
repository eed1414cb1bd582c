"""Rows by the thousand for one table."""

from collections.abc import Sequence

from msgspec import Struct

from idp.adapters.sql.engine.statements import Row


class BulkRows(Struct, frozen=True):
    """The rows to add to a table, each with the values of `columns` in their order."""

    name: str
    columns: tuple[str, ...]
    rows: Sequence[Row]

    @property
    def insert(self) -> str:
        """Return the insert of one row."""
        places = ", ".join("?" * len(self.columns))
        return f"INSERT INTO {self.name} ({', '.join(self.columns)}) VALUES ({places})"  # noqa: S608 (names of ours)
