"""The two languages of every page: Vietnamese first, English complete."""

from typing import Literal

Locale = Literal["vi", "en"]

LOCALES: tuple[Locale, ...] = ("vi", "en")
DEFAULT_LOCALE: Locale = "vi"


def choose_locale(*wishes: str | None) -> Locale:
    """Return the first language among the wishes that we speak, else Vietnamese.

    Each wish is a space- or comma-separated list of BCP 47 tags in order of preference: `ui_locales`
    (OIDC Core 3.1.2.1), a cookie, or an Accept-Language header. Unknown tags are passed over.
    """
    for wish in wishes:
        # A long header is cut, not refused: 200 letters hold any honest list.
        for tag in (wish or "")[:200].replace(",", " ").split():
            primary = tag.split(";")[0].split("-")[0].lower()
            for locale in LOCALES:
                if primary == locale:
                    return locale
    return DEFAULT_LOCALE
