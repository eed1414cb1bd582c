"""Addresses from client registrations: which become links."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.web.links import safe_link, secure_link


@pytest.mark.parametrize("uri", ["https://bank.example/", "https://bank.example:8443/a?b=c"])
def test_https_addresses_are_kept_as_they_are(uri: str) -> None:
    assert secure_link(uri) == uri


@pytest.mark.parametrize(
    "uri",
    [
        None,
        "",
        "http://bank.example/",
        "//bank.example/",
        "/policy",
        "https:///path",
        "https:bank.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "https://[bank.example/",
    ],
)
def test_anything_but_https_with_a_host_is_left_out(uri: str | None) -> None:
    assert secure_link(uri) is None


@pytest.mark.parametrize("uri", ["https://a.example/", "http://127.0.0.1:8101/out", "vn.example.app:/out"])
def test_rfc8252_7_1_ways_back_to_web_and_app_are_kept(uri: str) -> None:
    assert safe_link(uri) == uri


@pytest.mark.parametrize(
    "uri",
    ["", "/out", "javascript:alert(1)", "JaVaScRiPt:x", "\x01javascript:x", "java\nscript:x", "vbscript:x",
     "data:text/html,x", "https://[a.example/"],
)  # fmt: skip
def test_ways_back_that_could_run_script_are_left_out(uri: str) -> None:
    assert safe_link(uri) is None


@given(st.text(alphabet="\x00\t\n\r jJaAvVsScCrRiIpPtT:/.", max_size=30))
def test_no_spelling_of_javascript_passes(text: str) -> None:
    uri = f"{text}javascript:alert(1)"
    kept = safe_link(uri)
    # A browser drops leading control characters and inner tabs and line ends before it reads the scheme.
    read = "".join(letter for letter in uri.lstrip("\x00 \t\n\r") if letter not in "\t\n\r")
    assert kept is None or not read.lower().startswith("javascript:")
