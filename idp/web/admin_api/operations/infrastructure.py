"""GET /keys, /registers, /upstreams: what the provider itself runs with."""

from datetime import datetime

import msgspec

from idp.admin.infrastructure.register_overview import RegisterSeen
from idp.admin.infrastructure.signing_keys import KeySeen
from idp.admin.infrastructure.upstream_overview import UpstreamSeen
from idp.admin.permissions import Permission
from idp.outbound.health import ServiceHealth
from idp.outbound.record import ServiceRecord
from idp.web.admin_api.dependencies import AdminApiDependencies
from idp.web.admin_api.operation import Call, Nothing, Operation, Reply, operation
from idp.web.admin_api.problems import Code


class SigningKey(msgspec.Struct, frozen=True):
    """A signing key; `tokens_until` is when the last token that it signed is over, null where it may still sign."""

    kid: str
    algorithm: str
    state: str
    created_at: datetime
    signs_from: datetime
    signs_until: datetime | None
    published_until: datetime | None
    tokens_until: datetime | None


class SigningKeyList(msgspec.Struct, frozen=True):
    """The signing keys."""

    items: list[SigningKey]
    next_rotation: datetime | None
    lead_seconds: int


class Fault(msgspec.Struct, frozen=True):
    """A cause of failures: the line's own word, what it means, how often, and when last."""

    cause: str
    kind: str
    count: int
    last_at: datetime


class LineStatus(msgspec.Struct, frozen=True):
    """How a line is doing; milliseconds are null where nothing was counted."""

    state: str
    since: datetime | None
    last_answer_at: datetime | None
    p50_ms: int | None
    p95_ms: int | None
    counted: int
    faults: list[Fault]


class Register(msgspec.Struct, frozen=True):
    """A register, what waits for it, and how far its feed of changes was applied."""

    name: str
    host: str
    in_service: bool
    seconds: int
    line: LineStatus
    waiting: int
    oldest_waiting_since: datetime | None
    feed_cursor: str | None
    feed_reads_on_at: datetime | None


class RegisterList(msgspec.Struct, frozen=True):
    """The registers that the settings name."""

    items: list[Register]


class Upstream(msgspec.Struct, frozen=True):
    """An upstream provider, and when the answering process last fetched its documents."""

    id: str
    name: str
    issuer: str
    trust: str
    offered: bool
    line: LineStatus
    metadata_fetched_at: datetime | None
    keys_fetched_at: datetime | None


class UpstreamList(msgspec.Struct, frozen=True):
    """The upstream providers of the operator's file."""

    items: list[Upstream]


async def list_keys(parts: AdminApiDependencies, call: Call[Nothing, Nothing]) -> Reply:
    """Return the signing keys, without any private part."""
    seen = await parts.infrastructure.keys.show(call.actor)
    reported = SigningKeyList([_key(one) for one in seen.keys], seen.next_rotation, int(seen.lead.total_seconds()))
    return Reply(reported)


async def list_registers(parts: AdminApiDependencies, call: Call[Nothing, Nothing]) -> Reply:
    """Return the registers."""
    return Reply(RegisterList([_register(one) for one in await parts.infrastructure.registers.show(call.actor)]))


async def list_upstreams(parts: AdminApiDependencies, call: Call[Nothing, Nothing]) -> Reply:
    """Return the upstream providers."""
    return Reply(UpstreamList([_upstream(one) for one in await parts.infrastructure.upstreams.show(call.actor)]))


def _key(seen: KeySeen) -> SigningKey:
    return SigningKey(
        seen.kid,
        seen.algorithm,
        seen.phase,
        seen.created_at,
        seen.signs_from,
        seen.signs_until,
        seen.published_until,
        seen.tokens_until,
    )


def _register(seen: RegisterSeen) -> Register:
    return Register(
        name=seen.name,
        host=seen.host,
        in_service=seen.service.in_service,
        seconds=int(seen.service.budget.total_seconds()),
        line=_line(seen.health, seen.record),
        waiting=seen.waiting.count if seen.waiting else 0,
        oldest_waiting_since=seen.waiting.oldest_at if seen.waiting else None,
        feed_cursor=seen.feed.cursor if seen.feed else None,
        feed_reads_on_at=seen.feed.reads_on_at if seen.feed else None,
    )


def _upstream(seen: UpstreamSeen) -> Upstream:
    return Upstream(
        id=seen.provider.id,
        name=seen.provider.name["vi"],
        issuer=seen.provider.issuer,
        trust=seen.provider.trust,
        offered=seen.offered,
        line=_line(seen.health, seen.record),
        metadata_fetched_at=seen.freshness.metadata_at,
        keys_fetched_at=seen.freshness.keys_at,
    )


def _line(health: ServiceHealth, record: ServiceRecord) -> LineStatus:
    pace = record.pace
    return LineStatus(
        state=health.state,
        since=health.since,
        last_answer_at=health.last_answer_at,
        p50_ms=round(pace.p50.total_seconds() * 1000) if pace else None,
        p95_ms=round(pace.p95.total_seconds() * 1000) if pace else None,
        counted=pace.counted if pace else 0,
        faults=[Fault(one.cause, one.kind, one.count, one.last_at) for one in record.faults],
    )


OPERATIONS: tuple[Operation, ...] = (
    operation(
        "GET",
        "/keys",
        "list_keys",
        list_keys,
        summary="The keys that sign tokens: states and times, never a private part.",
        permission=Permission.SETTINGS_READ,
        scope="admin:read",
        query=Nothing,
        body=Nothing,
        answer=SigningKeyList,
        codes=(Code.NOT_FOUND,),
    ),
    operation(
        "GET",
        "/registers",
        "list_registers",
        list_registers,
        summary="The State's registers: how each line is doing, what waits for it, and its feed of changes.",
        permission=Permission.SETTINGS_READ,
        scope="admin:read",
        query=Nothing,
        body=Nothing,
        answer=RegisterList,
        codes=(Code.NOT_FOUND,),
    ),
    operation(
        "GET",
        "/upstreams",
        "list_upstreams",
        list_upstreams,
        summary="The upstream providers: how each line is doing, and how fresh its documents are here.",
        permission=Permission.SETTINGS_READ,
        scope="admin:read",
        query=Nothing,
        body=Nothing,
        answer=UpstreamList,
        codes=(Code.NOT_FOUND,),
    ),
)
