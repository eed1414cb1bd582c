"""Static files: named by content, found only by that name."""

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from idp.web.http import assets
from idp.web.http.assets import Assets

STATIC = Path(assets.__file__).parent / "static"


def test_address_changes_with_the_content_alone(tmp_path: Path) -> None:
    file = tmp_path / "style.css"
    file.write_text("a {}")
    first = Assets.load(tmp_path).url("style.css")
    again = Assets.load(tmp_path).url("style.css")
    file.write_text("b {}")
    assert first == again
    assert Assets.load(tmp_path).url("style.css") != first


def test_a_file_is_found_under_its_hashed_name_with_its_media_type() -> None:
    loaded = Assets.load(STATIC)
    name = loaded.url("style.css").removeprefix("/static/")
    asset = loaded.find(name)
    assert asset is not None
    assert asset.content == (STATIC / "style.css").read_bytes()
    assert asset.media_type == "text/css; charset=utf-8"


def test_the_script_is_served_as_script_and_runs_no_text_of_a_page() -> None:
    """CSP Level 3 `script-src 'self'` forbids eval; nothing may write markup either."""
    loaded = Assets.load(STATIC)
    asset = loaded.find(loaded.url("passkey.js").removeprefix("/static/"))
    assert asset is not None
    assert asset.media_type == "text/javascript; charset=utf-8"
    source = asset.content.decode()
    assert [word for word in ("eval", "Function(", "innerHTML", "document.write", "fetch(") if word in source] == []


@pytest.mark.parametrize("name", ["style.css", "../rendering.py", "style.0000000000000000.css", ""])
def test_nothing_else_is_found(name: str) -> None:
    assert Assets.load(STATIC).find(name) is None


def test_unknown_name_in_a_template_is_an_error() -> None:
    with pytest.raises(KeyError, match=r"logo\.svg"):
        Assets.load(STATIC).url("logo.svg")


def test_a_kind_of_file_without_media_type_is_refused_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "script.exe").write_bytes(b"")
    with pytest.raises(KeyError, match=r"\.exe"):
        Assets.load(tmp_path)


def test_the_emblem_holds_shapes_only() -> None:
    tags = {element.tag.split("}")[1] for element in ET.parse(STATIC / "emblem.svg").iter()}
    assert tags == {"svg", "g", "path", "circle"}
