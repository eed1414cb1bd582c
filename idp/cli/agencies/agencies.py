"""`idp agencies`: the tree of agencies from a file, shown, and merged."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from clients.local_days import day_of
from idp.admin.agencies.commands import Found, Merge
from idp.admin.changes.differences import differences_of
from idp.admin.changes.model import By, Change
from idp.admin.errors import ConflictError, InvalidInputError, NotFoundError
from idp.agencies.ports import Belongings
from idp.agencies.tree import Agency, AgencyKind, AgencyNames, Succession, Tree
from idp.app.foundation.opening import Foundation
from idp.audit.model import EventName, RecordEvent
from idp.cli.agencies.files import apply_agencies, compare_agencies, document_of, lines_of, register_of
from idp.cli.errors import OperatorError
from idp.cli.officers.bootstrap import begins
from idp.cli.output import DRIFTED, AsJson, say, say_json, say_table
from idp.cli.session import operator_event, run
from idp.officers.roles import NATIONAL, OPERATOR

agencies_program = typer.Typer(help="Apply files of agencies; list, show and merge agencies.", no_args_is_help=True)
_FILE = typer.Argument(help="YAML with an `agencies:` list.")
Code = Annotated[str, typer.Argument(metavar="CODE", help="Agency code (QĐ 20/2020/QĐ-TTg), such as H55.242.")]
Day = Annotated[str, typer.Option(metavar="DATE", help="YYYY-MM-DD, a day in Viet Nam; today if not given.")]


@agencies_program.command("apply")
def apply_command(
    file: Annotated[Path, _FILE],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the difference and write nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Bring the agencies that FILE names to what FILE says; others stay. Repeating it changes nothing.

    A file founds, renames and moves. Merging has a command; splitting and closing are done in the console.
    """
    work = compare_agencies if dry_run else apply_agencies
    outcome = run(lambda foundation: work(foundation, file))
    if as_json:
        say_json(document_of(outcome))
        return
    for line in lines_of(outcome):
        say(line)


@agencies_program.command("drift")
def drift_command(file: Annotated[Path, _FILE], *, as_json: AsJson = False) -> None:
    """Say where the agencies differ from FILE, those that it does not name included; exit code 1 if they do."""
    outcome = run(lambda foundation: compare_agencies(foundation, file))
    if as_json:
        say_json(document_of(outcome))
    else:
        for line in lines_of(outcome):
            say(line)
        for code in outcome.plan.unnamed:
            say(f"not in the file: {code}")
    if outcome.plan.steps or outcome.plan.unnamed:
        raise typer.Exit(DRIFTED)


@agencies_program.command("list")
def list_command(
    below: Annotated[str, typer.Option(metavar="CODE", help="Only this agency and what is below it.")] = "",
    day: Day = "",
    *,
    as_json: AsJson = False,
) -> None:
    """List agencies as they stood on a day."""
    asked = _day(day)
    rows = run(lambda foundation: _list(foundation, below, asked))
    if as_json:
        say_json(rows)
        return
    columns = ("code", "kind", "name", "parent", "since")
    say_table(columns, [tuple(str(row[column]) for column in columns) for row in rows])


@agencies_program.command("show")
def show_command(code: Code, *, as_json: AsJson = False) -> None:
    """Show one agency: what it was when, what happened to it, what is its own."""
    document = run(lambda foundation: _show(foundation, code))
    if as_json:
        say_json(document)
        return
    for name, value in document.items():
        if not isinstance(value, list):
            say(f"{name}: {'none' if value is None else value}")
            continue
        say(f"{name}: {len(value)}")
        for one in value:
            say(
                f"    {', '.join(f'{key} {part}' for key, part in one.items() if part)}"
                if isinstance(one, dict)
                else f"    {one}"
            )


@agencies_program.command("merge")
def merge_command(
    codes: Annotated[list[str], typer.Argument(metavar="CODE...", help="Agencies that go up in the other.")],
    into: Annotated[str, typer.Option(metavar="CODE", help="The agency that remains.")],
    decision: Annotated[str, typer.Option(metavar="TEXT", help="The legal decision, such as NQ 202/2025/QH15.")],
    day: Day = "",
    name: Annotated[str, typer.Option(metavar="TEXT", help="Found the agency that remains, under this name.")] = "",
    name_en: Annotated[str, typer.Option(metavar="TEXT", help="Its English name.")] = "",
    kind: Annotated[str, typer.Option(metavar="KIND", help=f"One of {', '.join(AgencyKind)}.")] = "",
    parent: Annotated[str, typer.Option(metavar="CODE", help="The agency above it, if any.")] = NATIONAL,
) -> None:
    """Merge agencies into one that stands or, with --name, into a new one; clients, officers and roles go there.

    What stands below them stands below it from that day on. Nobody is known to a portal by another subject afterwards.
    Once the country has two operators, one of them must approve it in the console first.
    """
    asked = _day(day)
    if name and kind not in set(AgencyKind):
        raise OperatorError(f"--kind: one of {', '.join(AgencyKind)}, for the agency that is founded")
    target = Found(into, AgencyKind(kind), parent, AgencyNames.typed(name, name_en)) if name else into
    change = run(lambda foundation: _merge(foundation, Merge(tuple(codes), target), decision, asked))
    if change is None:
        say(f"{', '.join(codes)} went up in {into}.")
        return
    say(f"Proposed as change {change.id}; a national operator approves or refuses it at /admin/changes/{change.id}.")
    for one in differences_of(change):
        say(f"    {one.member}: - {', '.join(one.removed) or 'nothing'} + {', '.join(one.added) or 'nothing'}")


async def _merge(foundation: Foundation, command: Merge, decision: str, day: date | None) -> Change | None:
    """Merge, while the country has not two operators; from then on propose it to one of them."""
    register = register_of(foundation)
    act = register.act(decision, OPERATOR, day)

    def event_of(name: EventName, details: Mapping[str, str]) -> RecordEvent:
        return operator_event(name, act.at, reason="command", details=details)

    try:
        if await begins(foundation, act.at):
            await register.change(command, act, event_of)
            return None
        return await register.propose(command, act, By(OPERATOR, OPERATOR), event_of, day_named=day is not None)
    except ConflictError as error:
        raise OperatorError(f"{error.detail}; it is decided at /admin/changes") from error
    except InvalidInputError as error:
        raise OperatorError("\n".join(str(problem) for problem in error.problems)) from error
    except NotFoundError as error:
        raise OperatorError(f"{error.detail}; `idp agencies list` shows them") from error


async def _list(foundation: Foundation, below: str, day: date | None) -> list[dict[str, object]]:
    tree, asked = await foundation.database.agencies.tree(), day or day_of(foundation.clock.now())
    codes = tree.subtree(below, asked) if below else sorted(tree.agencies)
    return [_row(tree, code, asked) for code in codes if tree.on(code, asked) is not None]


def _row(tree: Tree, code: str, day: date) -> dict[str, object]:
    period = tree.agencies[code].on(day)
    if period is None:
        raise TypeError("only those that stood are listed")
    return {
        "code": code,
        "kind": tree.agencies[code].kind.value,
        "name": period.names.vi,
        "name_en": period.names.en,
        "parent": period.parent,
        "since": period.from_day.isoformat(),
    }


async def _show(foundation: Foundation, code: str) -> dict[str, object]:
    reader = foundation.database.agencies
    agency = await reader.get(code)
    if agency is None:
        raise OperatorError(f"no agency has the code {code}; `idp agencies list` shows them")
    return _document(agency, await reader.belongings(code, foundation.clock.now()), list(await reader.history(code)))


def _document(agency: Agency, own: Belongings, history: list[Succession]) -> dict[str, object]:
    return {
        "code": agency.code,
        "kind": agency.kind.value,
        "founded": agency.founded_day.isoformat(),
        "closed": agency.closed_day.isoformat() if agency.closed_day else None,
        "version": agency.version,
        "officers": own.officers,
        "administrators": own.administrators,
        "clients": list(own.clients),
        "periods": [
            {
                "from": one.from_day.isoformat(),
                "before": one.to_day.isoformat() if one.to_day else None,
                "name": one.names.vi,
                "name_en": one.names.en,
                "parent": one.parent,
            }
            for one in agency.periods
        ],
        "history": [
            {
                "day": one.day.isoformat(),
                "what": one.kind.value,
                "code": one.code,
                "successor": one.successor,
                "decision": one.decision,
                "by": one.by,
            }
            for one in history
        ],
    }


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise OperatorError("--day: a date is written YYYY-MM-DD") from error
