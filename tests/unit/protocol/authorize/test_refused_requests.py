"""What the audit log says of a refused request: our words, cut before any value, and an address without its query."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.audit.model import EventName, Origin
from idp.protocol.authorize.errors import PageError
from idp.protocol.authorize.refused_requests import page_event, said_details
from idp.protocol.errors import INVALID_REDIRECT_URI, INVALID_REQUEST
from idp.protocol.forms import Form
from tests.support.builders.protocol import CLIENT, NOW

ORIGIN = Origin("correlation")
UNREGISTERED = PageError(INVALID_REDIRECT_URI, "redirect_uri is not registered")


def shown(address: str) -> str | None:
    event = page_event(CLIENT, Form({"redirect_uri": address}, frozenset()), UNREGISTERED, ORIGIN, NOW)
    assert (event.name, event.client_id, event.reason) == (
        EventName.AUTHORIZATION_REFUSED, "portal", "invalid_redirect_uri",
    )  # fmt: skip
    assert event.details["said"] == "redirect_uri is not registered"
    return event.details.get("shown")


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://dvc.example/cb?cccd=001899000001#token", "https://dvc.example/cb"),
        ("https://user:word@dvc.example/cb", "https://dvc.example/cb"),
        ("https://dvc.example/<b>\"'\\\n", "https://dvc.example/<b>'"),
        ("https://dvc.example/" + "x" * 500, ("https://dvc.example/" + "x" * 500)[:160]),
        ("javascript:alert(1)", None),
        ("https://[::1", None),
        ("", None),
    ],
)
def test_an_address_is_shown_as_far_as_its_path(address: str, expected: str | None) -> None:
    assert shown(address) == expected


@given(st.text(max_size=300))
def test_whatever_is_sent_is_bounded_and_printable(address: str) -> None:
    found = shown(address) or ""
    assert len(found) <= 160
    assert all(" " <= letter <= "~" for letter in found)


def test_another_refusal_by_a_page_shows_no_address() -> None:
    twice = PageError(INVALID_REQUEST, "client_id or redirect_uri was sent more than once")
    event = page_event(CLIENT, Form({"redirect_uri": "https://dvc.example/cb"}, frozenset()), twice, ORIGIN, NOW)
    assert dict(event.details) == {"said": "client_id or redirect_uri was sent more than once"}


@pytest.mark.parametrize(
    ("said", "expected"),
    [("", {}), ("'code' is missing.", {"said": "'code' is missing."}), ("x" * 900, {"said": "x" * 160}),
     ("response_type=001899000001 is not supported", {"said": "response_type"})],
)  # fmt: skip
def test_words_are_cut_before_a_value(said: str, expected: dict[str, str]) -> None:
    assert said_details(said) == expected
