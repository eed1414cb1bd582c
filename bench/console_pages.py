"""What is asked of the console and of its API: every GET of both tables, and every filter of a list."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import get_args
from urllib.parse import urlencode

import msgspec

from bench.console_facts import Facts
from bench.console_lookups import EACH_PAGE, LOOK
from idp.admin.permissions import permissions_of
from idp.web.admin.audit.pages import AuditField
from idp.web.admin.visit import ConsoleRoute
from idp.web.admin_api.operation import PREFIX, Operation
from idp.web.admin_api.paging import cursor_of

# The two sizes of a page that statements are counted for.
FEW, MANY = 10, 100
_CONSOLE = "/admin"
# What the objects of a path are, by what stands before their name: of the console and of the API.
_OBJECTS: Mapping[str, str] = {
    "/clients/": "clients",
    "/clients/try/": "sandbox",
    "/clients/doctor/": "clients",
    "/settings/": "settings",
    "/changes/": "changes",
    "/agencies/": "agencies",
    **{f"/agencies/{word}/": "agencies" for word in ("rename", "move", "merge", "split", "close")},
    "/administrators/": "administrators",
    "/audit/": "events",
    "/audit/events/": "events",
}
# What somebody is shown at, once a look has found them.
_OF_LOOKS = ("/people/{", "/people/lookups/")
# What a list is a list of: after which object its next page begins.
_LISTS: Mapping[str, str] = {
    "/clients": "clients",
    "/changes": "waiting",
    "/agencies": "agencies",
    "/administrators": "administrators",
    "/audit": "events",
    "/audit/events": "events",
    "/quality": "clients",
}
# The filters of the console's lists; the API's are the members of the operation's query.
_CONSOLE_FILTERS: Mapping[str, tuple[str, ...]] = {"/audit": get_args(AuditField), "/agencies": ("q", "below")}
_PAGING = ("limit", "after")
# How many days the sign-in metrics are told for at once.
_SPANS: Mapping[str, int] = {"/quality": 31, "/quality/hours": 3}
# What is looked for together looks at rows that only one index leads to.
_TOGETHER: Mapping[str, tuple[str, ...]] = dict.fromkeys(("/audit", "/audit/events"), ("name", "client_id", "actor"))


@dataclass(frozen=True, slots=True)
class Ask:
    """One kind of request: its addresses, which take turns; none where the tool does not know how to ask.

    `few`: the same with few rows to show. `streamed`: it is an answer without end, of which the first piece counts.
    """

    title: str
    addresses: tuple[str, ...] = ()
    few: tuple[str, ...] = ()
    api: bool = False
    streamed: bool = False
    # The accounts that are looked for first: each address is one look's.
    sought: tuple[str, ...] = ()


def every_ask(facts: Facts, console: Sequence[ConsoleRoute], operations: Sequence[Operation]) -> list[Ask]:
    """Return what is asked on behalf of one administrator, whose `facts` they are."""
    held = {None, *permissions_of(facts.role)}
    pages = [one for one in console if "GET" in one.methods and one.permission in held]
    called = [one for one in operations if one.method == "GET" and one.permission in held]
    return [
        *(ask for route in pages for ask in _of_page(route.path, facts)),
        *(ask for one in called for ask in _of_operation(one, facts)),
    ]


def _of_page(path: str, facts: Facts) -> Iterator[Ask]:
    below = path.removeprefix(_CONSOLE)
    title = f"GET {path}"
    if below.startswith(_OF_LOOKS):
        yield _of_look(Ask(title), path.replace("{name}", LOOK), facts)
        return
    if "{" in path:
        names = facts.of(_OBJECTS.get(below.partition("{")[0], ""))
        yield Ask(title, tuple(path.replace("{name}", name) for name in names))
        return
    yield from _of_list(Ask(title, (path,)), below, _CONSOLE_FILTERS.get(below, ()), facts)


def _of_operation(one: Operation, facts: Facts) -> Iterator[Ask]:
    title, streamed = f"GET {one.full_path}", not isinstance(one.answer, type)
    fields = msgspec.structs.fields(one.query)
    if any(field.required for field in fields) or one.path.count("{") > 1:
        yield Ask(title, api=True)
        return
    if "{" in one.path:
        before, _, rest = one.path.partition("{")
        if before in _OF_LOOKS:
            yield _of_look(Ask(title, api=True), f"{PREFIX}{before}{LOOK}", facts)
            return
        tail = rest.partition("}")[2]
        names = facts.of(_OBJECTS.get(before, ""))
        yield Ask(title, tuple(f"{PREFIX}{before}{name}{tail}" for name in names), api=True)
        return
    filters = tuple(field.name for field in fields if field.name not in _PAGING and field.name != "format")
    first = Ask(title, (one.full_path,), api=True, streamed=streamed)
    yield from _of_list(first, one.path, filters, facts)


def _of_look(first: Ask, address: str, facts: Facts) -> Ask:
    sought = tuple(facts.of("sought")[:EACH_PAGE])
    return replace(first, addresses=(address,) * len(sought), sought=sought)


def _of_list(first: Ask, below: str, filters: tuple[str, ...], facts: Facts) -> Iterator[Ask]:
    """Yield the first page of a list, a deep one, one for each filter, and filters together."""
    path, kind = first.addresses[0], _LISTS.get(below)
    yield _ask(first, "", path, [{}], kind, facts)
    if kind is not None:
        deep = [{"after": _after(first, one)} for one in facts.of(kind)]
        yield _ask(first, ", deep", path, deep, kind, facts)
    spans = facts.spans(api=first.api, longest=_SPANS.get(below, 90))
    values = {"since": [since for since, _ in spans[:10]], "until": [until for _, until in spans[:10]]}
    values |= dict.fromkeys(("first", "last"), facts.days())
    if below in _SPANS:
        # What is asked from one day on goes up to now.
        values["since"] = facts.lately(_SPANS[below])
    for name in filters:
        if name not in facts.withheld:
            found = values.get(name, facts.of(name))
            yield _ask(first, f", by {name}", path, [{name: value} for value in found], kind, facts)
    for one, other in combinations([name for name in _TOGETHER.get(below, ()) if name in filters], 2):
        pairs = zip(facts.of(one), reversed(facts.of(other)), strict=False)
        both = [{one: value, other: another} for value, another in pairs]
        yield _ask(first, f", by {one} and {other}", path, both, kind, facts)
    if {"since", "until"} <= set(filters):
        both = [{"since": since, "until": until} for since, until in spans]
        yield _ask(first, ", by since and until", path, both, kind, facts)


def _ask(first: Ask, more: str, path: str, queries: Iterable[Mapping[str, str]], kind: str | None, facts: Facts) -> Ask:
    """Return an ask of a list: in full, and with few rows."""
    asked = list(queries)
    few: list[Mapping[str, str]] = []
    full: list[Mapping[str, str]] = list(asked)
    if kind is not None and first.api:
        few = [{**query, "limit": str(FEW)} for query in asked]
        full = [{**query, "limit": str(MANY)} for query in asked]
    elif kind is not None and (tail := facts.tail(kind)):
        few = [{**query, "after": tail} for query in asked]
    return Ask(
        first.title + more,
        tuple(_address(path, query) for query in full),
        tuple(_address(path, query) for query in few),
        first.api,
        first.streamed,
    )


def _after(first: Ask, position: str) -> str:
    return cursor_of(position) if first.api else position


def _address(path: str, query: Mapping[str, str]) -> str:
    return f"{path}?{urlencode(query)}" if query else path
