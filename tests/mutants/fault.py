"""One deliberate fault: what is changed in the product, which promise that breaks, and who must notice."""

from dataclasses import dataclass
from typing import Literal

Area = Literal["protocol", "stores", "sign-in", "admin", "registration", "pages", "services"]


class UnfitFaultError(Exception):
    """The fault does not fit the tree: its text is not there exactly once, or none of its tests is there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A change of one place in one file."""

    id: str
    area: Area
    # The promise that no longer holds, in one line.
    breaks: str
    # Below the root of the tree, as are the tests.
    file: str
    # Occurs once in the file.
    text: str
    instead: str
    # Patterns and not names, so that a file of tests may be split.
    tests: tuple[str, ...]

    def applied(self, source: str) -> str:
        """Return the file with the fault in it. Raises `UnfitFaultError`."""
        found = source.count(self.text)
        if found != 1:
            raise UnfitFaultError(f"{self.id}: its text occurs {found} times in {self.file}")
        return source.replace(self.text, self.instead)
