"""Agencies: the tree level by level, one with its history, and every change of it by a legal decision."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, TypeVar

import msgspec

from idp.admin.actor import Actor
from idp.admin.agencies.service import AgencyView
from idp.admin.agencies.wishes import Close, Found, Merge, Move, OfTwo, Rename, Split
from idp.admin.permissions import Permission
from idp.agencies.ports import AgencyRow
from idp.agencies.tree import AgencyKind, AgencyNames, SuccessionKind
from idp.officers.roles import NATIONAL
from idp.web.admin_api.changes import ChangeTold, told_change
from idp.web.admin_api.changing import ChangesOf
from idp.web.admin_api.operation import Call, Nothing, Operation, Reply, operation
from idp.web.admin_api.paging import Cursor, Limit, cursor_of, position_of
from idp.web.admin_api.parts import AdminApiParts
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


class AgencyTold(msgspec.Struct, frozen=True):
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

    items: list[AgencyTold]
    next: str | None


class PeriodTold(msgspec.Struct, frozen=True):
    """What an agency was from a day on, and before another; null if that has not come."""

    from_day: date
    to_day: date | None
    parent: str
    name: str
    name_en: str


class SuccessionTold(msgspec.Struct, frozen=True):
    """What happened: to whom, who came of it, when, by which decision."""

    code: str
    successor: str
    kind: SuccessionKind
    day: date
    decision: str


class OneAgency(msgspec.Struct, frozen=True):
    """One agency. `version` is its ETag; counts are of what is its own, not of what is below it."""

    code: str
    kind: AgencyKind
    founded_day: date
    closed_day: date | None
    version: int
    lineage: list[str]
    clients: list[str]
    officers: int
    administrators: int
    periods: list[PeriodTold]
    history: list[SuccessionTold]


class Founding(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A new agency under a code that was never given."""

    code: _Code
    kind: AgencyKind
    name: _Name
    name_en: _Name
    parent: _Code = NATIONAL


class NewAgency(Founding, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A new agency, and the decision that founds it."""

    decision: _Decision
    day: _Day = None


class Renaming(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Other names."""

    name: _Name
    name_en: _Name
    decision: _Decision
    day: _Day = None


class Moving(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Another agency above; "" for none."""

    parent: _Code
    decision: _Decision
    day: _Day = None


class Merging(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Agencies that go up in one that stands (`into`), or in one that is founded for it (`found`)."""

    # The version of each, as it was read.
    versions: dict[str, int]
    decision: _Decision
    into: _Code = ""
    found: Founding | None = None
    day: _Day = None


class Splitting(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The parts; what is not given to one by name goes to the first. Keys are codes below it, and client ids."""

    parts: list[Founding]
    decision: _Decision
    children: dict[str, str] = {}
    clients: dict[str, str] = {}
    day: _Day = None


class Closing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The decision that closes it."""

    decision: _Decision
    day: _Day = None


# What asks for a change that takes two.
_B = TypeVar("_B", bound=Moving | Merging | Splitting | Closing)


async def list_agencies(parts: AdminApiParts, call: Call[AgencyQuery, Nothing]) -> Reply:
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


async def show_agency(parts: AdminApiParts, call: Call[Nothing, Nothing]) -> Reply:
    """Return one agency."""
    return await _shown(parts, call.actor, call.path["code"])


async def found_agency(parts: AdminApiParts, call: Call[Nothing, NewAgency]) -> Reply:
    """Found an agency."""
    wish = _found(call.body)
    await parts.agencies.change(call.actor, wish, call.body.decision, call.body.day)
    return await _shown(parts, call.actor, wish.code, location=f"/agencies/{wish.code}")


async def rename_agency(parts: AdminApiParts, call: Call[Nothing, Renaming]) -> Reply:
    """Give an agency other names."""
    code, body = call.path["code"], call.body
    wish = Rename(code, AgencyNames.typed(body.name, body.name_en))
    await parts.agencies.change(call.actor, wish, body.decision, body.day, _read(call.version, code))
    return await _shown(parts, call.actor, code)


async def move_agency(parts: AdminApiParts, call: Call[Nothing, Moving]) -> Reply:
    """Propose to put an agency below another."""
    code, body = call.path["code"], call.body
    return await _proposed(parts, call, Move(code, body.parent), _read(call.version, code))


async def merge_agencies(parts: AdminApiParts, call: Call[Nothing, Merging]) -> Reply:
    """Propose to merge agencies into one."""
    body = call.body
    wish = Merge(tuple(body.versions), _found(body.found) if body.found else body.into)
    return await _proposed(parts, call, wish, body.versions)


async def split_agency(parts: AdminApiParts, call: Call[Nothing, Splitting]) -> Reply:
    """Propose to split an agency into new ones."""
    code, body = call.path["code"], call.body
    wish = Split(code, tuple(_found(part) for part in body.parts), body.children, body.clients)
    return await _proposed(parts, call, wish, _read(call.version, code))


async def close_agency(parts: AdminApiParts, call: Call[Nothing, Closing]) -> Reply:
    """Propose to close an agency that nothing is left of."""
    code = call.path["code"]
    return await _proposed(parts, call, Close(code), _read(call.version, code))


async def _proposed(
    parts: AdminApiParts,
    call: Call[Nothing, _B],
    wish: OfTwo,
    read: Mapping[str, int],
) -> Reply:
    change = await parts.agencies.change(call.actor, wish, call.body.decision, call.body.day, read)
    if change is None:
        raise TypeError("a wish that takes two is proposed")
    return Reply(told_change(change, call.now), version=change.digest.hex())


async def _shown(parts: AdminApiParts, actor: Actor, code: str, location: str | None = None) -> Reply:
    view = await parts.agencies.show(actor, code)
    return Reply(_told(view), version=str(view.agency.version), location=location)


def _found(body: Founding) -> Found:
    return Found(body.code, body.kind, body.parent, AgencyNames.typed(body.name, body.name_en))


def _read(version: str, code: str) -> dict[str, int]:
    # An ETag that is none of ours names no version that there ever was.
    return {code: int(version) if version.isascii() and version.isdecimal() and len(version) < 16 else -1}


def _row(row: AgencyRow) -> AgencyTold:
    return AgencyTold(row.code, row.kind, row.names.vi, row.names.en, row.parent, row.children, row.clients)


def _told(view: AgencyView) -> OneAgency:
    agency = view.agency
    return OneAgency(
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
            PeriodTold(one.from_day, one.to_day, one.parent, one.names.vi, one.names.en) for one in agency.periods
        ],
        history=[SuccessionTold(one.code, one.successor, one.kind, one.day, one.decision) for one in view.history],
    )


_BROKEN = (Code.NOT_FOUND, Code.INVALID_INPUT)
_PROPOSES = (*_BROKEN, Code.CONFLICT)
_PROPOSALS = ChangesOf("/agencies/{code}", Permission.AGENCIES_CHANGE, ChangeTold, _PROPOSES)
_CHANGES = ChangesOf("/agencies/{code}", Permission.AGENCIES_CHANGE, OneAgency, _BROKEN)


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
        answer=OneAgency,
        status=201,
        codes=_BROKEN,
    ),
    operation(
        "POST",
        "/agency-merges",
        "merge_agencies",
        merge_agencies,
        summary="Propose to merge agencies into one that stands or a new one; a second operator approves the change.",
        permission=Permission.AGENCIES_CHANGE,
        scope="admin:write",
        query=Nothing,
        body=Merging,
        answer=ChangeTold,
        codes=(*_PROPOSES, Code.STALE_VERSION),
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
        answer=OneAgency,
        codes=(Code.NOT_FOUND,),
    ),
    _CHANGES.row("rename", "rename_agency", rename_agency, "Give an agency other names.", Renaming),
    _PROPOSALS.row("move", "move_agency", move_agency, "Propose to put an agency below another.", Moving),
    _PROPOSALS.row("split", "split_agency", split_agency, "Propose to split an agency into new ones.", Splitting),
    _PROPOSALS.row("close", "close_agency", close_agency, "Propose to close an agency that is empty.", Closing),
)
