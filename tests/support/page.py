"""A page as a browser without script sees it: its form, its ids, its links."""

from collections.abc import Mapping
from html.parser import HTMLParser

from msgspec import Struct, field

_VOID = frozenset({"meta", "link", "input", "img", "br"})


class Page(Struct, frozen=True):
    """An answer that is shown. `values` are the form's hidden and filled fields, `buttons` each button by its id."""

    status: int
    headers: Mapping[str, str]
    html: str
    address: str
    action: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    buttons: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    language: str = ""

    @property
    def protection(self) -> Mapping[str, str]:
        """The hidden fields that show a form to be ours, of this browser and session; none where there is no form."""
        return {name: self.values[name] for name in ("form", "shown_in") if name in self.values}

    def shows(self, element_id: str) -> bool:
        """Say whether the page has an element."""
        return element_id in self.texts

    @property
    def error_code(self) -> str:
        """The public code of an error page, "" on any other."""
        return self.texts.get("error-code", "")


def read_page(status: int, headers: Mapping[str, str], html: str, address: str) -> Page:
    """Return a parsed page."""
    reader = _Reader()
    reader.feed(html)
    return Page(
        status=status,
        headers=headers,
        html=html,
        address=address,
        action=reader.action,
        values=reader.values,
        buttons=reader.buttons,
        links=reader.links,
        texts={name: " ".join("".join(parts).split()) for name, parts in reader.texts.items()},
        language=reader.language,
    )


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.action = self.language = ""
        self.values: dict[str, str] = {}
        self.buttons: dict[str, tuple[str, str]] = {}
        self.links: dict[str, str] = {}
        self.texts: dict[str, list[str]] = {}
        self._open: list[str] = []
        # The name of the text area that is open.
        self._typed: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        reported = {name: value or "" for name, value in attrs}
        element_id = reported.get("id", "")
        if element_id:
            self.texts.setdefault(element_id, [])
        if tag not in _VOID:
            self._open.append(element_id)
        match tag:
            case "html":
                self.language = reported.get("lang", "")
            case "form":
                self.action = reported.get("action", "")
            case "input" if reported.get("type") in {"checkbox", "radio"} and "checked" not in reported:
                # A box nobody ticked is not sent (HTML 4.10.21.4).
                pass
            case "input":
                self.values[reported.get("name", "")] = reported.get("value", "")
            case "textarea":
                self._typed = reported.get("name", "")
                self.values[self._typed] = ""
            case "button":
                self.buttons[element_id] = (reported.get("name", ""), reported.get("value", ""))
            case "a" if element_id:
                self.links[element_id] = reported.get("href", "")
            case _:
                pass

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID and self._open:
            self._open.pop()
        if tag == "textarea":
            self._typed = None

    def handle_data(self, data: str) -> None:
        if self._typed is not None:
            self.values[self._typed] += data
        for element_id in self._open:
            if element_id:
                self.texts[element_id].append(data)
