"""The console's pages about agencies with data in every field."""

from typing import get_args

from clients.model import ClientId
from idp.admin.agencies.rules import AgencyRule
from idp.admin.changes.model import ChangeKind, ChangeState, ObjectKind
from idp.agencies.tree import AgencyKind, SuccessionKind
from idp.kernel.ids import ChangeId
from idp.web.admin.agencies import pages
from idp.web.admin.clients.pages import ChangeEntry, DifferenceEntry
from idp.web.http.page import Page
from tests.unit.web_pages.samples.admin import admin_shell

FIELDS: tuple[pages.AgencyField, ...] = get_args(pages.AgencyField)
CHANGES: tuple[pages.AgencyChange, ...] = get_args(pages.AgencyChange)
DONE: tuple[pages.AgencyDone, ...] = get_args(pages.AgencyDone)


def agency_pages(text: str) -> list[Page]:
    """Return one page of each kind, and each form."""
    link = pages.AgencyLink(code=text, name=text, url=f"/admin/agencies/{text}")
    return [
        pages.AgenciesPage(
            other_language_url=f"?x={text}",
            shell=admin_shell(text),
            trail=(link, link),
            top_url="/admin/agencies",
            entries=tuple(
                pages.AgencyEntry(
                    link=link, kind=kind, children=3, clients=2, below_url=f"/admin/agencies?below={text}"
                )
                for kind in AgencyKind
            ),
            typed=text,
            next_url=f"/admin/agencies?after={text}",
            new_url="/admin/agencies/new",
        ),
        pages.AgenciesPage(
            other_language_url=f"?x={text}",
            shell=admin_shell(text),
            trail=(),
            top_url="/admin/agencies",
            entries=(),
            typed="",
            next_url=None,
            new_url=None,
        ),
        *(_one(text, link, done) for done in DONE),
        *(_form(text, change) for change in CHANGES),
    ]


def _one(text: str, link: pages.AgencyLink, done: pages.AgencyDone) -> Page:
    return pages.AgencyPage(
        other_language_url=f"?x={text}",
        shell=admin_shell(text),
        code=text,
        kind=AgencyKind.PROVINCE,
        name=text,
        other_name=text,
        founded=text,
        closed="" if done == "rename" else text,
        trail=(link,),
        top_url="/admin/agencies",
        below_url=f"/admin/agencies?below={text}",
        clients=(ClientId(text), ClientId(text)),
        officers=2,
        administrators=1,
        periods=(
            pages.PeriodEntry(from_day=text, to_day="", name=text, parent=""),
            pages.PeriodEntry(from_day=text, to_day=text, name=text, parent=text),
        ),
        history=tuple(
            pages.SuccessionEntry(
                kind=kind, day=text, decision=text, code=text, successor=text, url="/admin/agencies/H1"
            )
            for kind in SuccessionKind
        ),
        changes=tuple(
            pages.ChangeLink(change=change, url=f"/admin/agencies/{change}/{text}")
            for change in CHANGES
            if change != "found"
        ),
        done=done,
        changes_of_two=() if done == "rename" else (_change(text),),
    )


def _change(text: str) -> ChangeEntry:
    return ChangeEntry(
        id=ChangeId(text),
        object_kind=ObjectKind.AGENCY,
        object_id=text,
        kind=ChangeKind.MERGE,
        state=ChangeState.PROPOSED,
        proposed_by=text,
        proposed_at=text,
        wants_review=True,
    )


def _form(text: str, change: pages.AgencyChange) -> Page:
    return pages.AgencyFormPage(
        other_language_url=f"?x={text}",
        action=f"/admin/agencies/{change}/{text}",
        hidden=((text, text),),
        shell=admin_shell(text),
        change=change,
        code=text,
        name=text,
        back_url=f"/admin/agencies/{text}",
        fields=FIELDS,
        hinted=pages.HINTED,
        typed=dict.fromkeys(FIELDS, text),
        kinds=tuple(AgencyKind),
        problems=(
            *(pages.AgencyProblem(field="code", rule=rule) for rule in AgencyRule),
            pages.AgencyProblem(field="", rule=AgencyRule.CIRCLE),
        ),
        differences=(DifferenceEntry(member=text, removed=(text,), added=(text, text)),) if change == "merge" else None,
        children=3,
        clients=(ClientId(text),),
        officers=1,
    )
