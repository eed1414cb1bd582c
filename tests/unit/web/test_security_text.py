"""`/.well-known/security.txt` (RFC 9116), field by field."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from idp.web.oauth.security_text import SecurityContact, check_policy, read_contacts, security_text

EXPIRES = datetime(2027, 6, 30, 16, 59, 59, tzinfo=UTC)
MAIL, PAGE = "mailto:an-toan@dangnhap.example", "https://dangnhap.example/bao-cao"


def test_rfc9116_2_5_every_field_is_written_once_and_contacts_in_their_order() -> None:
    contact = SecurityContact((MAIL, PAGE), EXPIRES, "https://dangnhap.example/chinh-sach")
    assert security_text("https://dangnhap.example", contact).decode().splitlines() == [
        f"Contact: {MAIL}",
        f"Contact: {PAGE}",
        "Expires: 2027-06-30T16:59:59Z",
        "Preferred-Languages: vi, en",
        "Canonical: https://dangnhap.example/.well-known/security.txt",
        "Policy: https://dangnhap.example/chinh-sach",
    ]


def test_rfc9116_2_5_7_a_policy_is_left_out_where_there_is_none() -> None:
    assert b"Policy" not in security_text("https://dangnhap.example", SecurityContact((MAIL,), EXPIRES))


def test_a_time_of_another_zone_is_told_in_utc() -> None:
    local = EXPIRES.astimezone(timezone(timedelta(hours=7)))
    assert b"Expires: 2027-06-30T16:59:59Z\n" in security_text("https://a.example", SecurityContact((MAIL,), local))


def test_rfc9116_2_5_5_what_has_expired_stands_no_longer() -> None:
    contact = SecurityContact((MAIL,), EXPIRES)
    assert contact.stands(EXPIRES - timedelta(seconds=1))
    assert not contact.stands(EXPIRES)


def test_rfc9116_2_5_3_contacts_are_mail_telephone_and_pages_over_tls() -> None:
    assert read_contacts(f" {MAIL}, tel:+84-24-0000-0000 ,{PAGE},") == (MAIL, "tel:+84-24-0000-0000", PAGE)
    assert read_contacts("") == ()


@pytest.mark.parametrize(
    "value",
    [
        "an-toan@dangnhap.example",
        "http://dangnhap.example",
        "https:",
        "mailto:",
        f"{MAIL}\nPolicy: x",
        "mailto:a b@c.example",
        "mailto:án@dangnhap.example",
        "javascript:x",
    ],
)
def test_anything_else_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="mailto"):
        read_contacts(value)


def test_a_policy_is_a_page_over_tls() -> None:
    assert check_policy("") == ""
    assert check_policy(PAGE) == PAGE
    for value in ("http://dangnhap.example", MAIL, f"{PAGE}\nContact: mailto:x@y.example"):
        with pytest.raises(ValueError, match="https"):
            check_policy(value)
