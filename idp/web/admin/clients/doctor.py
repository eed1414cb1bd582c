"""The console's page of how a client is: GET shows it, POST has it tried now."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import quote

from starlette.responses import Response

from clients.exceptions.dated import endings
from clients.model import ClientId
from clients.secret_age import secret_care
from idp.admin.clients.doctor import Health
from idp.admin.clients.failures import NEWEST, OF_THE_LOG, Failure, FailurePlace
from idp.admin.clients.health import CheckKind, CheckState, Target
from idp.admin.clients.health_ports import KeptCheck
from idp.admin.errors import ConflictError, NotFoundError
from idp.admin.permissions import Permission, allows_somewhere
from idp.web.admin.clients.doctor_pages import (
    CheckEntry,
    ClientDoctorPage,
    DeadlineEntry,
    DeadlineKind,
    DoctorSaid,
    FailureEntry,
    FieldName,
)
from idp.web.admin.clients.refusal_words import word_of
from idp.web.admin.visit import Visit
from idp.web.http.local_time import local_time
from idp.web.http.texts import read_catalogue

ONE = "/admin/clients/doctor/{name}"
_CONFLICT = 409
_DAY = timedelta(days=1)
_CATALOGUE, _CAUSE = "developer_errors.", ".cause"
# The rows of the error catalogue; the same in every language.
ERRORS = frozenset(
    key.removeprefix(_CATALOGUE).removesuffix(_CAUSE)
    for key in read_catalogue("vi")
    if key.startswith(_CATALOGUE) and key.endswith(_CAUSE)
)
# Where a code of a place is explained, in this order.
_FAMILIES: Mapping[FailurePlace, tuple[str, ...]] = {
    FailurePlace.AUTHORIZE: ("authorize", "authorize_page"),
    FailurePlace.TOKEN: ("token",),
    FailurePlace.USERINFO: ("userinfo",),
    FailurePlace.INTROSPECTION: ("inspection",),
    FailurePlace.REVOCATION: ("inspection",),
    FailurePlace.PUSHED_REQUEST: ("authorize", "authorize_page", "token"),
    FailurePlace.DEVICE: ("device", "token"),
    FailurePlace.BACKCHANNEL: ("backchannel", "token"),
    FailurePlace.REGISTRATION: ("registration",),
}
# An event says more closely what the token endpoint answered with `invalid_grant`.
_ANSWERED = {"code_replayed": "invalid_grant", "refresh_token_reused": "invalid_grant"}
_FIELD_OF_CODE: Mapping[str, FieldName] = {
    "invalid_redirect_uri": "redirect_uris",
    "invalid_scope": "scope",
    "insufficient_scope": "scope",
    "invalid_client": "secrets",
    "unauthorized_client": "raw-heading",
}


async def show(visit: Visit) -> Response:
    found = await visit.dependencies.clients.doctor.health(visit.actor, ClientId(visit.name))
    return visit.respond(_page(visit, found, "checked" if visit.query.get("done") == "checked" else None))


async def submit(visit: Visit) -> Response:
    """POST /admin/clients/doctor/ID: `action` is check."""
    if visit.form.get("action") != "check":
        raise NotFoundError("no such action")
    doctor = visit.dependencies.clients.doctor
    try:
        await doctor.check_now(visit.actor, ClientId(visit.name))
    except ConflictError:
        return visit.respond(
            _page(visit, await doctor.health(visit.actor, ClientId(visit.name)), "too_soon"), _CONFLICT
        )
    return visit.see_other(f"/admin/clients/doctor/{quote(visit.name, safe='')}?done=checked")


def _page(visit: Visit, found: Health, said: DoctorSaid | None) -> ClientDoctorPage:
    client, delivered = found.client, found.outcomes.notice_delivered_at
    return ClientDoctorPage(
        other_language_url=visit.other_language_url,
        action=visit.path,
        hidden=visit.hidden(),
        shell=visit.shell,
        client_id=client.client_id,
        name=client.name(visit.locale),
        active=client.active,
        watched=found.watched,
        checks=tuple(_check(visit, found, target, kept) for target, kept in found.checks),
        deadlines=tuple(_deadlines(visit, found)),
        secret_care=secret_care(client, visit.now),
        failures=tuple(_failure(visit, one) for one in found.outcomes.failures if one.proven),
        unproven=tuple(_failure(visit, one) for one in found.outcomes.failures if not one.proven),
        notice_delivered_at=local_time(delivered, visit.locale) if delivered else "",
        may_check=allows_somewhere(visit.actor.grants, Permission.CLIENTS_CHANGE),
        said=said,
    )


def _check(visit: Visit, found: Health, target: Target, kept: KeptCheck | None) -> CheckEntry:
    result = kept.result if kept else None
    due_at = kept.due_at if kept and found.watched else None
    return CheckEntry(
        kind=target.kind,
        address=target.address,
        state=result.judged.state if result else "untried",
        cause=result.judged.cause if result and result.judged.state is not CheckState.WORKS else None,
        detail=result.judged.detail if result else "",
        since_at=_time(visit, result.since_at if result else None),
        worked_at=_time(visit, result.worked_at if result else None),
        checked_at=_time(visit, result.checked_at if result else None),
        due_at=_time(visit, due_at),
        field=_field_of(found, target),
    )


def _deadlines(visit: Visit, found: Health) -> list[DeadlineEntry]:
    """Return what runs out, the first first: certificates, the last secret if all end, what is had until a day."""
    ends = [
        ("certificate", kept.result.target.address, kept.result.judged.ends_at)
        for _, kept in found.checks
        if kept and kept.result.judged.ends_at
    ]
    usable = [secret.expires_at for secret in found.client.secrets if secret.usable(visit.now)]
    entries = [_deadline(visit, "certificate", name, at) for _, name, at in ends]
    if usable and None not in usable:
        entries.append(_deadline(visit, "secret", "", max(at for at in usable if at)))
    entries += [_deadline(visit, one.member, "", one.ends_at) for one in endings(found.client, visit.now)]
    return sorted(entries, key=lambda one: one.days)


def _deadline(visit: Visit, kind: DeadlineKind, name: str, at: datetime) -> DeadlineEntry:
    left = (at - visit.now) // _DAY
    shown = local_time(at, visit.locale)
    return DeadlineEntry(kind=kind, name=name, at=shown, days=left)


def _failure(visit: Visit, one: Failure) -> FailureEntry:
    answered = _ANSWERED.get(one.code, one.code)
    rows = (f"{family}.{answered}" for family in _FAMILIES.get(one.place, ()))
    return FailureEntry(
        place=one.place,
        code=one.code,
        error=next((row for row in rows if row in ERRORS), ""),
        cause=one.cause,
        word=word_of(one.code, one.said),
        said=one.said,
        shown=one.shown,
        count=_count(one),
        first_at=local_time(one.first_at, visit.locale),
        last_at=local_time(one.last_at, visit.locale),
        field="backchannel_logout_uri" if one.place is FailurePlace.LOGOUT_NOTICE else _FIELD_OF_CODE.get(answered, ""),
    )


def _count(one: Failure) -> str:
    """Return how often it was; of what is read of the log alone no more is known than was read."""
    return f"{one.count}+" if one.count >= NEWEST and one.place in OF_THE_LOG else str(one.count)


def _field_of(found: Health, target: Target) -> FieldName:
    """Return the member that names a target; of a certificate the first that names its host."""
    client = found.client
    if target.kind is CheckKind.KEY_SET:
        return "jwks_uri"
    if target.kind is CheckKind.LOGOUT:
        return "backchannel_logout_uri"
    name = target.host.rpartition(":")[0]
    named: tuple[tuple[FieldName, str | None], ...] = (
        ("jwks_uri", client.jwks_uri),
        ("backchannel_logout_uri", client.backchannel_logout_uri),
        *((("redirect_uris", uri)) for uri in client.redirect_uris),
    )
    return next((field for field, uri in named if uri and f"//{name}" in uri), "raw-heading")


def _time(visit: Visit, at: datetime | None) -> str:
    return local_time(at, visit.locale) if at else ""
