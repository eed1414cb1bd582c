"""National settings: seen, looked at, and proposed; a second operator approves them at `/changes`."""

from typing import Annotated

import msgspec

from idp.admin.changes.model import ObjectKind
from idp.admin.permissions import Permission
from idp.admin.settings.subject import SettingSubject
from idp.web.admin_api.answers import FieldProblem, field_problem
from idp.web.admin_api.decoding import KIND
from idp.web.admin_api.dependencies import AdminApiDependencies
from idp.web.admin_api.operation import Call, Nothing, Operation, Proposal, Reply, operation, proposal
from idp.web.admin_api.operations.change_answers import ChangePage, Difference, proposed, shown_change
from idp.web.admin_api.operations.changing import ReasonText, Version
from idp.web.admin_api.paging import PageQuery, cursor_of, position_of
from idp.web.admin_api.problems import Code

# What a member may be is said by the rules of each setting, not by a schema.
_Value = Annotated[object, msgspec.Meta(extra_json_schema={"description": "Any JSON value."})]
_Name = Annotated[str, msgspec.Meta(max_length=100)]
_Document = Annotated[dict[str, _Value], msgspec.Meta(description="The whole setting.")]


class Setting(msgspec.Struct, frozen=True):
    """A setting as it stands. Its version is its ETag; 0 where nobody has changed the default."""

    name: str
    version: int
    changed_at: str | None
    document: dict[str, _Value]


class SettingList(msgspec.Struct, frozen=True):
    """All settings."""

    items: list[Setting]


class SettingCheck(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a setting might say, without anything being written."""

    name: _Name
    document: _Document


class UpdateSettingProposal(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field=KIND, tag="update_setting"
):
    """What a setting should say, whole, from the version that was read, and why."""

    name: _Name
    version: Version
    document: _Document
    reason: ReasonText


class SettingCheckResult(msgspec.Struct, frozen=True):
    """What is wrong with a document; else what it would change."""

    problems: list[FieldProblem]
    differences: list[Difference]


async def list_settings(parts: AdminApiDependencies, call: Call[Nothing, Nothing]) -> Reply:
    """Return every setting."""
    return Reply(SettingList([_schema(one) for one in await parts.settings.all(call.actor)]))


async def show(parts: AdminApiDependencies, call: Call[Nothing, Nothing]) -> Reply:
    """Return one setting."""
    subject = await parts.settings.find(call.actor, call.path["name"])
    return Reply(_schema(subject), version=str(subject.version))


async def check(parts: AdminApiDependencies, call: Call[Nothing, SettingCheck]) -> Reply:
    """Look at a document without writing anything."""
    previewed = await parts.settings.preview(call.actor, call.body.name, call.body.document)
    problems = [field_problem(one, call.locale) for one in previewed.problems]
    differences = [Difference(one.member, list(one.removed), list(one.added)) for one in previewed.differences]
    return Reply(SettingCheckResult(problems, differences), locale=call.locale)


async def propose(parts: AdminApiDependencies, call: Call[Nothing, UpdateSettingProposal]) -> Reply:
    """Propose what a setting should say."""
    body = call.body
    change = await parts.settings.propose(call.actor, body.name, body.version, body.document, body.reason)
    return proposed(change, call.now)


async def list_changes(parts: AdminApiDependencies, call: Call[PageQuery, Nothing]) -> Reply:
    """Return what was changed of a setting, newest first."""
    limit, position, name = call.query.limit, position_of(call.query.after), call.path["name"]
    before = position[0] if position else ""
    found = await parts.approvals.of_object(call.actor, ObjectKind.SETTING, name, before, limit + 1)
    shown = found[:limit]
    following = cursor_of(shown[-1].id) if len(found) > limit else None
    return Reply(ChangePage([shown_change(one, call.now) for one in shown], following))


def _schema(subject: SettingSubject) -> Setting:
    at = subject.stored.changed_at.isoformat() if subject.stored else None
    return Setting(subject.followed.name, subject.version, at, subject.document)


OPERATIONS: tuple[Operation, ...] = (
    operation(
        "GET",
        "/settings",
        "list_settings",
        list_settings,
        summary="All national settings as they stand.",
        permission=Permission.SETTINGS_READ,
        scope="admin:read",
        query=Nothing,
        body=Nothing,
        answer=SettingList,
        codes=(Code.NOT_FOUND,),
    ),
    operation(
        "GET",
        "/settings/{name}",
        "show_setting",
        show,
        summary="One national setting as it stands.",
        permission=Permission.SETTINGS_READ,
        scope="admin:read",
        query=Nothing,
        body=Nothing,
        answer=Setting,
        codes=(Code.NOT_FOUND,),
    ),
    operation(
        "POST",
        "/setting-checks",
        "check_setting",
        check,
        summary="Every problem of a document, or what it would change; nothing is written.",
        permission=Permission.SETTINGS_CHANGE,
        scope="admin:write",
        query=Nothing,
        body=SettingCheck,
        answer=SettingCheckResult,
        codes=(Code.NOT_FOUND,),
    ),
    operation(
        "GET",
        "/settings/{name}/changes",
        "list_changes_of_setting",
        list_changes,
        summary="What was changed of a setting, newest first.",
        permission=Permission.SETTINGS_READ,
        scope="admin:read",
        query=PageQuery,
        body=Nothing,
        answer=ChangePage,
        codes=(Code.NOT_FOUND,),
    ),
)
PROPOSALS: tuple[Proposal, ...] = (
    proposal(
        propose,
        UpdateSettingProposal,
        summary="Let a national setting say something else.",
        permission=Permission.SETTINGS_CHANGE,
        codes=(Code.NOT_FOUND, Code.INVALID_INPUT, Code.CONFLICT, Code.STALE_VERSION),
    ),
)
