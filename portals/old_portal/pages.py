"""The old portal's pages, in the frame of the new one's."""

import json
from collections.abc import Mapping, Sequence
from importlib.resources import files

import yaml
from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

from portals.relying_party.config import Locale, OldRegistration, Portal
from portals.relying_party.pages import Texts, load_texts


class OldPages:
    """Renders the pages of one portal's old code."""

    def __init__(self, portal: Portal, registration: OldRegistration, neighbours: Sequence[Portal]) -> None:
        own: Texts = yaml.safe_load((files("portals.old_portal") / "texts.yaml").read_text(encoding="utf-8"))
        self._texts: Texts = load_texts() | own
        self._portal = portal
        self._others = [other for other in neighbours if other.client_id != portal.client_id]
        self._path = registration.path
        self._environment = Environment(
            loader=ChoiceLoader([PackageLoader("portals.old_portal"), PackageLoader("portals.relying_party")]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def home(self, locale: Locale, userinfo: Mapping[str, object] | None) -> str:
        """Return the front page; `userinfo` is there when somebody is signed in."""
        claims = json.dumps({"userinfo": userinfo}, ensure_ascii=False, indent=2, sort_keys=True)
        name = str(userinfo.get("HoVaTen", "")) if userinfo else ""
        return self._render("old_home.html", locale, signed_in=userinfo is not None, name=name, claims=claims)

    def signed_out(self, locale: Locale, *, everywhere: bool) -> str:
        """Return the page after sign-out."""
        return self._render("old_signed_out.html", locale, everywhere=everywhere)

    def error(self, locale: Locale, code: str, description: str) -> str:
        """Return what the provider said against a sign-in."""
        return self._render("old_error.html", locale, code=code, description=description)

    def _render(self, template: str, locale: Locale, **values: object) -> str:
        return self._environment.get_template(template).render(
            portal=self._portal,
            others=self._others,
            locale=locale,
            other_locale="en" if locale == "vi" else "vi",
            text=lambda key: self._texts[key][locale],
            arrival=lambda _other: "/",
            path=self._path,
            **values,
        )
