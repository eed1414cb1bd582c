"""Where a confirmation or a sign-in leads back to: our own addresses, whatever was asked for (case OR-1)."""

import pytest

from idp.web.http.places import HOME, query_of
from idp.web.routes import TABLE

PLACES = TABLE.places


def test_every_place_is_an_address_of_ours_with_at_most_one_object_at_its_end() -> None:
    for word, path in PLACES.paths.items():
        assert path.startswith("/")
        assert not path.startswith("//")
        assert path.removesuffix("{name}").count("{") == 0
        assert PLACES.word(path) == word


def test_a_known_word_leads_to_its_page_and_is_carried_on() -> None:
    assert PLACES.address(*PLACES.of("totp", None)) == "/account/totp"
    assert PLACES.address(*PLACES.of("admin-administrator", "0a1b")) == "/admin/administrators/0a1b"
    assert PLACES.of(*query_of("admin-administrator", "0a1b").values()) == ("admin-administrator", "0a1b")
    assert query_of("totp") == {"to": "totp"}


@pytest.mark.parametrize("word", [None, "", "nowhere", "//evil.example", "https://evil.example", "/account"])
def test_an_unknown_word_leads_home(word: str | None) -> None:
    assert PLACES.of(word, "x") == (HOME, "")


@pytest.mark.parametrize(
    "name", [None, "", "..", ".", "a/b", "a b", "//evil.example", "%2e%2e", "a?b", "a#b", "é", "a" * 101, "a\nb"]
)
def test_an_object_that_is_no_plain_segment_leads_home(name: str | None) -> None:
    assert PLACES.of("admin-administrator", name) == (HOME, "")


def test_an_object_beside_a_word_that_has_none_is_dropped() -> None:
    assert PLACES.of("totp", "x") == ("totp", "")


def test_a_page_that_nobody_comes_back_to_leads_to_the_console() -> None:
    assert PLACES.word("/admin/somewhere") == "admin"
