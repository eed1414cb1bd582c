"""`Pages` turns a page into HTML in the person's language."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from idp.kernel.locales import Locale
from idp.web.assets import Assets
from idp.web.links import secure_link
from idp.web.notice_board import NoticeBoard
from idp.web.pages.base import Page, SharedSessionBanner, Site
from idp.web.texts import Texts, load_texts


class Pages:
    """Renders pages. Made once: templates are compiled and catalogues read at the start."""

    def __init__(self, site: Site, board: NoticeBoard | None = None) -> None:
        """Take the names of the operator that head and foot every page, and the notices that stand on some."""
        here = Path(__file__).parent
        self._site = site
        self._board = board
        self._texts: dict[Locale, Texts] = load_texts()
        self.assets = Assets.load(here / "static")
        self._environment = Environment(
            loader=FileSystemLoader(here / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._environment.filters["secure_link"] = secure_link
        for name in self._environment.list_templates():
            self._environment.get_template(name)

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
