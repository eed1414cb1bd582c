"""Reading XML from outside: no declarations, no entities, bounded size and depth, only what is wanted is kept.

There is no tree: text that nobody asked for is passed over by the parser and never becomes a value.
"""

from collections.abc import Callable
from xml.parsers import expat

from idp.adapters.registers.exchange import MAX_BYTES
from idp.kernel.errors import IdpError

MAX_DEPTH = 24
MAX_ELEMENTS = 5000

Path = tuple[str, ...]
Labeller = Callable[[Path], str | None]


class UnreadableXmlError(IdpError):
    """Not XML, or XML that is not read. `reason` is one word for counting."""

    def __init__(self, reason: str) -> None:
        """Take one of: oversized, declaration, too_deep, too_many, not_xml."""
        super().__init__(f"XML: {reason}")
        self.reason = reason


def read_labelled(body: bytes, label_of: Labeller) -> list[tuple[str, str]]:
    """Return (label, text) of each element whose path gets a label, in the order in which they end.

    A path is the names from the root, each `namespace local` or just `local`. Raise `UnreadableXmlError`.
    """
    if len(body) > MAX_BYTES:
        raise UnreadableXmlError("oversized")
    reader = _Reader(label_of)
    try:
        reader.parser.Parse(body, True)  # noqa: FBT003  (the parser takes it by position only)
    except (expat.ExpatError, ValueError, LookupError) as cause:
        raise UnreadableXmlError("not_xml") from cause
    return reader.found


class _Reader:
    def __init__(self, label_of: Labeller) -> None:
        self.found: list[tuple[str, str]] = []
        self._label_of = label_of
        self._path: Path = ()
        self._open: list[tuple[str | None, list[str]]] = []
        self._elements = 0
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        # Without a document type there are no entities to expand or to fetch.
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.EntityDeclHandler = self._refuse

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        self._elements += 1
        if self._elements > MAX_ELEMENTS:
            raise UnreadableXmlError("too_many")
        if len(self._path) >= MAX_DEPTH:
            raise UnreadableXmlError("too_deep")
        self._path = (*self._path, name)
        self._open.append((self._label_of(self._path), []))

    def _end(self, _name: str) -> None:
        label, text = self._open.pop()
        self._path = self._path[:-1]
        if label is not None:
            self.found.append((label, "".join(text).strip()))

    def _text(self, data: str) -> None:
        if self._open and self._open[-1][0] is not None:
            self._open[-1][1].append(data)

    def _refuse(self, *_declaration: object) -> None:
        raise UnreadableXmlError("declaration")
