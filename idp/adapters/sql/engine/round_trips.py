"""Counting what is sent to the database, so that a test can hold the budgets (docs/architecture.md)."""

from typing import Protocol


class RoundTrips(Protocol):
    """Is told of every statement that is sent; BEGIN, COMMIT and savepoints are not counted."""

    def sent(self, statement: str) -> None:
        """Take note of one statement by its text."""


class Uncounted:
    """The observer of a database that nobody counts."""

    def sent(self, statement: str) -> None:
        """Take no note."""
