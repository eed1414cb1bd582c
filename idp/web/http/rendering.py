"""`Pages` turns a page into HTML in the person's language."""

from collections.abc import Callable, Mapping
from pathlib import Path

from jinja2 import Environment, FunctionLoader, StrictUndefined

from idp.kernel.locales import Locale
from idp.web.http.assets import Assets
from idp.web.http.links import secure_link
from idp.web.http.notice_board import NoticeBoard
from idp.web.http.page import Page, SharedSessionBanner, Site
from idp.web.http.route_table import RouteTable
from idp.web.http.texts import Texts, load_texts

# What Jinja wants of a template: its source, the file to name in a traceback, and whether it is still the newest.
Source = tuple[str, str | None, Callable[[], bool] | None]


class Pages:
    """Renders pages. Made once: all files are read at the start, and a template is compiled when it is first shown."""

    def __init__(self, site: Site, routes: RouteTable, board: NoticeBoard | None = None) -> None:
        """Take the names of the operator that head and foot every page, where its links lead, and the notices."""
        web = Path(__file__).parent.parent
        self._site = site
        self._board = board
        self._texts: dict[Locale, Texts] = load_texts()
        self.assets = Assets.load(web / "http/static")
        self._environment = template_environment(read_templates(web))
        self._environment.globals["url"] = routes.url

    def render(
        self, page: Page, locale: Locale, nonce: str, shared_session: SharedSessionBanner | None = None
    ) -> bytes:
        """Return the page as UTF-8 HTML. `nonce` is that of the answer's `style-src` (CSP Level 3, 2.3.1).

        `shared_session` heads the page with whose session is open on a shared computer, and the way out of it.
        """
        texts = self._texts[locale]
        template = self._environment.get_template(page.template)
        html = template.render(
            page=page,
            t=texts.get,
            counted=texts.counted,
            message=texts.message,
            locale=locale,
            site=self._site,
            asset_url=self.assets.url,
            nonce=nonce,
            shared_session=shared_session,
            notices=self._board.on(page) if self._board else (),
        )
        return html.encode()


def read_templates(web: Path) -> dict[str, Source]:
    """Return every template by the name that pages give it: `recovery/start.html` is in `recovery/templates`."""
    # All at the start, so that a release unpacked over a running server does not mix its templates with the old code.
    return {
        (path.parent.parent / path.name).relative_to(web).as_posix(): (path.read_text("utf-8"), str(path), None)
        for path in sorted(web.rglob("templates/*.html"))
    }


def template_environment(templates: Mapping[str, Source]) -> Environment:
    """Return what compiles the templates; an unknown name, filter or value is an error."""
    environment = Environment(
        loader=FunctionLoader(templates.get),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters["secure_link"] = secure_link
    return environment
