"""What of a client is tried, what is carried on from check to check, and when the next one is."""

from datetime import timedelta

from clients.model import ClientId
from idp.admin.clients.health import (
    MAX_HOSTS,
    CheckCause,
    CheckKind,
    CheckResult,
    CheckState,
    Judged,
    Target,
    carried,
    is_watched,
    pause_after,
    targets_by_host,
    targets_of,
)
from records.structs import replace
from tests.support.builders.protocol import CLIENT, NOW

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PORTAL = replace(
    CLIENT,
    redirect_uris=(
        "https://dvc.example.gov.vn/cb",
        "https://dvc.example.gov.vn/cb2",
        "https://b.example.gov.vn:8443/cb",
    ),
    jwks_uri="https://keys.example.gov.vn/jwks",
    backchannel_logout_uri="https://dvc.example.gov.vn/logout",
)
WORKS, FAILS = Judged(CheckState.WORKS), Judged(CheckState.FAILS, CheckCause.MISSING, "404")
TARGET = targets_of(PORTAL)[0]


def after(before: CheckResult | None, judged: Judged, hours: int) -> CheckResult:
    return carried(before, PORTAL, TARGET, judged, NOW + hours * HOUR)


def test_a_portal_is_tried_at_its_key_set_its_logout_address_and_each_host_once() -> None:
    assert targets_of(PORTAL) == (
        Target(CheckKind.KEY_SET, "https://keys.example.gov.vn/jwks", "keys.example.gov.vn:443"),
        Target(CheckKind.LOGOUT, "https://dvc.example.gov.vn/logout", "dvc.example.gov.vn:443"),
        Target(CheckKind.CERTIFICATE, "keys.example.gov.vn:443", "keys.example.gov.vn:443"),
        Target(CheckKind.CERTIFICATE, "dvc.example.gov.vn:443", "dvc.example.gov.vn:443"),
        Target(CheckKind.CERTIFICATE, "b.example.gov.vn:8443", "b.example.gov.vn:8443"),
    )


def test_an_apps_own_scheme_loopback_and_inline_keys_are_not_tried() -> None:
    app = replace(
        PORTAL,
        redirect_uris=("vn.gov.example.app:/cb", "http://127.0.0.1/cb", "https://[::1"),
        jwks={"keys": []},
        backchannel_logout_uri=None,
        jwks_uri=None,
    )
    assert targets_of(app) == ()


def test_of_very_many_hosts_the_first_are_tried() -> None:
    many = replace(PORTAL, redirect_uris=tuple(f"https://h{n}.example.gov.vn/cb" for n in range(100)))
    certificates = [one for one in targets_of(many) if one.kind is CheckKind.CERTIFICATE]
    assert len(certificates) == MAX_HOSTS
    assert certificates[0].address == "keys.example.gov.vn:443"


def test_targets_of_many_clients_are_gathered_by_host() -> None:
    other = replace(PORTAL, client_id=ClientId("other"), redirect_uris=(), backchannel_logout_uri=None)
    found = targets_by_host([PORTAL, other])
    assert [client.client_id for client, _ in found["keys.example.gov.vn:443"]] == [
        "portal",
        "portal",
        "other",
        "other",
    ]


def test_nobody_is_watched_in_the_sandbox_or_stopped() -> None:
    assert is_watched(PORTAL)
    assert not is_watched(replace(PORTAL, stage="sandbox"))
    assert not is_watched(replace(PORTAL, disabled_at=NOW))


def test_since_when_it_is_so_and_when_it_worked_last_are_carried_on() -> None:
    worked = after(None, WORKS, 0)
    assert (worked.since_at, worked.worked_at) == (NOW, NOW)
    failed = after(worked, FAILS, 1)
    assert (failed.since_at, failed.worked_at) == (NOW + HOUR, NOW)
    again = after(failed, FAILS, 5)
    assert (again.since_at, again.worked_at, again.checked_at) == (NOW + HOUR, NOW, NOW + 5 * HOUR)
    otherwise = after(again, Judged(CheckState.FAILS, CheckCause.TIMEOUT), 6)
    assert (otherwise.since_at, otherwise.worked_at) == (NOW + 6 * HOUR, NOW)
    assert after(None, FAILS, 0).worked_at is None


def test_a_detail_is_cut() -> None:
    assert len(after(None, Judged(CheckState.FAILS, CheckCause.BROKEN, "5" * 9000), 0).judged.detail) == 100


def test_what_works_waits_a_day_and_what_fails_as_long_as_it_has_failed() -> None:
    worked, failed = after(None, WORKS, 0), after(None, FAILS, 0)
    assert pause_after([worked], NOW, 0.5) == DAY
    assert pause_after([worked, failed], NOW, 0.5) == timedelta(minutes=5)
    assert pause_after([worked, failed], NOW + HOUR, 0.5) == HOUR
    assert pause_after([failed], NOW + 9 * DAY, 0.5) == 4 * HOUR
    assert pause_after([worked], NOW, 0) == 0.85 * DAY
    assert pause_after([worked], NOW, 1) == 1.15 * DAY
