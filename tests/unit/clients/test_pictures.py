"""Pictures that are taken, written anew without anything beside the picture; and what is none."""

import struct
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.errors import RuleBrokenError
from clients.pictures import MAX_BYTES, read_picture


def segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def jpeg(*more: bytes, width: int = 100, height: int = 50) -> bytes:
    """Return the pieces of a JPEG in their order; its scan has a stuffed FF and a restart in it."""
    frame = segment(0xC0, struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\x00")
    scan = segment(0xDA, b"\x01\x01\x00\x00\x3f\x00") + b"\x12\xff\x00\x34\xff\xd0\x56"
    return b"\xff\xd8" + segment(0xE0, b"JFIF\0\x01\x01") + b"".join(more) + frame + scan + b"\xff\xd9"


def test_t81_b_1_a_jpeg_is_kept_without_comments_positions_and_what_follows() -> None:
    exif, comment = segment(0xE1, b"Exif\0\0where it was taken"), segment(0xFE, b"<script>")
    picture = read_picture(jpeg(exif, comment) + b"PK\x03\x04 another file")
    assert picture.content == jpeg()
    assert picture.name == f"{sha256(jpeg()).hexdigest()}.jpg"


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"", "picture-kind"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "picture-kind"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "picture-kind"),
        (b"\0" * (MAX_BYTES + 1), "picture-size"),
        (jpeg(width=1025), "picture-dimensions"),
        (jpeg(height=15), "picture-dimensions"),
        (jpeg()[:-2], "picture-damaged"),
        (jpeg()[:30], "picture-damaged"),
        (b"\xff\xd8\xff\xd9", "picture-damaged"),
        (b"\x89PNG\r\n\x1a\n", "picture-damaged"),
    ],
)
def test_what_is_no_small_plain_picture_is_refused(data: bytes, rule: str) -> None:
    with pytest.raises(RuleBrokenError) as refused:
        read_picture(data)
    assert refused.value.rule == rule


@given(st.sampled_from([b"\x89PNG\r\n\x1a\n", b"\xff\xd8", b""]), st.binary(max_size=300))
def test_any_bytes_are_a_picture_or_refused(beginning: bytes, rest: bytes) -> None:
    try:
        picture = read_picture(beginning + rest)
    except RuleBrokenError:
        return
    assert read_picture(picture.content) == picture
