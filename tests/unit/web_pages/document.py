"""A page as a browser reads it: its elements in order, their attributes and their text."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

_EMPTY = {"meta", "link", "img", "input"}


@dataclass(slots=True)
class Element:
    """One element; `text` is all text inside it with single spaces."""

    tag: str
    attributes: dict[str, str]
    pieces: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The text a person reads."""
        return " ".join("".join(self.pieces).split())


class Document(HTMLParser):
    """Reads a whole page and fails on tags that do not close in order."""

    def __init__(self, html: bytes) -> None:
        """Take the bytes of the answer."""
        super().__init__()
        self.elements: list[Element] = []
        self._open: list[Element] = []
        self.feed(html.decode())
        assert not self._open, f"never closed: {[element.tag for element in self._open]}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len({name for name, _ in attrs}) == len(attrs), f"an attribute twice on {tag}"
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.elements.append(element)
        if tag not in _EMPTY:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self._open, f"</{tag}> closes nothing"
        assert self._open.pop().tag == tag

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.pieces.append(data)

    def all(self, tag: str) -> list[Element]:
        """Return the elements of one kind in page order."""
        return [element for element in self.elements if element.tag == tag]

    def ids(self) -> list[str]:
        """Return every id in page order."""
        return [element.attributes["id"] for element in self.elements if "id" in element.attributes]

    def by_id(self, name: str) -> Element:
        """Return the element with an id, which must exist once."""
        (element,) = [element for element in self.elements if element.attributes.get("id") == name]
        return element
