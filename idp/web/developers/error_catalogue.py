"""The error catalogue: every code has its cause and remedy in the texts, or in those that its own answer carries."""

from collections.abc import Mapping
from typing import get_args

from idp.kernel.locales import LOCALES
from idp.protocol.legacy.refusals import REFUSALS
from idp.web.developers.pages import ErrorFamily, ErrorRow, ErrorsPage
from idp.web.http.error_page import ErrorCode
from idp.web.http.texts import read_catalogue
from idp.web.legacy.pages import LegacyReason

_PREFIX, _SUFFIX = "developer_errors.", ".cause"


def error_families() -> tuple[ErrorFamily, ...]:
    """Return who answers with which codes, in the order of the texts (RFC 6749 4.1.2.1, 5.2; RFC 6750 3.1)."""
    families: dict[str, list[ErrorRow]] = {}
    for text in read_catalogue(LOCALES[0]):
        if text.startswith(_PREFIX) and text.endswith(_SUFFIX):
            key = text.removeprefix(_PREFIX).removesuffix(_SUFFIX)
            family, _, name = key.partition(".")
            families.setdefault(family, []).append(ErrorRow(key=key, code=_code(family, name)))
    return tuple(ErrorFamily(name=name, rows=tuple(rows)) for name, rows in families.items())


def errors_page(other_language_url: str, api_problems: Mapping[str, int]) -> ErrorsPage:
    """Return the page of every code that the provider can answer with; `api_problems` are the administration API's."""
    return ErrorsPage(
        other_language_url=other_language_url,
        families=error_families(),
        legacy=tuple((reason, REFUSALS[reason].error.code) for reason in get_args(LegacyReason)),
        problems=tuple((str(code), status) for code, status in api_problems.items()),
        page_codes=get_args(ErrorCode),
    )


def _code(family: str, name: str) -> str:
    """Return the code that programs see: refusals of the old addresses have names beside it."""
    return f"{REFUSALS[name].error.code} ({name})" if family == "dialect" else name
