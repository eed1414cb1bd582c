"""The portal's pages: Vietnamese first, English complete, no script."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import partial
from hashlib import sha256
from importlib.resources import files
from typing import ClassVar

import yaml
from jinja2 import Environment, PackageLoader, StrictUndefined

from portals.relying_party.config import PORTALS, STEP_UP_ACR, Locale, Portal
from portals.relying_party.sessions import SignedIn

# Vietnam keeps no summer time.
VIETNAM = timezone(timedelta(hours=7))
# No I, L, O or U: read aloud, none is taken for another letter or digit.
_PSEUDONYM_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

Texts = dict[str, dict[Locale, str]]


def load_texts() -> Texts:
    """Return every text by key and language."""
    texts: Texts = yaml.safe_load((files("portals.relying_party") / "texts.yaml").read_text(encoding="utf-8"))
    return texts


@dataclass(frozen=True, slots=True)
class HomePage:
    """The front page, signed out or signed in."""

    template: ClassVar[str] = "home.html"
    signed_in: SignedIn | None


@dataclass(frozen=True, slots=True)
class SignedOutPage:
    """After sign-out; `everywhere` is false when the provider could not be told."""

    template: ClassVar[str] = "signed_out.html"
    everywhere: bool


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """A sign-in that ended with an error code."""

    template: ClassVar[str] = "error.html"
    code: str


@dataclass(frozen=True, slots=True)
class ShownEvent:
    """One event as the page shows it; `word` is the last part of its type."""

    word: str
    pseudonym: str
    happened_at: datetime


@dataclass(frozen=True, slots=True)
class EventsPage:
    """What the provider told about accounts, the newest first."""

    template: ClassVar[str] = "events.html"
    events: tuple[ShownEvent, ...]


Page = HomePage | SignedOutPage | ErrorPage | EventsPage


class Pages:
    """Renders one portal's pages."""

    def __init__(self, portal: Portal, neighbours: Sequence[Portal] = PORTALS) -> None:
        self._portal = portal
        self._others = [other for other in neighbours if other.client_id != portal.client_id]
        self._texts = load_texts()
        self._environment = Environment(
            loader=PackageLoader("portals.relying_party"),
            autoescape=True,
            # A forgotten value is an error in a test, not an empty place on a page.
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def render(self, page: Page, locale: Locale) -> str:
        """Return the page as HTML."""
        values: dict[str, object] = {
            "page": page,
            "portal": self._portal,
            "others": self._others,
            "locale": locale,
            "other_locale": "en" if locale == "vi" else "vi",
            "text": lambda key: self._texts[key][locale],
            "event_text": lambda word: self._texts[f"event_{word}"][locale],
            "vietnamese_time": _vietnamese_time,
            "arrival": partial(
                _arrival, locale=locale, signed_in=isinstance(page, HomePage) and page.signed_in is not None
            ),
        }
        if isinstance(page, ErrorPage):
            values |= self._error(page, locale)
        if isinstance(page, HomePage) and page.signed_in:
            values |= self._signed_in(page.signed_in, locale)
        return self._environment.get_template(page.template).render(values)

    def stylesheet(self) -> str:
        """Return the one stylesheet, in this portal's colours."""
        return self._environment.get_template("style.css").render(colours=self._portal.colours)

    def _signed_in(self, signed_in: SignedIn, locale: Locale) -> dict[str, object]:
        acr = signed_in.id_claims.get("acr")
        return {
            "display_name": self.display_name(signed_in, locale),
            "pseudonym_shown": self._portal.pseudonymous and signed_in.purpose != "share-name",
            "acting_for": self._acting_for(signed_in, locale),
            "assisted_by": self._assisted_by(signed_in, locale),
            "acr": acr if isinstance(acr, str) else self._texts["level_unknown"][locale],
            "step_up_missed": signed_in.purpose == "step-up" and acr != STEP_UP_ACR,
            "claims": claims_text(signed_in),
            "expires_at": _vietnamese_time(signed_in.access_expires_at),
        }

    def _assisted_by(self, signed_in: SignedIn, locale: Locale) -> str | None:
        """Return who files for the person at a counter (`act`, RFC 8693 4.1), None where nobody does."""
        act = signed_in.id_claims.get("act")
        if not isinstance(act, dict) or "agency" not in act:
            return None
        return self._texts["assisted_by"][locale].format(post=act.get("post", ""), agency=act["agency"])

    def _acting_for(self, signed_in: SignedIn, locale: Locale) -> str:
        principal = signed_in.principal
        if principal is None:
            return self._texts["acting_for_self"][locale]
        return f"{principal.name} ({principal.code})" if principal.code else principal.name

    def display_name(self, signed_in: SignedIn, locale: Locale) -> str:
        """Return what the page calls the person.

        The feedback portal gives a name only if this very sign-in was the choice to share it, whatever arrived.
        """
        name = signed_in.userinfo.get("name", signed_in.id_claims.get("name"))
        hidden = self._portal.pseudonymous and signed_in.purpose != "share-name"
        if isinstance(name, str) and name and not hidden:
            return name
        return self._texts["pseudonym"][locale].format(name=pseudonym(signed_in.subject))

    def _error(self, page: ErrorPage, locale: Locale) -> dict[str, object]:
        help_text = self._texts.get(f"error_{page.code}", self._texts["error_other"])
        return {"error_code": page.code, "error_help": help_text[locale]}


def _arrival(other: Portal, *, locale: Locale, signed_in: bool) -> str:
    """Return where a link to another portal leads: who is signed in here arrives there signed in, without a page.

    The chosen language goes along; Vietnamese needs no word.
    """
    if signed_in and other.silent_sign_in:
        return "/login?prompt=none&lang=en" if locale == "en" else "/login?prompt=none"
    return "/?lang=en" if locale == "en" else "/"


def pseudonym(subject: str) -> str:
    """Return a short readable name for a pairwise subject, the same every time: forty bits of its hash."""
    number = int.from_bytes(sha256(subject.encode()).digest()[:5])
    letters = "".join(_PSEUDONYM_LETTERS[number >> shift & 31] for shift in range(35, -5, -5))
    return f"{letters[:4]}-{letters[4:]}"


def claims_text(signed_in: SignedIn) -> str:
    """Return the validated claims as JSON text: what a portal may act on, never a token."""
    claims = {"id_token": signed_in.id_claims, "userinfo": signed_in.userinfo}
    return json.dumps(claims, ensure_ascii=False, indent=2, sort_keys=True)


def _vietnamese_time(instant: datetime) -> str:
    return instant.astimezone(VIETNAM).strftime("%H:%M:%S %d/%m/%Y")
