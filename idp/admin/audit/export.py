"""The audit log as a file: CSV for spreadsheets and JSON lines for programs, page by page."""

import csv
from collections.abc import AsyncIterator, Callable, Mapping
from enum import StrEnum
from io import StringIO

import msgspec

from idp.admin.actor import Actor
from idp.admin.audit.log import AuditLog
from idp.admin.audit.search import AuditQuestion, LoggedEvent
from idp.admin.permissions import Permission

_PAGE = 500
# A spreadsheet takes what begins so for a formula, or for what separates cells (OWASP: CSV injection).
_FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n")


class ExportFormat(StrEnum):
    """The kinds of file."""

    CSV = "csv"
    JSON_LINES = "jsonl"


MEDIA_TYPES: Mapping[ExportFormat, str] = {
    ExportFormat.CSV: "text/csv; charset=utf-8",
    ExportFormat.JSON_LINES: "application/x-ndjson",
}
_COLUMNS = (
    *("id", "at", "name", "reason", "client_id", "person_id", "session_id"),
    *("correlation_id", "address", "port", "actor", "details"),
)


async def export_lines(
    log: AuditLog, actor: Actor, question: AuditQuestion, kind: ExportFormat
) -> AsyncIterator[bytes]:
    """Return the file's pieces, newest event first. Nothing is held but one page, and no transaction stays open.

    Raises what `AuditLog.export_begins` raises, before anything is returned.
    """
    await log.export_begins(actor, question)
    return _pieces(log, actor, question, kind)


async def _pieces(log: AuditLog, actor: Actor, question: AuditQuestion, kind: ExportFormat) -> AsyncIterator[bytes]:
    line = _LINES[kind]
    if kind is ExportFormat.CSV:
        yield csv_line(_COLUMNS)
    before: str | None = ""
    while before is not None:
        page = await log.page(actor, question, before, _PAGE, Permission.AUDIT_EXPORT, tells=False)
        if page.events:
            yield b"".join(line(event) for event in page.events)
        before = page.before_id


def json_line(event: LoggedEvent) -> bytes:
    """Return an event as a line of JSON; members that it lacks are left out."""
    document = {**_document(event), "details": dict(event.details)}
    return (
        msgspec.json.encode({name: value for name, value in document.items() if value not in (None, "", 0, {})}) + b"\n"
    )


def event_line(event: LoggedEvent) -> bytes:
    """Return an event as a line of CSV (RFC 4180)."""
    document = {**_document(event), "actor": event.actor, "details": msgspec.json.encode(event.details).decode()}
    return csv_line(tuple("" if document[name] is None else str(document[name]) for name in _COLUMNS))


def csv_line(cells: tuple[str, ...]) -> bytes:
    """Return cells as a line of CSV that no spreadsheet computes: what looks like a formula gets an apostrophe."""
    written = StringIO()
    csv.writer(written, quoting=csv.QUOTE_ALL).writerow([defused(cell) for cell in cells])
    return written.getvalue().encode()


def defused(cell: str) -> str:
    """Return a text that a spreadsheet takes for a text."""
    return f"'{cell}" if cell.startswith(_FORMULAS) else cell


def _document(event: LoggedEvent) -> dict[str, object]:
    return {
        "id": event.id,
        "at": event.at.isoformat(),
        "name": event.name,
        "reason": event.reason,
        "client_id": event.client_id,
        "person_id": event.person_id,
        "session_id": event.session_id,
        "correlation_id": event.correlation_id,
        "address": event.address,
        "port": event.port,
    }


_LINES: Mapping[ExportFormat, Callable[[LoggedEvent], bytes]] = {
    ExportFormat.CSV: event_line,
    ExportFormat.JSON_LINES: json_line,
}
