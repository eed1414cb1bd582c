"""Reading XML from outside: what is refused, and that only what is wanted is kept."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.adapters.registers.exchange import MAX_BYTES
from idp.adapters.registers.xml_reader import (
    MAX_DEPTH,
    MAX_ELEMENTS,
    Labeller,
    Path,
    UnreadableXmlError,
    read_labelled,
)

BILLION_LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol">
<!ENTITY lol1 "&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;">
<!ENTITY lol2 "&lol1;&lol1;&lol1;&lol1;&lol1;&lol1;&lol1;&lol1;&lol1;&lol1;">]><a>&lol2;</a>"""
EXTERNAL = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>'


def local(path: Path) -> str | None:
    return path[-1] if path[-1] in {"a", "b"} else None


def _noting(paths: list[Path]) -> Labeller:
    def label(path: Path) -> str | None:
        paths.append(path)
        return None

    return label


def test_labelled_elements_come_in_the_order_in_which_they_end() -> None:
    assert read_labelled(b"<a> 1 <b>2</b><c>3</c> 4 </a>", local) == [("b", "2"), ("a", "1  4")]


def test_names_carry_their_namespace() -> None:
    paths: list[Path] = []
    read_labelled(b'<x xmlns="urn:one"><y xmlns="urn:two"/><z xmlns=""/></x>', _noting(paths))
    assert paths == [("urn:one x",), ("urn:one x", "urn:two y"), ("urn:one x", "z")]


def test_predefined_entities_and_cdata_are_text() -> None:
    assert read_labelled(b"<a>&lt;&amp;&#272;<![CDATA[<b>]]></a>", local) == [("a", "<&Đ<b>")]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (BILLION_LAUGHS, "declaration"),
        (EXTERNAL, "declaration"),
        (b"<!DOCTYPE html><html></html>", "declaration"),
        (b"<a>&unknown;</a>", "not_xml"),
        (b"<a><b></a></b>", "not_xml"),
        (b"<a>", "not_xml"),
        (b"", "not_xml"),
        (b"{}", "not_xml"),
        (b"<a>\xff</a>", "not_xml"),
        (b'<?xml version="1.0" encoding="no-such-code"?><a/>', "not_xml"),
        (b"<a>" + b" " * MAX_BYTES + b"</a>", "oversized"),
        (b"<a>" * (MAX_DEPTH + 1) + b"</a>" * (MAX_DEPTH + 1), "too_deep"),
        (b"<a>" + b"<b/>" * MAX_ELEMENTS + b"</a>", "too_many"),
    ],
)
def test_what_is_not_read_is_refused_with_its_reason(body: bytes, reason: str) -> None:
    with pytest.raises(UnreadableXmlError) as refused:
        read_labelled(body, local)
    assert refused.value.reason == reason


def test_the_limits_themselves_are_within_them() -> None:
    assert len(read_labelled(b"<a>" * MAX_DEPTH + b"</a>" * MAX_DEPTH, local)) == MAX_DEPTH
    assert len(read_labelled(b"<a>" + b"<b/>" * (MAX_ELEMENTS - 1) + b"</a>", local)) == MAX_ELEMENTS


@given(st.binary(max_size=200) | st.text(alphabet="<>ab/&;![]\"' ", max_size=60).map(str.encode))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    with contextlib.suppress(UnreadableXmlError):
        read_labelled(body, local)
