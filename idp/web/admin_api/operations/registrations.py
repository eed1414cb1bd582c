"""Client registrations: from a template to the sandbox and on to production, secrets, the emergency stop."""

from datetime import timedelta
from typing import Annotated

import msgspec

from clients.model import ClientId
from clients.policy import SECRET_OVERLAP
from clients.templates import TEMPLATES
from idp.admin.changes.model import Change as KeptChange
from idp.admin.clients.health import Judged
from idp.admin.clients.key_set import problem_of
from idp.admin.permissions import Permission
from idp.kernel.locales import Locale
from idp.web.admin_api.answers import FieldProblem, field_problem
from idp.web.admin_api.decoding import KIND
from idp.web.admin_api.dependencies import AdminApiDependencies
from idp.web.admin_api.operation import Call, Nothing, Operation, Proposal, Reply, operation, proposal
from idp.web.admin_api.operations.change_answers import Change, change_reply, proposed
from idp.web.admin_api.operations.changing import Reason, ReasonText, Version, version_of
from idp.web.admin_api.problems import Code

# What a member may be is said member by member by the rules of the registry, not by a schema.
_Value = Annotated[object, msgspec.Meta(extra_json_schema={"description": "Any JSON value."})]
_Metadata = Annotated[
    dict[str, _Value],
    msgspec.Meta(description="Members by the names of RFC 7591 and our own."),
]
_ClientId = Annotated[ClientId, msgspec.Meta(max_length=200)]
_Hours = Annotated[float, msgspec.Meta(ge=0, le=720, description="How long earlier secrets still work, in hours.")]


class ClientTemplate(msgspec.Struct, frozen=True):
    """What a registration of one kind begins with, and the members that must be added."""

    kind: str
    members: dict[str, _Value]
    asked: list[str]


class ClientTemplateList(msgspec.Struct, frozen=True):
    """All templates."""

    items: list[ClientTemplate]


class ClientRegistration(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A client to register in the sandbox."""

    metadata: _Metadata


class ClientCheck(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Metadata to be looked at, without anything being written."""

    metadata: _Metadata
    # A registered client that it would change; a new one where nothing is said.
    client_id: ClientId = ClientId("")


class RegisteredClient(msgspec.Struct, frozen=True):
    """A registered client; its secret is shown this once."""

    client_id: ClientId
    version: int
    client_secret: str | None
    # What hinders nobody and should be mended: a key set that does not work now.
    warnings: list[FieldProblem]


class NewSecret(msgspec.Struct, frozen=True):
    """A new secret, shown this once, and when those before it end."""

    client_id: ClientId
    client_secret: str
    earlier_secrets_end_at: str


class ClientUpdate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The client as it should be, whole: a member that is left out falls to its default."""

    metadata: _Metadata


class UpdateClientProposal(
    ClientUpdate, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field=KIND, tag="update_client"
):
    """The client as it should be, whole, from the version that was read. With another agency: nothing but that."""

    client_id: _ClientId
    version: Version
    reason: ReasonText


class EnableClientProposal(Reason, frozen=True, forbid_unknown_fields=True, tag_field=KIND, tag="enable_client"):
    """A stopped client that should work again."""

    client_id: _ClientId


class UpdatedClient(msgspec.Struct, frozen=True):
    """A client that was changed at once, and the version that it has now."""

    client_id: ClientId
    version: int
    warnings: list[FieldProblem]


class ClientCheckResult(msgspec.Struct, frozen=True):
    """What is wrong with metadata, and what applying it would take: null where one person may."""

    problems: list[FieldProblem]
    members: list[str]
    needs: str | None
    warnings: list[FieldProblem]


class SecretRotation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long the old secrets work on."""

    overlap_hours: _Hours = SECRET_OVERLAP / timedelta(hours=1)


async def list_templates(_parts: AdminApiDependencies, _call: Call[Nothing, Nothing]) -> Reply:
    """Return the templates."""
    templates = TEMPLATES.values()
    return Reply(
        ClientTemplateList([ClientTemplate(one.kind, dict(one.members), list(one.asked)) for one in templates])
    )


async def register(parts: AdminApiDependencies, call: Call[Nothing, ClientRegistration]) -> Reply:
    """Register a client in the sandbox."""
    made = await parts.registrations.register(call.actor, call.body.metadata)
    client = await parts.registrations.find(call.actor, made.client.client_id)
    reported = RegisteredClient(client.client_id, client.version, made.secret, _warned(made.key_set, call.locale))
    location = f"/clients/{client.client_id}"
    return Reply(reported, version=str(client.version), location=location, locale=call.locale)


async def check(parts: AdminApiDependencies, call: Call[Nothing, ClientCheck]) -> Reply:
    """Look at metadata without writing anything."""
    previewed = await parts.registrations.preview(call.actor, call.body.client_id, call.body.metadata, live=True)
    problems, warnings = (
        [field_problem(one, call.locale) for one in found] for found in (previewed.problems, previewed.warnings)
    )
    return Reply(ClientCheckResult(problems, sorted(previewed.members), previewed.needs, warnings), locale=call.locale)


async def edit(parts: AdminApiDependencies, call: Call[Nothing, ClientUpdate]) -> Reply:
    """Change a client at once."""
    client_id, version, metadata = ClientId(call.path["client_id"]), version_of(call.version), call.body.metadata
    await parts.registrations.change(call.actor, client_id, version, metadata, "", "one")
    client = await parts.registrations.find(call.actor, client_id)
    warnings = _warned(await parts.registrations.check_key_set(client), call.locale)
    return Reply(UpdatedClient(client_id, client.version, warnings), version=str(client.version), locale=call.locale)


async def propose_update(parts: AdminApiDependencies, call: Call[Nothing, UpdateClientProposal]) -> Reply:
    """Propose a change of a client that a second person must approve."""
    body = call.body
    done = await parts.registrations.change(call.actor, body.client_id, body.version, body.metadata, body.reason, "two")
    if not isinstance(done, KeptChange):
        raise TypeError("what takes two is proposed")
    return proposed(done, call.now)


async def rotate(parts: AdminApiDependencies, call: Call[Nothing, SecretRotation]) -> Reply:
    """Give a client a new secret."""
    overlap = timedelta(hours=call.body.overlap_hours)
    made = await parts.registrations.rotate_secret(
        call.actor, ClientId(call.path["client_id"]), version_of(call.version), overlap
    )
    if made.secret is None or made.earlier_end_at is None:
        raise TypeError("a rotated secret is there, with the end of those before it")
    return Reply(NewSecret(made.client.client_id, made.secret, made.earlier_end_at.isoformat()))


async def stop(parts: AdminApiDependencies, call: Call[Nothing, Reason]) -> Reply:
    """Stop a client at once."""
    return change_reply(
        await parts.registrations.stop(call.actor, ClientId(call.path["client_id"]), call.body.reason), call.now
    )


async def propose_enabling(parts: AdminApiDependencies, call: Call[Nothing, EnableClientProposal]) -> Reply:
    """Propose that a stopped client works again."""
    change = await parts.registrations.ask_to_enable(call.actor, call.body.client_id, call.body.reason)
    return proposed(change, call.now)


def _warned(judged: Judged | None, locale: Locale) -> list[FieldProblem]:
    return [] if judged is None else [field_problem(problem_of(judged), locale)]


_CHANGING = (Code.NOT_FOUND, Code.INVALID_INPUT, Code.CONFLICT)
OPERATIONS: tuple[Operation, ...] = (
    operation(
        "GET",
        "/client-templates",
        "list_client_templates",
        list_templates,
        summary="What a registration of each kind of client begins with.",
        permission=Permission.CLIENTS_READ,
        scope="admin:read",
        query=Nothing,
        body=Nothing,
        answer=ClientTemplateList,
    ),
    operation(
        "POST",
        "/clients",
        "register_client",
        register,
        summary="Register a client in the sandbox; its secret is shown once.",
        permission=Permission.CLIENTS_CHANGE,
        scope="admin:write",
        query=Nothing,
        body=ClientRegistration,
        answer=RegisteredClient,
        status=201,
        codes=_CHANGING,
    ),
    operation(
        "POST",
        "/client-checks",
        "check_client",
        check,
        summary="Every problem of some metadata, and what applying them would take; nothing is written.",
        permission=Permission.CLIENTS_CHANGE,
        scope="admin:write",
        query=Nothing,
        body=ClientCheck,
        answer=ClientCheckResult,
        codes=(Code.NOT_FOUND,),
    ),
    operation(
        "PUT",
        "/clients/{client_id}",
        "change_client",
        edit,
        summary="Change a client at once; what a second person must approve is proposed.",
        permission=Permission.CLIENTS_CHANGE,
        scope="admin:write",
        query=Nothing,
        body=ClientUpdate,
        answer=UpdatedClient,
        codes=(*_CHANGING, Code.SECOND_PERSON_NEEDED),
        conditional=True,
    ),
    operation(
        "POST",
        "/clients/{client_id}/rotate-secret",
        "rotate_client_secret",
        rotate,
        summary="Give a client a new secret, shown once; those before it work on for a while.",
        permission=Permission.CLIENTS_SECRET,
        scope="admin:write",
        query=Nothing,
        body=SecretRotation,
        answer=NewSecret,
        codes=_CHANGING,
        conditional=True,
    ),
    operation(
        "POST",
        "/clients/{client_id}/stop",
        "stop_client",
        stop,
        summary="Stop a client at once; another person reviews it.",
        permission=Permission.CLIENTS_STOP,
        scope="admin:write",
        query=Nothing,
        body=Reason,
        answer=Change,
        codes=_CHANGING,
    ),
)
PROPOSALS: tuple[Proposal, ...] = (
    proposal(
        propose_update,
        UpdateClientProposal,
        summary="Change a client where a second person must approve it, or give it to another agency.",
        permission=Permission.CLIENTS_CHANGE,
        codes=(*_CHANGING, Code.STALE_VERSION, Code.SECOND_PERSON_NOT_NEEDED),
    ),
    proposal(
        propose_enabling,
        EnableClientProposal,
        summary="Let a stopped client work again.",
        permission=Permission.CLIENTS_CHANGE,
        codes=_CHANGING,
    ),
)
