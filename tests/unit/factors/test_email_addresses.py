"""E-mail addresses as people write them (RFC 5321 4.1.2, 4.5.3.1)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.factors.contacts.email_addresses import EmailAddress, InvalidEmailError


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("hoa@example.vn", "hoa@example.vn"),
        ("  Hoa.Nguyen@Example.VN ", "Hoa.Nguyen@example.vn"),
        ("hoa+dvc@mail.example.com.vn", "hoa+dvc@mail.example.com.vn"),
        ("o'hoa_1-2@x1-y.example", "o'hoa_1-2@x1-y.example"),
        (f"{'a' * 64}@example.vn", f"{'a' * 64}@example.vn"),
    ],
)
def test_an_address_is_read_with_its_domain_in_lower_case(typed: str, text: str) -> None:
    assert EmailAddress.parse(typed).text == text


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "hoa",
        "hoa@",
        "@example.vn",
        "hoa@example",
        "hoa@example.123",
        "hoa@-example.vn",
        "hoa@example-.vn",
        "hoa@exa_mple.vn",
        "hoa@@example.vn",
        "a b@example.vn",
        ".hoa@example.vn",
        "hoa.@example.vn",
        "ho..a@example.vn",
        "hoà@example.vn",
        "hoa@exämple.vn",
        '"hoa"@example.vn',
        "hoa@[192.0.2.1]",
        "hoa@example.vn\nbcc:x@example.vn",
        "hoa@example.vn, x@example.vn",
        f"{'a' * 65}@example.vn",
        f"hoa@{'a' * 64}.vn",
        f"hoa@{'a.' * 130}vn",
    ],
)
def test_what_codes_cannot_be_sent_to_is_refused(typed: str) -> None:
    with pytest.raises(InvalidEmailError) as refused:
        EmailAddress.parse(typed)
    assert typed == "" or typed not in str(refused.value)


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(typed: str) -> None:
    try:
        address = EmailAddress.parse(typed)
    except InvalidEmailError:
        return
    assert EmailAddress.parse(address.text) == address
    assert address.text.isascii()


def test_other_capitals_are_the_same_mailbox() -> None:
    assert EmailAddress.parse("Hoa@Example.vn").indexed == EmailAddress.parse("hoa@example.VN").indexed


def test_a_page_shows_the_first_letter_and_the_domain() -> None:
    address = EmailAddress.parse("hoa.nguyen@example.vn")
    assert address.masked() == "h•••@example.vn"
    assert "hoa.nguyen" not in repr(address)
