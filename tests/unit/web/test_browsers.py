"""The browser that a person recognises in a list of sessions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.web.http.browsers import browser_of

CHROME = (
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36"
)


@pytest.mark.parametrize(
    ("user_agent", "shown"),
    [
        (CHROME, "Chrome, Android"),
        (CHROME.replace("Chrome/140.0", "coc_coc_browser/130 Chrome/130"), "Cốc Cốc, Android"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18 Safari/604", "Safari, iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge, Windows"),
        ("curl/8.5.0", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_a_browser_and_its_system_are_named(user_agent: str, shown: str) -> None:
    assert browser_of(user_agent) == shown


@given(st.text(max_size=2000))
def test_nothing_that_a_program_says_of_itself_is_repeated(user_agent: str) -> None:
    known = {"Zalo", "Cốc Cốc", "Edge", "Opera", "Samsung Internet", "Firefox", "Chrome", "Safari"}
    systems = {"Android", "iPhone", "iPad", "Windows", "macOS", "ChromeOS", "Linux"}
    assert {part for part in browser_of(user_agent).split(", ") if part} <= known | systems
