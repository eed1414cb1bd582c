"""The feed of changes: what portal teams are told, as valid Atom with ids that stay."""

from datetime import datetime
from xml.etree.ElementTree import Element, fromstring

import pytest

from idp.web.developers.changes import SOURCE, Change, atom_feed, portal_changes
from tests.support.running.servers import REPOSITORY

ATOM = "{http://www.w3.org/2005/Atom}"
EXAMPLE = """# Changelog

Words.

## Unreleased: 0.1.0 (2026-01-02)

- **Portals**: one
  and its second line.
- **Operators**: not theirs.

### Since then

**Portal teams**

- `two` <b>&</b>. More.

- three

**Operators**

- not theirs either

### Later (2026-02-03)

- without a reader
- **Portal teams**: four
"""


def feed(changes: tuple[Change, ...]) -> Element:
    return fromstring(atom_feed("https://dangnhap.example", "Đăng nhập", changes))


def reported(entry: Element, name: str) -> str:
    (found,) = entry.findall(ATOM + name)
    assert found.text
    return found.text


def test_only_what_is_said_to_portal_teams_is_told_the_newest_first() -> None:
    changes = portal_changes(EXAMPLE)
    assert [change.text for change in changes] == ["four", "one and its second line.", "`two` <b>&</b>. More.", "three"]
    assert [str(change.day) for change in changes] == ["2026-02-03", "2026-01-02", "2026-01-02", "2026-01-02"]
    assert changes[2].title == "`two` <b>&</b>"
    assert changes[2].section == "Since then"


def test_a_change_without_a_day_is_an_error() -> None:
    with pytest.raises(ValueError, match="no day"):
        portal_changes("## New\n\n- **Portal teams**: one\n")


def test_an_id_depends_on_nothing_but_the_words_and_their_heading() -> None:
    before, after = portal_changes(EXAMPLE), portal_changes(EXAMPLE.replace("2026-01-02", "2026-01-09"))
    assert {change.text: change.id for change in before} == {change.text: change.id for change in after}
    longer = portal_changes(EXAMPLE + "- **Portal teams**: five\n")
    assert {change.id for change in before} < {change.id for change in longer}
    assert Change("Since then", before[0].day, "three").id == "urn:uuid:ae33857f-34ec-581f-b529-33f14dc94939"


def test_rfc4287_4_1_the_feed_of_the_real_changelog_is_valid() -> None:
    changes = portal_changes(SOURCE.read_text("utf-8"))
    root = feed(changes)
    assert root.tag == f"{ATOM}feed"
    assert reported(root, "id") == "https://dangnhap.example/developers/changes.xml"
    assert reported(root, "title")
    assert root.find(f"{ATOM}author/{ATOM}name") is not None
    assert [link.attrib["rel"] for link in root.findall(f"{ATOM}link")] == ["self", "alternate"]
    entries = root.findall(f"{ATOM}entry")
    assert len(entries) == len(changes) > 20
    ids = [reported(entry, "id") for entry in entries]
    assert len(set(ids)) == len(ids)
    for element in (root, *entries):
        assert datetime.fromisoformat(reported(element, "updated")).tzinfo is not None
        assert reported(element, "title")
    assert reported(root, "updated") == max(reported(entry, "updated") for entry in entries)


def test_hostile_words_are_text() -> None:
    (entry,) = feed(portal_changes("## A (2026-01-02)\n\n- **Portals**: <script>x</script> ]]> &amp;\n")).findall(
        f"{ATOM}entry"
    )
    assert reported(entry, "content") == "<script>x</script> ]]> &amp;"


def test_the_packaged_changelog_is_the_repositorys() -> None:
    assert SOURCE.read_bytes() == (REPOSITORY / "CHANGELOG.md").read_bytes()
