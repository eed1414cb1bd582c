"""Where a confirmation leads back to: a word in the address, never an address (case OR-1)."""

from collections.abc import Mapping
from re import fullmatch
from urllib.parse import quote

from msgspec import Struct

_NAME = "{name}"
HOME = "account"
# What may stand for an object: an id, an agency's code, a client's id. No slash, no dot first, nothing to decode.
_OBJECT = r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}"


class Places(Struct, frozen=True):
    """The words, and the path of each. One that ends in `{name}` is a page of one object, which comes beside the word
    as one segment of a path.
    """

    paths: Mapping[str, str]

    def of(self, word: str | None, name: str | None) -> tuple[str, str]:
        """Return a word of ours and the object's name ("" where there is none); the account where they are not ours."""
        path = self.paths.get(word or "")
        if path is None:
            return HOME, ""
        if not path.endswith(_NAME):
            return word or HOME, ""
        return (word or HOME, name) if name and fullmatch(_OBJECT, name) else (HOME, "")

    def address(self, word: str, name: str = "") -> str:
        """Return the address of a place that `of` found."""
        return path_of(self.paths[word], name)

    def word(self, path: str) -> str:
        """Return the word of a route's path, the console for one that nobody comes back to."""
        return next((word for word, place in self.paths.items() if place == path), "admin")


def path_of(path: str, name: str) -> str:
    """Return a path with the object's name in its place, if it has one."""
    return path.replace(_NAME, quote(name, safe=""))


def query_of(word: str, name: str = "") -> dict[str, str]:
    """Return the query that carries a place."""
    return {"to": word, **({"of": name} if name else {})}
