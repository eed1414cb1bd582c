"""Addresses from client registrations: which become links."""

import pytest

from idp.web.http.links import secure_link


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
