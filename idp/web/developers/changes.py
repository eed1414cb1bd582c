"""What changes for portal teams, as an Atom feed (RFC 4287) made from the changelog."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from re import Match
from re import compile as pattern
from uuid import UUID, uuid5
from xml.etree.ElementTree import Element, SubElement, tostring

from msgspec import Struct

from idp.web.developers.pages import PART_PATHS

FEED_PATH = f"{PART_PATHS['home']}/changes.xml"
FEED_TYPE = "application/atom+xml; charset=utf-8"
# In the tree a link to the repository's own file; a wheel carries the file itself.
SOURCE = Path(__file__).parent / "CHANGELOG.md"
_ATOM = "http://www.w3.org/2005/Atom"
# Never changed: every entry's id is made under it.
_NAMESPACE = UUID("6f0f3c0e-8f0b-5c1d-9a53-2d1c4f6f7a10")
_READERS = frozenset({"Portals", "Portal teams"})
_HEADING = pattern(r"#{2,3} (?P<title>.*?)(?: \((?P<day>\d{4}-\d{2}-\d{2})\))?")
_BLOCK = pattern(r"\*\*(?P<readers>[^*]+)\*\*")
_LABELLED = pattern(r"\*\*(?P<readers>[^*]+)\*\*:? (?P<text>.*)")
_TITLE_CHARACTERS = 100


class Change(Struct, frozen=True):
    """One thing that portal teams are told: under which heading, since which day, and what."""

    section: str
    day: date
    text: str

    @property
    def id(self) -> str:
        """Return a name that stays as long as the words do, in every process and at every provider."""
        return uuid5(_NAMESPACE, f"{self.section}\n{self.text}").urn

    @property
    def title(self) -> str:
        """Return the first sentence, cut where it is long."""
        first = self.text.partition(". ")[0].removesuffix(".")
        return first if len(first) <= _TITLE_CHARACTERS else f"{first[: _TITLE_CHARACTERS - 1].rstrip()}…"


def portal_changes(source: str) -> tuple[Change, ...]:
    """Return what the changelog tells portal teams, the newest day first.

    Those are the points of a block that begins with `**Portal teams**`, and points that say so themselves. A heading
    ends in its day; one without stands under the day of the heading before it. Raises ValueError where no day is known.
    """
    section, day, readers = "", None, ""
    changes: list[Change] = []
    for paragraph in _paragraphs(source):
        heading, block = _HEADING.fullmatch(paragraph), _BLOCK.fullmatch(paragraph)
        if heading:
            section, readers = heading["title"], ""
            day = date.fromisoformat(heading["day"]) if heading["day"] else day
        elif block:
            readers = block["readers"]
        elif paragraph.startswith("- "):
            labelled = _LABELLED.fullmatch(paragraph[2:])
            if _of_portals(labelled, readers):
                if day is None:
                    raise ValueError(f"the changelog gives no day for {section!r}")
                changes.append(Change(section, day, labelled["text"] if labelled else paragraph[2:]))
    return tuple(sorted(changes, key=lambda change: change.day, reverse=True))


def _of_portals(labelled: Match[str] | None, readers: str) -> bool:
    return (labelled["readers"] if labelled else readers) in _READERS


def _paragraphs(source: str) -> Iterator[str]:
    """Yield headings, blocks' names and points, each as one line."""
    gathered: list[str] = []
    for line in source.splitlines():
        if gathered and (not line.strip() or not line.startswith("  ")):
            yield " ".join(gathered)
            gathered = []
        if line.strip():
            gathered.append(line.strip())
    if gathered:
        yield " ".join(gathered)


def atom_feed(issuer: str, name: str, changes: tuple[Change, ...]) -> bytes:
    """Return the feed (RFC 4287 4.1.1); `name` is the provider's, who is the author of every entry."""
    feed = Element("feed", {"xmlns": _ATOM, "xml:lang": "en"})
    SubElement(feed, "id").text = f"{issuer}{FEED_PATH}"
    SubElement(feed, "title").text = f"{name}: changes for portal teams"
    SubElement(feed, "updated").text = _moment(max((change.day for change in changes), default=date(1970, 1, 1)))
    SubElement(SubElement(feed, "author"), "name").text = name
    SubElement(feed, "link", {"rel": "self", "type": "application/atom+xml", "href": f"{issuer}{FEED_PATH}"})
    SubElement(feed, "link", {"rel": "alternate", "type": "text/html", "href": f"{issuer}{PART_PATHS['home']}"})
    for change in changes:
        entry = SubElement(feed, "entry")
        SubElement(entry, "id").text = change.id
        SubElement(entry, "title").text = change.title
        SubElement(entry, "updated").text = _moment(change.day)
        SubElement(entry, "category", {"term": change.section})
        SubElement(entry, "content", {"type": "text"}).text = change.text
    document: bytes = tostring(feed, encoding="utf-8", xml_declaration=True)
    return document


def _moment(day: date) -> str:
    return datetime(day.year, day.month, day.day, tzinfo=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
