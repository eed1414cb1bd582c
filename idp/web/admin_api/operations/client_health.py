"""GET /clients/{client_id}/health and POST …/health/checks: whether a client's servers work, and its last failures."""

from datetime import datetime

import msgspec

from clients.model import ClientId
from idp.admin.clients.doctor import Health
from idp.admin.clients.failures import Failure
from idp.admin.clients.health import Target
from idp.admin.clients.health_ports import KeptCheck
from idp.admin.permissions import Permission
from idp.web.admin_api.dependencies import AdminApiDependencies
from idp.web.admin_api.operation import Call, Nothing, Operation, Reply, operation
from idp.web.admin_api.problems import Code


class HealthCheck(msgspec.Struct, frozen=True):
    """One check. `state` is `works`, `warns`, `fails` or `untried`; causes are explained in the console.

    `next_at` is null where nobody tries it unasked; `ends_at` is a certificate's end.
    """

    kind: str
    address: str
    state: str
    cause: str
    detail: str
    since: datetime | None
    worked_at: datetime | None
    checked_at: datetime | None
    next_at: datetime | None
    ends_at: datetime | None


class ClientFailure(msgspec.Struct, frozen=True):
    """One cause among the last failures: the public code, what was wrong, and how often.

    `proven` is false of what anybody can have sent who knows the client's id. At `authorize` and `userinfo`, and of
    what is sent to the client, the newest fifty are counted.
    """

    place: str
    code: str
    detail: str
    shown: str
    count: int
    first_at: datetime
    last_at: datetime
    proven: bool


class SecretEnd(msgspec.Struct, frozen=True):
    """A secret that works; null where it has no end."""

    created_at: datetime
    expires_at: datetime | None


class ClientHealth(msgspec.Struct, frozen=True):
    """How a client is. `watched`: its servers are tried without anybody asking, as of every client in production."""

    client_id: ClientId
    watched: bool
    checks: list[HealthCheck]
    failures: list[ClientFailure]
    logout_notice_delivered_at: datetime | None
    secrets: list[SecretEnd]


async def show_health(parts: AdminApiDependencies, call: Call[Nothing, Nothing]) -> Reply:
    """Return how a client is."""
    return Reply(_schema(await parts.doctor.health(call.actor, ClientId(call.path["client_id"]))))


async def check_health(parts: AdminApiDependencies, call: Call[Nothing, Nothing]) -> Reply:
    """Try a client's servers now and return how it is then."""
    return Reply(_schema(await parts.doctor.check_now(call.actor, ClientId(call.path["client_id"]))))


def _schema(found: Health) -> ClientHealth:
    usable = [secret for secret in found.client.secrets if secret.usable(found.at)]
    return ClientHealth(
        client_id=found.client.client_id,
        watched=found.watched,
        checks=[_check(found, target, kept) for target, kept in found.checks],
        failures=[_failure(one) for one in found.outcomes.failures],
        logout_notice_delivered_at=found.outcomes.notice_delivered_at,
        secrets=[SecretEnd(secret.created_at, secret.expires_at) for secret in usable],
    )


def _check(found: Health, target: Target, kept: KeptCheck | None) -> HealthCheck:
    if kept is None:
        return HealthCheck(target.kind, target.address, "untried", "", "", None, None, None, None, None)
    result, judged = kept.result, kept.result.judged
    return HealthCheck(
        kind=target.kind,
        address=target.address,
        state=judged.state,
        cause=judged.cause,
        detail=judged.detail,
        since=result.since_at,
        worked_at=result.worked_at,
        checked_at=result.checked_at,
        next_at=kept.due_at if found.watched else None,
        ends_at=judged.ends_at,
    )


def _failure(one: Failure) -> ClientFailure:
    return ClientFailure(one.place, one.code, one.said, one.shown, one.count, one.first_at, one.last_at, one.proven)


OPERATIONS: tuple[Operation, ...] = (
    operation(
        "GET",
        "/clients/{client_id}/health",
        "show_client_health",
        show_health,
        summary="Whether a client's key set, logout address and certificates work, and its last failures by cause.",
        permission=Permission.CLIENTS_READ,
        scope="admin:read",
        query=Nothing,
        body=Nothing,
        answer=ClientHealth,
        codes=(Code.NOT_FOUND,),
    ),
    operation(
        "POST",
        "/clients/{client_id}/health/checks",
        "check_client_health",
        check_health,
        summary="Try a client's servers now, once a minute; the answer is how it is then.",
        permission=Permission.CLIENTS_CHANGE,
        scope="admin:write",
        query=Nothing,
        body=Nothing,
        answer=ClientHealth,
        codes=(Code.NOT_FOUND, Code.CONFLICT),
    ),
)
