"""The two languages of every page: Vietnamese first, English complete."""

from re import fullmatch
from typing import Literal

Locale = Literal["vi", "en"]

LOCALES: tuple[Locale, ...] = ("vi", "en")
DEFAULT_LOCALE: Locale = "vi"


def accepted_locale(accept_language: str | None) -> Locale:
    """Return the language of ours that an Accept-Language header weighs most, else Vietnamese (RFC 9110 12.5.4)."""
    best, heaviest = DEFAULT_LOCALE, 0.0
    for preference in (accept_language or "")[:200].split(","):
        tag, *parameters = (part.strip().lower() for part in preference.split(";"))
        weight = _weight(parameters)
        primary = tag.partition("-")[0]
        for locale in LOCALES:
            if primary == locale and weight > heaviest:
                best, heaviest = locale, weight
    return best


def _weight(parameters: list[str]) -> float:
    """Return the weight of a preference: one where none is written, nothing where it cannot be read."""
    written = next((one.removeprefix("q=") for one in parameters if one.startswith("q=")), "1")
    return float(written) if fullmatch(r"[01](\.[0-9]{0,3})?", written) else 0.0


def choose_locale(*preferences: str | None) -> Locale:
    """Return the first language among the preferences that we speak, else Vietnamese.

    Each preference is a space- or comma-separated list of BCP 47 tags in order of preference: `ui_locales`
    (OIDC Core 3.1.2.1), a cookie, or an Accept-Language header. Unknown tags are passed over.
    """
    for preference in preferences:
        # A long header is cut, not refused: 200 letters hold any honest list.
        for tag in (preference or "")[:200].replace(",", " ").split():
            primary = tag.split(";")[0].split("-")[0].lower()
            for locale in LOCALES:
                if primary == locale:
                    return locale
    return DEFAULT_LOCALE
