"""The corner of portal teams: everybody may read it, and it says what this provider does."""

from html import unescape

import pytest

from idp.proofing.sandbox_people import APP_SECRET, PASSWORD, PEOPLE
from idp.web.pages.developers import PART_PATHS
from tests.flows.conftest import Town


def read(town: Town, path: str, language: str = "vi") -> str:
    answer = town.http.get(f"{town.provider.base()}{path}?lang={language}")
    assert answer.status_code == 200
    assert answer.headers["content-language"] == language
    return unescape(answer.text)


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("path", PART_PATHS.values())
def test_every_page_answers_without_sign_in_and_links_every_other(embedded: Town, path: str, language: str) -> None:
    html = read(embedded, path, language)
    assert f'lang="{language}"' in html
    assert all(f'href="{other}"' in html for other in (*PART_PATHS.values(), "/status"))


def test_the_invented_people_are_those_of_the_command(embedded: Town) -> None:
    html = read(embedded, "/developers")
    for person in PEOPLE:
        assert person.record.number.digits in html
        assert person.record.full_name in html
    assert PASSWORD in html
    assert APP_SECRET in html


def test_the_reference_says_what_discovery_says(embedded: Town) -> None:
    document = embedded.http.get(f"{embedded.provider.base()}/.well-known/openid-configuration").json()
    html = read(embedded, "/developers/reference")
    for name, value in document.items():
        assert f"<code>{name}</code>" in html
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, str):
                assert f"<code>{one}</code>" in html
