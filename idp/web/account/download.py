"""The copy of one's own data: a file for programs, a page for reading and printing."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response

from idp.account.data_copy import Copy
from idp.account.profiles import MASKED_NUMBER
from idp.kernel.locales import Locale
from idp.protocol.policy import SCOPES
from idp.web.account.dependencies import AccountDependencies
from idp.web.account.pages import CopyPage, CopySection, CopyValue, DataPage
from idp.web.account.shell import ABOUT, AccountShell
from idp.web.http.local_time import local_time
from idp.web.http.page_context import PageContext
from idp.web.http.requests import origin_of

PATH = "/account/data"
FILE, COPY = f"{PATH}/file", f"{PATH}/copy"

# A page that a person scrolls through; the file has everything.
ROWS_SHOWN = 50
PERSONAL_SCOPES = ("profile", "email", "address", "phone")
# The rest of a profile is made when it is released, and stored nowhere.
PROFILE_FIELDS = frozenset(claim for scope in PERSONAL_SCOPES for claim in SCOPES[scope]) | {MASKED_NUMBER}
# Told on pages of their own, or of use to a program only.
FILE_ONLY = frozenset({"audit_events", "alarms", "refresh_families"})
_YES, _NO = "✓", "–"


class DownloadHandlers:
    def __init__(self, dependencies: AccountDependencies, context: PageContext) -> None:
        self._dependencies = dependencies
        self._web = dependencies.web
        self._context = context
        self._shell = AccountShell(dependencies.web, context)

    async def show(self, request: Request) -> Response:
        frame = await self._shell.strong_visit(request, "data")
        page = DataPage(
            other_language_url=frame.other_language_url,
            action=FILE,
            hidden=self._shell.hidden(frame),
            shell=frame.shell,
            copy_url=COPY,
        )
        return self._shell.respond(request, page, frame)

    async def file(self, request: Request) -> Response:
        """The machine-readable copy (NĐ 356/2025 Đ5: to provide within days; here at once)."""
        await self._context.accept_form(request, ABOUT)
        view = await self._shell.guard.strong_visitor(request, "data")
        copies = self._dependencies.copies
        body = copies.as_file(await copies.of(view, origin_of(request), "json"))
        headers = {"Content-Disposition": 'attachment; filename="my-data.json"', "Cache-Control": "no-store"}
        return Response(body, media_type="application/json", headers=headers)

    async def copy(self, request: Request) -> Response:
        """Return the copy of one's data as a page."""
        frame = await self._shell.strong_visit(request, "data")
        copy = await self._dependencies.copies.of(frame.view, origin_of(request), "page")
        page = CopyPage(
            other_language_url=frame.other_language_url,
            shell=frame.shell,
            made_at=local_time(self._web.clock.now(), frame.locale),
            sections=sections_of(copy, frame.locale),
        )
        return self._shell.respond(request, page, frame)


def sections_of(copy: Copy, locale: Locale) -> tuple[CopySection, ...]:
    """Return the copy as a page shows it: kinds without rows and values that are empty are left out."""
    return tuple(
        CopySection(
            kind=kind,
            rows=tuple(tuple(_values(row, locale)) for row in rows[:ROWS_SHOWN]),
            left_out=max(0, len(rows) - ROWS_SHOWN),
        )
        for kind, rows in copy.items()
        if rows and kind not in FILE_ONLY
    )


def _values(row: Mapping[str, object], locale: Locale) -> Iterator[CopyValue]:
    for field, value in row.items():
        if field == "profile" and isinstance(value, Mapping):
            yield from _values({name: one for name, one in value.items() if name in PROFILE_FIELDS}, locale)
        elif field == "updated_at" and isinstance(value, int):
            # The one instant that a claim has as a number (OIDC Core 5.1).
            yield CopyValue(field=field, value=local_time(datetime.fromtimestamp(value, UTC), locale))
        elif value not in (None, "", "{}"):
            yield CopyValue(field=field, value=_shown(value, locale))


def _shown(value: object, locale: Locale) -> str:
    match value:
        case datetime():
            return local_time(value, locale)
        case bool():
            return _YES if value else _NO
        case Mapping():
            return ", ".join(str(one) for one in value.values())
        case Sequence() if not isinstance(value, str):
            return ", ".join(str(one) for one in value)
        case _:
            return str(value)
