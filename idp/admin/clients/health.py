"""What of a client can be tried from here, and how it was found: closed words, never a person, never a secret."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit

from msgspec import Struct

from clients.model import Client, ClientId
from records.structs import replace

# A client with more hosts is looked at in part: it would hold up the others.
MAX_HOSTS = 20
_HTTPS_PORT, _HTTP_PORT = 443, 80
_DAY = timedelta(days=1)
# A failing check is repeated after as long as it has failed, within these.
_SOONEST, _LATEST = timedelta(minutes=5), timedelta(hours=4)
_MAX_DETAIL = 100


class CheckKind(StrEnum):
    """What is tried."""

    KEY_SET = "key_set"
    LOGOUT = "logout"
    CERTIFICATE = "certificate"


class CheckState(StrEnum):
    """How it is: right; worth a look; or people or the portal are not served until somebody acts."""

    WORKS = "works"
    WARNS = "warns"
    FAILS = "fails"


class CheckCause(StrEnum):
    """Why a check warns or fails; each has its cause and remedy in `web/admin/clients/texts/*.yaml`."""

    NONE = ""
    # No answer at all.
    REFUSED = "refused"
    TIMEOUT = "timeout"
    CONNECTION = "connection"
    NO_TLS = "no_tls"
    CERTIFICATE = "certificate"
    OVERSIZED = "oversized"
    # An answer that is none.
    REDIRECTED = "redirected"
    CLOSED = "closed"
    MISSING = "missing"
    BROKEN = "broken"
    UNEXPECTED = "unexpected"
    # A key set (RFC 7517 5).
    NO_KEY_SET = "no_key_set"
    PRIVATE_KEY = "private_key"
    NO_USABLE_KEY = "no_usable_key"
    KID_MISSING = "kid_missing"
    KID_TWICE = "kid_twice"
    KEPT_LONG = "kept_long"
    # A logout address (OIDC Back-Channel Logout 2.8).
    TAKES_ANYTHING = "takes_anything"
    POST_REFUSED = "post_refused"
    # A certificate.
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    SELF_SIGNED = "self_signed"
    WRONG_NAME = "wrong_name"
    UNTRUSTED = "untrusted"
    UNREADABLE = "unreadable"
    ENDS_SOON = "ends_soon"


class Target(Struct, frozen=True):
    """One thing to try: an address of a client, or the certificate of a host that it names."""

    kind: CheckKind
    # A URL; of a certificate the host with its port.
    address: str
    # The host with its port: one at a time is tried there.
    host: str


class Judged(Struct, frozen=True):
    """What was made of an answer. `detail` is a number or a word for the text of the cause."""

    state: CheckState
    cause: CheckCause = CheckCause.NONE
    detail: str = ""
    # When a certificate ends.
    ends_at: datetime | None = None


class CheckResult(Struct, frozen=True):
    """How a target of a client was found last."""

    client_id: ClientId
    target: Target
    judged: Judged
    # Since when it is in this state for this cause.
    since_at: datetime
    # When it worked last, be it with a warning; None if never.
    worked_at: datetime | None
    checked_at: datetime


def targets_of(client: Client) -> tuple[Target, ...]:
    """Return what can be tried of a client, without two of the same. Apps' own schemes and loopback are nobody's."""
    found: list[Target] = []
    if client.jwks_uri and client.jwks is None:
        found += _calls(CheckKind.KEY_SET, client.jwks_uri)
    if client.backchannel_logout_uri:
        found += _calls(CheckKind.LOGOUT, client.backchannel_logout_uri)
    # The most telling first: of very many hosts the last are left out.
    called = (client.security_event_endpoint, client.backchannel_client_notification_endpoint)
    shown = (client.jwks_uri, client.backchannel_logout_uri, *called, *client.redirect_uris)
    hosts = dict.fromkeys(host for address in shown if address for host in _tls_hosts(address))
    return (*found, *(Target(CheckKind.CERTIFICATE, host, host) for host in list(hosts)[:MAX_HOSTS]))


def targets_by_host(clients: Iterable[Client]) -> dict[str, list[tuple[Client, Target]]]:
    """Return what there is to try at each host."""
    found: dict[str, list[tuple[Client, Target]]] = {}
    for client in clients:
        for target in targets_of(client):
            found.setdefault(target.host, []).append((client, target))
    return found


def is_watched(client: Client) -> bool:
    """Say whether a client is tried without anybody asking: real people use it."""
    return client.active and client.stage == "production"


def carried(before: CheckResult | None, client: Client, target: Target, judged: Judged, now: datetime) -> CheckResult:
    """Return what is kept of a check: since when it is so, and when it worked last."""
    judged = replace(judged, detail=judged.detail[:_MAX_DETAIL])
    same = before is not None and (before.judged.state, before.judged.cause) == (judged.state, judged.cause)
    worked_at = now if judged.state is not CheckState.FAILS else before.worked_at if before else None
    since = before.since_at if before is not None and same else now
    return CheckResult(client.client_id, target, judged, since, worked_at, now)


def pause_after(results: Iterable[CheckResult], now: datetime, dice: float) -> timedelta:
    """Return how long a host is left alone: about a day, where something fails less. `dice` is from 0 to 1."""
    failing = [now - one.since_at for one in results if one.judged.state is CheckState.FAILS]
    pause = min(max(min(failing), _SOONEST), _LATEST) if failing else _DAY
    # Hosts that were found together need not be tried together for ever.
    return pause * (0.85 + 0.3 * dice)


def _calls(kind: CheckKind, address: str) -> Iterator[Target]:
    host = _host_of(address)
    if host:
        yield Target(kind, address, host)


def _tls_hosts(address: str) -> Iterator[str]:
    if address.startswith("https://"):
        host = _host_of(address)
        if host:
            yield host


def _host_of(address: str) -> str:
    """Return host and port; "" for what names none. The rules of the registry have seen the address before."""
    try:
        parts = urlsplit(address)
        port = parts.port or {"https": _HTTPS_PORT, "http": _HTTP_PORT}.get(parts.scheme)
    except ValueError:
        return ""
    if not parts.hostname or port is None:
        return ""
    name = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{name}:{port}"
