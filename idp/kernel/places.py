"""Where a sealed value stands: the seal authenticates it, so that a copied value opens only in its own place."""

from msgspec import Struct

_BETWEEN = "\x00"


class Place(Struct, frozen=True):
    """One column of one row. The row is named by what stays with it: of a person's rows by the person's id."""

    column: str
    row: str

    def __post_init__(self) -> None:
        """Refuse a column that could be read as another column and the beginning of a row."""
        if _BETWEEN in self.column:
            raise ValueError("a column's name has no NUL")

    def text(self) -> str:
        """Return the words that the seal authenticates."""
        return f"{self.column}{_BETWEEN}{self.row}"


class Column(Struct, frozen=True):
    """A kind of sealed values. Rows of one person may move from table to table, so it is named by what it holds."""

    name: str

    def of(self, row: str) -> Place:
        """Return the place in one row."""
        return Place(self.name, row)
