"""Applying a file of agencies to a running system, with its audit events, and what it did in words."""

from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from clients.file import read_bytes
from idp.admin.agencies.file import parse_agency_file
from idp.admin.agencies.plan import AgencyPlan, AgencyStep, plan_agencies
from idp.admin.agencies.register import AgencyRegister
from idp.agencies.tree import SuccessionKind
from idp.app.foundation.opening import Foundation
from idp.audit.model import EventName
from idp.cli.errors import OperatorError
from idp.cli.officers.bootstrap import demand_beginning
from idp.cli.session import operator_event
from idp.officers.roles import OPERATOR

_SIGNS = {SuccessionKind.FOUNDED: "+", SuccessionKind.RENAMED: "~", SuccessionKind.MOVED: "~"}
_EVENTS = {
    SuccessionKind.FOUNDED: EventName.AGENCY_FOUNDED,
    SuccessionKind.RENAMED: EventName.AGENCY_RENAMED,
    SuccessionKind.MOVED: EventName.AGENCY_MOVED,
}


class AppliedAgencies(Struct, frozen=True):
    """What a file asks for, and whether it was done."""

    plan: AgencyPlan
    written: bool


def register_of(foundation: Foundation) -> AgencyRegister:
    """Return what changes agencies."""
    database = foundation.database
    return AgencyRegister(database.agencies, database.ledger, foundation.clock)


async def compare_agencies(foundation: Foundation, file: Path) -> AppliedAgencies:
    """Say what applying the file would change. Raises ClientFileError with every problem of the file."""
    entries = parse_agency_file(read_bytes(file))
    act = register_of(foundation).act("", OPERATOR)
    return AppliedAgencies(plan_agencies(await foundation.database.agencies.tree(), entries, act), written=False)


async def apply_agencies(foundation: Foundation, file: Path) -> AppliedAgencies:
    """Apply the file, agency by agency. Raises ClientFileError with every problem of the file, and nothing written."""
    compared = await compare_agencies(foundation, file)
    moves = [step.code for step in compared.plan.steps if step.kind is SuccessionKind.MOVED]
    await demand_beginning(
        foundation, moves, "would stand below others, which takes two: move them in the console, then apply"
    )
    for step in compared.plan.steps:
        details = {"agency": step.code}
        event = operator_event(_EVENTS[step.kind], foundation.clock.now(), reason="file", details=details)
        if not await foundation.database.ledger.commit(*step.changes, event):
            # What was done until then stands, and applying the file again goes on from there.
            raise OperatorError("somebody else changed agencies at the same time; run the command again")
    return AppliedAgencies(compared.plan, written=True)


def lines_of(outcome: AppliedAgencies) -> Iterator[str]:
    """Return the difference, line by line."""
    plan = outcome.plan
    for step in plan.steps:
        yield f"{_SIGNS[step.kind]} {step.code}"
        for difference in step.differences:
            yield f"    {difference}"
    counts = f"{_count(plan, founded=True)} new, {_count(plan, founded=False)} changed, {len(plan.unchanged)} unchanged"
    yield counts if outcome.written else f"{counts} (nothing was written)"


def document_of(outcome: AppliedAgencies) -> dict[str, object]:
    """Return the same for a program."""
    return {
        "written": outcome.written,
        "steps": [_step(step) for step in outcome.plan.steps],
        "unchanged": list(outcome.plan.unchanged),
        "not_in_file": list(outcome.plan.unnamed),
    }


def _count(plan: AgencyPlan, *, founded: bool) -> int:
    return len({step.code for step in plan.steps if (step.kind is SuccessionKind.FOUNDED) == founded})


def _step(step: AgencyStep) -> dict[str, object]:
    differences = [{"field": one.field, "before": one.before, "after": one.after} for one in step.differences]
    return {"code": step.code, "kind": step.kind.value, "differences": differences}
