"""Whose provider the pages say this is."""

from pathlib import Path

import pytest

from idp.app.site import site_of
from idp.environment import Settings


def settings(help_line: str) -> Settings:
    return Settings(
        issuer="https://dangnhap.example",
        database_url="sqlite+aiosqlite:///idp.db",
        master_key_file=Path("master.key"),
        help_line=help_line,
    )


@pytest.mark.parametrize("number", ["18001096", "+84 24 3804.8888", "1800-1096"])
def test_the_foot_of_every_page_has_the_operators_help_line(number: str) -> None:
    assert site_of(settings(number)).help_line == number


def test_an_operator_without_one_shows_none() -> None:
    assert site_of(settings("")).help_line is None


@pytest.mark.parametrize("wrong", ["call us", "+", "1", "1800  1096", "180010961800109618001096", "<b>1800</b>"])
def test_what_is_no_telephone_number_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="must be a telephone number"):
        settings(wrong)
