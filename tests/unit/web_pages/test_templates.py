"""Templates are compiled when they are first shown; a broken one must not wait for its first reader."""

from pathlib import Path

import pytest
from jinja2 import TemplateError

from idp.web import rendering
from idp.web.rendering import Source, read_templates, template_environment

FOLDER = Path(rendering.__file__).parent / "templates"


def broken(templates: dict[str, Source]) -> dict[str, str]:
    """Return the templates that do not compile, with the reason."""
    environment, failures = template_environment(templates), dict[str, str]()
    for name in templates:
        try:
            environment.get_template(name)
        except TemplateError as error:
            failures[name] = repr(error)
    return failures


def test_every_template_compiles() -> None:
    templates = read_templates(FOLDER)
    assert set(templates) == {path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*") if path.is_file()}
    assert broken(templates) == {}


@pytest.mark.parametrize("text", ["{% if page %}", "{{ page.name | no_such_filter }}", "{% frobnicate %}"])
def test_a_broken_template_is_found_by_its_name(text: str) -> None:
    assert set(broken({"good.html": ("{{ page }}", None, None), "bad.html": (text, None, None)})) == {"bad.html"}


def test_a_release_unpacked_over_a_running_server_does_not_change_its_pages(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("as it was", encoding="utf-8")
    environment = template_environment(read_templates(tmp_path))
    (tmp_path / "page.html").write_text("as it will be", encoding="utf-8")
    assert environment.get_template("page.html").render() == "as it was"
