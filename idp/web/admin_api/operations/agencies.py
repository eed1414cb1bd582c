"""Agencies: the tree level by level, one with its history, and every change of it by a legal decision."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from typing import Annotated, TypeVar

import msgspec

from clients.model import ClientId
from idp.admin.actor import Actor
from idp.admin.agencies.commands import Close, Found, Merge, Move, OfTwo, Rename, Split
from idp.admin.agencies.service import AgencyView
from idp.admin.permissions import Permission
from idp.agencies.ports import AgencyRow
from idp.agencies.tree import AgencyKind, AgencyNames, SuccessionKind
from idp.officers.roles import NATIONAL
from idp.web.admin_api.decoding import KIND
from idp.web.admin_api.dependencies import AdminApiDependencies
from idp.web.admin_api.operation import Call, Nothing, Operation, Proposal, Reply, operation, proposal
from idp.web.admin_api.operations.change_answers import proposed
from idp.web.admin_api.operations.changing import ChangesOf, Version, version_of
from idp.web.admin_api.paging import Cursor, Limit, cursor_of, position_of
from idp.web.admin_api.problems import Code

_Code = Annotated[str, msgspec.Meta(max_length=35, description="A code of QĐ 20/2020/QĐ-TTg, such as H55.242.")]
_Name = Annotated[str, msgspec.Meta(max_length=400)]
_Decision = Annotated[str, msgspec.Meta(max_length=600, description="The legal decision that says so.")]
_Day = Annotated[date | None, msgspec.Meta(description="From when it holds, a day in Viet Nam; null is today.")]


class AgencyQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which page of which list: what is right below an agency (of none: the tops), or what a text finds."""

    below: _Code = NATIONAL
    q: Annotated[str, msgspec.Meta(max_length=100)] = ""
    limit: Limit = 50
    after: Cursor = ""


class AgencySummary(msgspec.Struct, frozen=True):
    """An agency in a list, with how much is right below it and how many clients are its own."""

    code: str
    kind: AgencyKind
    name: str
    name_en: str
    parent: str
    children: int
    clients: int


class AgencyPage(msgspec.Struct, frozen=True):
    """A page of agencies in the order of their codes; `next` is the cursor to the following one, null at the end."""

    items: list[AgencySummary]
    next: str | None


class AgencyPeriod(msgspec.Struct, frozen=True):
    """What an agency was from a day on, and before another; null if that has not come."""

    from_day: date
    to_day: date | None
    parent: str
    name: str
    name_en: str


class AgencySuccession(msgspec.Struct, frozen=True):
    """What happened: to whom, who came of it, when, by which decision."""

    code: str
    successor: str
    kind: SuccessionKind
    day: date
    decision: str


class Agency(msgspec.Struct, frozen=True):
    """One agency. `version` is its ETag; counts are of what is its own, not of what is below it."""

    code: str
    kind: AgencyKind
    founded_day: date
    closed_day: date | None
    version: int
    lineage: list[str]
    clients: list[ClientId]
    officers: int
    administrators: int
    periods: list[AgencyPeriod]
    history: list[AgencySuccession]


class AgencyFounding(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A new agency under a code that was never given."""

    code: _Code
    kind: AgencyKind
    name: _Name
    name_en: _Name
    parent: _Code = NATIONAL


class NewAgency(AgencyFounding, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A new agency, and the decision that founds it."""

    decision: _Decision
    day: _Day = None


class AgencyRenaming(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Other names."""

    name: _Name
    name_en: _Name
    decision: _Decision
    day: _Day = None


class MoveAgencyProposal(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field=KIND, tag="move_agency"):
    """Another agency above; "" for none."""

    code: _Code
    version: Version
    parent: _Code
    decision: _Decision
    day: _Day = None


class MergeAgenciesProposal(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field=KIND, tag="merge_agencies"
):
    """Agencies that go up in one that stands (`into`), or in one that is founded for it (`found`)."""

    # The version of each, as it was read.
    versions: dict[str, int]
    decision: _Decision
    into: _Code = ""
    found: AgencyFounding | None = None
    day: _Day = None


class SplitAgencyProposal(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field=KIND, tag="split_agency"):
    """The parts; what is not given to one by name goes to the first. Keys are codes below it, and client ids."""

    code: _Code
    version: Version
    parts: list[AgencyFounding]
    decision: _Decision
    children: dict[str, str] = {}
    clients: dict[ClientId, str] = {}
    day: _Day = None


class CloseAgencyProposal(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field=KIND, tag="close_agency"):
    """The decision that closes it."""

    code: _Code
    version: Version
    decision: _Decision
    day: _Day = None


# What asks for a change that takes two.
_B = TypeVar("_B", bound=MoveAgencyProposal | MergeAgenciesProposal | SplitAgencyProposal | CloseAgencyProposal)


async def list_agencies(parts: AdminApiDependencies, call: Call[AgencyQuery, Nothing]) -> Reply:
    """Return a page of the agencies that the actor may see."""
    query, position = call.query, position_of(call.query.after)
    after, limit = position[0] if position else "", call.query.limit + 1
    if query.q:
        found = await parts.agencies.search(call.actor, query.q, after, limit)
    else:
        found = await parts.agencies.below(call.actor, query.below, after, limit)
    shown = found[: query.limit]
    following = cursor_of(shown[-1].code) if len(found) > query.limit else None
    return Reply(AgencyPage([_row(row) for row in shown], following))


async def show_agency(parts: AdminApiDependencies, call: Call[Nothing, Nothing]) -> Reply:
    """Return one agency."""
    return await _shown(parts, call.actor, call.path["code"])


async def found_agency(parts: AdminApiDependencies, call: Call[Nothing, NewAgency]) -> Reply:
    """Found an agency."""
    command = _found(call.body)
    await parts.agencies.change(call.actor, command, call.body.decision, call.body.day)
    return await _shown(parts, call.actor, command.code, location=f"/agencies/{command.code}")


async def rename_agency(parts: AdminApiDependencies, call: Call[Nothing, AgencyRenaming]) -> Reply:
    """Give an agency other names."""
    code, body = call.path["code"], call.body
    command = Rename(code, AgencyNames.typed(body.name, body.name_en))
    await parts.agencies.change(call.actor, command, body.decision, body.day, {code: version_of(call.version)})
    return await _shown(parts, call.actor, code)


async def move_agency(parts: AdminApiDependencies, call: Call[Nothing, MoveAgencyProposal]) -> Reply:
    """Propose to put an agency below another."""
    body = call.body
    return await _proposed(parts, call, Move(body.code, body.parent), {body.code: body.version})


async def merge_agencies(parts: AdminApiDependencies, call: Call[Nothing, MergeAgenciesProposal]) -> Reply:
    """Propose to merge agencies into one."""
    body = call.body
    command = Merge(tuple(body.versions), _found(body.found) if body.found else body.into)
    return await _proposed(parts, call, command, body.versions)


async def split_agency(parts: AdminApiDependencies, call: Call[Nothing, SplitAgencyProposal]) -> Reply:
    """Propose to split an agency into new ones."""
    body = call.body
    command = Split(body.code, tuple(_found(part) for part in body.parts), body.children, body.clients)
    return await _proposed(parts, call, command, {body.code: body.version})


async def close_agency(parts: AdminApiDependencies, call: Call[Nothing, CloseAgencyProposal]) -> Reply:
    """Propose to close an agency that nothing is left of."""
    code = call.body.code
    return await _proposed(parts, call, Close(code), {code: call.body.version})


async def _proposed(
    parts: AdminApiDependencies,
    call: Call[Nothing, _B],
    command: OfTwo,
    read: Mapping[str, int],
) -> Reply:
    change = await parts.agencies.change(call.actor, command, call.body.decision, call.body.day, read)
    if change is None:
        raise TypeError("a wish that takes two is proposed")
    return proposed(change, call.now)


async def _shown(parts: AdminApiDependencies, actor: Actor, code: str, location: str | None = None) -> Reply:
    view = await parts.agencies.show(actor, code)
    return Reply(_schema(view), version=str(view.agency.version), location=location)


def _found(body: AgencyFounding) -> Found:
    return Found(body.code, body.kind, body.parent, AgencyNames.typed(body.name, body.name_en))


def _row(row: AgencyRow) -> AgencySummary:
    return AgencySummary(row.code, row.kind, row.names.vi, row.names.en, row.parent, row.children, row.clients)


def _schema(view: AgencyView) -> Agency:
    agency = view.agency
    return Agency(
        code=agency.code,
        kind=agency.kind,
        founded_day=agency.founded_day,
        closed_day=agency.closed_day,
        version=agency.version,
        lineage=[row.code for row in view.above],
        clients=list(view.own.clients),
        officers=view.own.officers,
        administrators=view.own.administrators,
        periods=[
            AgencyPeriod(one.from_day, one.to_day, one.parent, one.names.vi, one.names.en) for one in agency.periods
        ],
        history=[AgencySuccession(one.code, one.successor, one.kind, one.day, one.decision) for one in view.history],
    )


_BROKEN = (Code.NOT_FOUND, Code.INVALID_INPUT)
_PROPOSES = (*_BROKEN, Code.CONFLICT, Code.STALE_VERSION)
_CHANGES = ChangesOf("/agencies/{code}", Permission.AGENCIES_CHANGE, Agency, _BROKEN)


def _takes_two(
    handle: Callable[[AdminApiDependencies, Call[Nothing, _B]], Awaitable[Reply]], body: type[_B], summary: str
) -> Proposal:
    """Return the row of a proposal about agencies."""
    return proposal(handle, body, summary=summary, permission=Permission.AGENCIES_CHANGE, codes=_PROPOSES)


OPERATIONS: tuple[Operation, ...] = (
    operation(
        "GET",
        "/agencies",
        "list_agencies",
        list_agencies,
        summary="What is right below an agency, the tops of one's own, or what a search finds; by code.",
        permission=Permission.AGENCIES_READ,
        scope="admin:read",
        query=AgencyQuery,
        body=Nothing,
        answer=AgencyPage,
        codes=(Code.NOT_FOUND,),
    ),
    operation(
        "POST",
        "/agencies",
        "found_agency",
        found_agency,
        summary="Found an agency under a code that was never given.",
        permission=Permission.AGENCIES_CHANGE,
        scope="admin:write",
        query=Nothing,
        body=NewAgency,
        answer=Agency,
        status=201,
        codes=_BROKEN,
    ),
    operation(
        "GET",
        "/agencies/{code}",
        "show_agency",
        show_agency,
        summary="One agency: what it was when, what happened to it, what is its own.",
        permission=Permission.AGENCIES_READ,
        scope="admin:read",
        query=Nothing,
        body=Nothing,
        answer=Agency,
        codes=(Code.NOT_FOUND,),
    ),
    _CHANGES.row("rename", "rename_agency", rename_agency, "Give an agency other names.", AgencyRenaming),
)
PROPOSALS: tuple[Proposal, ...] = (
    _takes_two(move_agency, MoveAgencyProposal, "Put an agency below another."),
    _takes_two(merge_agencies, MergeAgenciesProposal, "Merge agencies into one that stands, or a new one."),
    _takes_two(split_agency, SplitAgencyProposal, "Split an agency into new ones."),
    _takes_two(close_agency, CloseAgencyProposal, "Close an agency that is empty."),
)
