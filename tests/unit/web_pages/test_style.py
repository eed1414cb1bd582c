"""The stylesheet: contrast of its colours, and nothing from elsewhere."""

import re
from pathlib import Path

import pytest

from idp.web.http import assets

STYLE = (Path(assets.__file__).parent / "static" / "style.css").read_text("utf-8")
COLOURS = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", STYLE))


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(COLOURS[one]), luminance(COLOURS[other])))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(
    ("text", "ground"),
    [
        *((text, ground) for text in ("ink", "quiet", "red") for ground in ("paper", "ground", "gold-soft")),
        ("red-dark", "paper"),
        ("paper", "red"),
        ("paper", "red-dark"),
        ("wrong", "paper"),
        ("wrong", "wrong-soft"),
        ("ink", "wrong-soft"),
        ("done", "done-soft"),
    ],
)
def test_wcag_1_4_3_text_contrast(text: str, ground: str) -> None:
    assert contrast(text, ground) >= 4.5


@pytest.mark.parametrize("edge", ["edge", "focus", "wrong"])
def test_wcag_1_4_11_edges_and_focus_contrast(edge: str) -> None:
    assert min(contrast(edge, "paper"), contrast(edge, "ground")) >= 3


def test_wcag_2_4_7_focus_is_visible() -> None:
    assert re.search(r":focus-visible \{\s+outline: 3px solid var\(--focus\)", STYLE)


def test_every_colour_is_named_and_used_and_nothing_is_loaded() -> None:
    body = STYLE.split("}", 1)[1]
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b", body) == []
    assert set(re.findall(r"var\(--([a-z-]+)\)", body)) == set(COLOURS)
    assert "url(" not in STYLE
    assert "@import" not in STYLE
