"""JSON of strangers: what two readers could read differently is refused (RFC 8259)."""

import pytest

from idp.kernel.strict_json import is_unicode, read_strictly


@pytest.mark.parametrize("text", ['{"a": 1, "a": 2}', '[{"b": {"a": 1, "\\u0061": 2}}]'])
def test_rfc8259_4_a_member_that_stands_twice_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="twice"):
        read_strictly(text)


@pytest.mark.parametrize(
    "text",
    ["", "{", "NaN", '{"a": Infinity}', b"\xff\xfe\xfd", "[" * 100_000, "9" * 5000],
    ids=["nothing", "half", "nan", "infinity", "bytes", "depth", "digits"],
)
def test_what_is_no_json_is_a_value_error(text: str | bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - that it is one of these is all that is promised
        read_strictly(text)


def test_rfc8259_3_what_is_json_is_read() -> None:
    assert read_strictly(b'{"a": [1, "\\u1ec7", null, true]}') == {"a": [1, "ệ", None, True]}


def test_rfc8259_8_2_half_a_pair_is_no_text() -> None:
    with pytest.raises(ValueError, match="no Unicode"):
        read_strictly('{"\\ud800": 1}')
    assert is_unicode("Nguyễn 𠀀")
    assert not is_unicode("\ud800")
