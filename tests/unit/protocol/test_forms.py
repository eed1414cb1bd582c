"""Parameters: parsed once, strictly; repeated ones are noted, empty ones count as absent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.protocol.forms import MAX_FIELDS, Form, FormError, parse_form
from tests.support.builders.protocol import form


def test_parameters_are_percent_and_plus_decoded_as_utf_8() -> None:
    parsed = parse_form(b"state=a%26b+c&name=Nguy%E1%BB%85n")
    assert parsed == Form({"state": "a&b c", "name": "Nguyễn"}, frozenset())


def test_no_bytes_are_no_parameters() -> None:
    assert parse_form(b"") == Form({}, frozenset())


def test_rfc6749_3_1_a_parameter_without_a_value_counts_as_not_sent() -> None:
    parsed = parse_form(b"state=&nonce&scope=openid")
    assert (parsed.get("state"), parsed.get("nonce"), parsed.get("scope")) == (None, None, "openid")
    assert parsed.get("never sent") is None


def test_rfc6749_3_1_repeated_parameters_are_named_and_the_first_value_kept() -> None:
    parsed = parse_form(b"a=1&b=2&a=3&c=&c=4")
    assert parsed.repeated == {"a", "c"}
    assert (parsed.get("a"), parsed.get("b")) == ("1", "2")


def test_a_parameter_repeated_with_the_same_value_is_still_repeated() -> None:
    assert parse_form(b"a=1&a=1").repeated == {"a"}


@pytest.mark.parametrize(
    "raw", [b"state=%FF", b"state=%C3%28", b"%FF=x", b"state=\xc3\xa9", b"\xff\xfe", b"state=%ED%A0%80"]
)
def test_rfc6749_appendix_b_what_is_not_percent_encoded_utf_8_is_refused(raw: bytes) -> None:
    with pytest.raises(FormError, match="not UTF-8"):
        parse_form(raw)


@pytest.mark.parametrize("raw", [b"client_id=portal%00", b"client%00_id=portal"])
def test_a_nul_character_is_refused(raw: bytes) -> None:
    with pytest.raises(FormError, match="NUL"):
        parse_form(raw)


def test_a_hundred_parameters_are_read_and_one_more_is_refused() -> None:
    fields = [f"p{number}=1" for number in range(MAX_FIELDS)]
    assert len(parse_form("&".join(fields).encode()).data) == 150
    with pytest.raises(FormError, match="too many"):
        parse_form("&".join([*fields, "one=more"]).encode())


def test_a_space_separated_value_is_read_as_words_in_order_without_doubles() -> None:
    assert form(scope="openid profile openid email").words("scope") == ("openid", "profile", "email")
    assert form(scope="").words("scope") == ()
    assert form().words("scope") == ()


@given(st.binary(max_size=300))
def test_any_bytes_are_a_form_or_the_declared_error(raw: bytes) -> None:
    try:
        parsed = parse_form(raw)
    except FormError:
        return
    assert parsed.repeated <= parsed.data.keys()


@given(st.dictionaries(st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=8), st.text(
    st.characters(exclude_characters="\0", codec="utf-8"), max_size=20), max_size=8))  # fmt: skip
def test_what_a_client_encodes_comes_back(fields: dict[str, str]) -> None:
    assert dict(form(**fields).data) == fields
