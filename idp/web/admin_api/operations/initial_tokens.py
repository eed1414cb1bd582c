"""Dynamic registration as an agency allows it: initial access tokens, and publishers whose statements are trusted."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated

import msgspec

from clients.model import ClientKind, GrantType
from idp.admin.dynamic_registration.model import InitialToken as KeptToken
from idp.admin.dynamic_registration.model import InitialTokenId
from idp.admin.dynamic_registration.model import Publisher as KeptPublisher
from idp.admin.dynamic_registration.tokens import TokenCommand
from idp.admin.permissions import Permission
from idp.officers.roles import NATIONAL
from idp.protocol.dynamic_registration.policy import RegistrationPolicy
from idp.web.admin_api.dependencies import AdminApiDependencies
from idp.web.admin_api.operation import Call, Nothing, Operation, Reply, operation
from idp.web.admin_api.paging import PageQuery, cursor_of, position_of
from idp.web.admin_api.problems import Code

_Agency = Annotated[str, msgspec.Meta(max_length=35, description="A code of QĐ 20/2020/QĐ-TTg, such as H55.242.")]
_Label = Annotated[str, msgspec.Meta(max_length=200, description="What it is for.")]
_Issuer = Annotated[str, msgspec.Meta(max_length=200, description="`iss` of its software statements.")]
# What a key may be is said by the rules of the registry, not by a schema.
_Value = Annotated[object, msgspec.Meta(extra_json_schema={"description": "Any JSON value."})]
_Jwks = Annotated[dict[str, _Value], msgspec.Meta(description="Its public keys (RFC 7517 5).")]
_Keys = Annotated[msgspec.Raw, msgspec.Meta(extra_json_schema={"type": "object"})]


class InitialTokenRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A token to issue: for which agency, what it may register, how often, and for how long."""

    agency: _Agency
    label: _Label
    hosts: Annotated[list[str], msgspec.Meta(max_length=20, description="Where the clients are: hosts, app schemes.")]
    uses: Annotated[int, msgspec.Meta(ge=1, le=100)] = 1
    valid_days: Annotated[int, msgspec.Meta(ge=1, le=365)] = 30
    kind: ClientKind = "web_portal"
    grant_types: list[GrantType] = msgspec.field(default_factory=lambda: list(RegistrationPolicy(hosts=()).grant_types))
    scope: list[str] = msgspec.field(default_factory=lambda: list(RegistrationPolicy(hosts=()).scope))
    software_statement_required: bool = False


class InitialToken(msgspec.Struct, frozen=True):
    """An initial access token without its secret."""

    id: str
    agency: str
    label: str
    hosts: list[str]
    kind: str
    security_profile: str
    grant_types: list[str]
    scope: list[str]
    software_statement_required: bool
    uses: int
    uses_left: int
    created_by: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


class IssuedInitialToken(msgspec.Struct, frozen=True):
    """A token and its secret, which is shown this once."""

    token: InitialToken
    initial_access_token: str


class InitialTokenPage(msgspec.Struct, frozen=True):
    """A page of tokens in the order in which they were issued; `next` is the cursor to the following one."""

    items: list[InitialToken]
    next: str | None


class SoftwarePublisher(msgspec.Struct, frozen=True):
    """Whose software statements an agency trusts; null for the whole country."""

    agency: str | None
    issuer: str
    jwks: _Keys
    added_at: datetime


class SoftwarePublisherList(msgspec.Struct, frozen=True):
    """All publishers that one's own agencies trust."""

    items: list[SoftwarePublisher]


class TrustedPublisher(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A publisher to trust; one that is trusted already has these keys from then on."""

    issuer: _Issuer
    jwks: _Jwks
    agency: _Agency | None = None


class PublisherName(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A publisher that an agency trusts."""

    issuer: _Issuer
    agency: _Agency | None = None


async def list_tokens(parts: AdminApiDependencies, call: Call[PageQuery, Nothing]) -> Reply:
    """Return a page of the tokens of the actor's agencies."""
    limit, position = call.query.limit, position_of(call.query.after)
    found = await parts.registration_tokens.list_tokens(call.actor, position[0] if position else "", limit + 1)
    following = cursor_of(found[limit - 1].id) if len(found) > limit else None
    return Reply(InitialTokenPage([_token(one) for one in found[:limit]], following))


async def issue(parts: AdminApiDependencies, call: Call[Nothing, InitialTokenRequest]) -> Reply:
    """Issue a token."""
    body = call.body
    policy = RegistrationPolicy(
        hosts=tuple(body.hosts),
        scope=tuple(body.scope),
        grant_types=tuple(body.grant_types),
        kind=body.kind,
        software_statement_required=body.software_statement_required,
    )
    command = TokenCommand(
        agency=body.agency,
        label=body.label,
        policy=policy,
        uses=body.uses,
        valid_for=timedelta(days=body.valid_days),
    )
    issued = await parts.registration_tokens.issue(call.actor, command)
    return Reply(IssuedInitialToken(_token(issued.token), issued.secret))


async def revoke(parts: AdminApiDependencies, call: Call[Nothing, Nothing]) -> Reply:
    """Revoke a token."""
    return Reply(_token(await parts.registration_tokens.revoke(call.actor, InitialTokenId(call.path["token_id"]))))


async def list_publishers(parts: AdminApiDependencies, call: Call[Nothing, Nothing]) -> Reply:
    """Return whom the actor's agencies trust."""
    found = await parts.registration_tokens.list_publishers(call.actor)
    return Reply(SoftwarePublisherList([_publisher(one) for one in found]))


async def trust(parts: AdminApiDependencies, call: Call[Nothing, TrustedPublisher]) -> Reply:
    """Trust a publisher."""
    body = call.body
    agency = NATIONAL if body.agency is None else body.agency
    return Reply(_publisher(await parts.registration_tokens.trust(call.actor, agency, body.issuer, body.jwks)))


async def distrust(parts: AdminApiDependencies, call: Call[Nothing, PublisherName]) -> Reply:
    """Trust a publisher no longer."""
    agency = NATIONAL if call.body.agency is None else call.body.agency
    await parts.registration_tokens.distrust(call.actor, agency, call.body.issuer)
    return Reply(None)


def _token(token: KeptToken) -> InitialToken:
    policy = token.policy
    return InitialToken(
        id=token.id,
        agency=token.agency,
        label=token.label,
        hosts=list(policy.hosts),
        kind=policy.kind,
        security_profile=policy.security_profile,
        grant_types=list(policy.grant_types),
        scope=list(policy.scope),
        software_statement_required=policy.software_statement_required,
        uses=token.uses,
        uses_left=token.uses_left,
        created_by=token.created_by,
        created_at=token.created_at,
        expires_at=token.expires_at,
        revoked_at=token.revoked_at,
    )


def _publisher(publisher: KeptPublisher) -> SoftwarePublisher:
    keys: Mapping[str, list[dict[str, str]]] = publisher.jwks
    return SoftwarePublisher(
        publisher.agency or None, publisher.issuer, msgspec.Raw(msgspec.json.encode(keys)), publisher.added_at
    )


OPERATIONS: tuple[Operation, ...] = (
    operation(
        "GET",
        "/initial-access-tokens",
        "list_initial_access_tokens",
        list_tokens,
        summary="Initial access tokens of one's own agencies: those that count, and those that ended lately.",
        permission=Permission.CLIENTS_READ,
        scope="admin:read",
        query=PageQuery,
        body=Nothing,
        answer=InitialTokenPage,
    ),
    operation(
        "POST",
        "/initial-access-tokens",
        "issue_initial_access_token",
        issue,
        summary="Let software register clients of an agency in the sandbox; the token is shown once.",
        permission=Permission.CLIENTS_SECRET,
        scope="admin:write",
        query=Nothing,
        body=InitialTokenRequest,
        answer=IssuedInitialToken,
        codes=(Code.NOT_FOUND, Code.INVALID_INPUT, Code.CONFLICT),
    ),
    operation(
        "POST",
        "/initial-access-tokens/{token_id}/revoke",
        "revoke_initial_access_token",
        revoke,
        summary="Let a token register nothing more; what it registered stays.",
        permission=Permission.CLIENTS_CHANGE,
        scope="admin:write",
        query=Nothing,
        body=Nothing,
        answer=InitialToken,
        codes=(Code.NOT_FOUND, Code.CONFLICT),
    ),
    operation(
        "GET",
        "/software-publishers",
        "list_software_publishers",
        list_publishers,
        summary="Whose software statements one's own agencies trust.",
        permission=Permission.CLIENTS_READ,
        scope="admin:read",
        query=Nothing,
        body=Nothing,
        answer=SoftwarePublisherList,
    ),
    operation(
        "POST",
        "/software-publishers",
        "trust_software_publisher",
        trust,
        summary="Trust a publisher's software statements, by these keys.",
        permission=Permission.CLIENTS_SECRET,
        scope="admin:write",
        query=Nothing,
        body=TrustedPublisher,
        answer=SoftwarePublisher,
        codes=(Code.NOT_FOUND, Code.INVALID_INPUT, Code.CONFLICT),
    ),
    operation(
        "POST",
        "/software-publishers/distrust",
        "distrust_software_publisher",
        distrust,
        summary="Trust a publisher's software statements no longer.",
        permission=Permission.CLIENTS_CHANGE,
        scope="admin:write",
        query=Nothing,
        body=PublisherName,
        answer=Nothing,
        codes=(Code.NOT_FOUND,),
    ),
)
