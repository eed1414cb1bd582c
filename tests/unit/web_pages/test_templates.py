"""Templates are compiled when they are first shown; a broken one must not wait for its first reader."""

from pathlib import Path

import pytest
from jinja2 import TemplateError

from idp import web
from idp.web.http.rendering import Source, read_templates, template_environment

WEB = Path(web.__file__).parent


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
    templates = read_templates(WEB)
    assert set(templates) == {
        f"{path.parent.parent.relative_to(WEB)}/{path.name}" for path in WEB.rglob("templates/**/*") if path.is_file()
    }
    assert broken(templates) == {}


@pytest.mark.parametrize("text", ["{% if page %}", "{{ page.name | no_such_filter }}", "{% frobnicate %}"])
def test_a_broken_template_is_found_by_its_name(text: str) -> None:
    assert set(broken({"good.html": ("{{ page }}", None, None), "bad.html": (text, None, None)})) == {"bad.html"}


def test_a_release_unpacked_over_a_running_server_does_not_change_its_pages(tmp_path: Path) -> None:
    page = tmp_path / "feature/templates/page.html"
    page.parent.mkdir(parents=True)
    page.write_text("as it was", encoding="utf-8")
    environment = template_environment(read_templates(tmp_path))
    page.write_text("as it will be", encoding="utf-8")
    assert environment.get_template("feature/page.html").render() == "as it was"
