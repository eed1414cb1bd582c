"""The corner of portal teams in a browser: every page in both languages and at two widths."""

import pytest

from idp.web.developers.pages import PART_PATHS
from tests.browser.gallery import Gallery


@pytest.mark.parametrize("part", PART_PATHS)
def test_every_page_is_readable_for_everyone_and_whole_on_a_phone(gallery: Gallery, part: str) -> None:
    address = next(path for name, path in PART_PATHS.items() if name == part)
    gallery.visit(f"developers-{part}", gallery.visitor.system.provider(address))
