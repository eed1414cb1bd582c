"""What has had its time is deleted, in batches small enough that nobody waits behind one."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from idp.account.merging.model import UNDO_FOR
from idp.adapters.sql.engine.instants import to_micros
from idp.adapters.sql.engine.interface import Engine
from idp.adapters.sql.engine.statements import Statement, Step, statement
from idp.factors.change_model import SET_ASIDE_FOR

# NĐ 333/2026 wants sign-ins searchable for a year: that is the audit log's part, not the sessions' own rows'.
SESSIONS_KEPT = timedelta(days=90)
MESSAGES_KEPT = timedelta(days=30)
RECOVERIES_KEPT = timedelta(days=90)
APPROVALS_KEPT = timedelta(days=30)
# Recovery counts tries for numbers without an account too. Forgotten sooner they would tell from real ones (EN-1).
TRIES_OF_NOBODY_KEPT = timedelta(days=365)
# An offer that nobody took bears the number and name of somebody who never agreed to it.
OFFERS_OF_NOBODY_KEPT = timedelta(days=365)
# Thirteen months: a month can be held beside the same one of last year.
METRICS_KEPT = timedelta(days=400)
CHECKS_KEPT = timedelta(days=90)
LOGOS_KEPT = timedelta(days=30)
CLIENT_REFUSALS_KEPT = timedelta(days=30)
_AT_ONCE = timedelta(0)
# Whether something ended is judged by the clock of whoever asks: what refuses a second use outlives every wrong one.
REFUSALS_KEPT = timedelta(days=1)


def _sweep(table: str, key: str, over: str) -> Statement:
    return statement(
        f"DELETE FROM {table} WHERE ({key}) IN (SELECT {key} FROM {table} WHERE {over} LIMIT :limit) "  # noqa: S608
        "RETURNING 1"
    )


_ITS_ACCOUNT = """
    SELECT 1 FROM accounts a WHERE a.person_id = factor_tries.person_id AND a.account_id = factor_tries.account_id
"""
_NOT_UNDONE_ANY_MORE = "change_id IN (SELECT c.change_id FROM changes c WHERE c.undo_until < :until)"
_FORGET_UNDOING = """
    UPDATE merges SET before_sealed = {empty} WHERE (person_id, merge_id) IN (
        SELECT person_id, merge_id FROM merges
        WHERE undo_until < :until AND length(before_sealed) > 0 LIMIT :limit)
    RETURNING 1
"""
_SHOWN_LOGO = "SELECT 1 FROM clients c WHERE c.logo = logos.name"
# By table: how long its rows are kept after their end, and how those are deleted.
_SWEEPS: Mapping[str, tuple[timedelta, Statement]] = {
    "used_once": (REFUSALS_KEPT, _sweep("used_once", "purpose, value_hash", "expires_at < :until")),
    # A proposal may still bring one back, and so may undoing: both are over by then.
    "logos": (LOGOS_KEPT, _sweep("logos", "name", f"kept_at < :until AND NOT EXISTS ({_SHOWN_LOGO})")),
    "client_refusals": (
        CLIENT_REFUSALS_KEPT,
        _sweep("client_refusals", "client_id, proven, endpoint, code, said", "last_at < :until"),
    ),
    "counts": (_AT_ONCE, _sweep("counts", "purpose, value_hash", "expires_at < :until")),
    # A device that comes late hears that its code has expired, not that there was none.
    "device_requests": (REFUSALS_KEPT, _sweep("device_requests", "device_hash", "expires_at < :until")),
    "revoked_tokens": (REFUSALS_KEPT, _sweep("revoked_tokens", "jti", "expires_at < :until")),
    "alarms": (_AT_ONCE, _sweep("alarms", "code_hash", "expires_at < :until")),
    "outbox": (
        MESSAGES_KEPT,
        _sweep("outbox", "kind, key", "finished_at IS NOT NULL AND finished_at < :until"),
    ),
    "recoveries": (RECOVERIES_KEPT, _sweep("recoveries", "person_id, recovery_id", "ends_at < :until")),
    "contact_changes": (
        SET_ASIDE_FOR,
        _sweep("contact_changes", "person_id, change_id", "settled_at IS NOT NULL AND settled_at < :until"),
    ),
    "removed_passkeys": (
        SET_ASIDE_FOR,
        _sweep("removed_passkeys", "person_id, credential_id, removed_at", "removed_at < :until"),
    ),
    "removed_totp_secrets": (
        SET_ASIDE_FOR,
        _sweep("removed_totp_secrets", "person_id, account_id, removed_at", "removed_at < :until"),
    ),
    "removed_recovery_codes": (
        SET_ASIDE_FOR,
        _sweep("removed_recovery_codes", "person_id, account_id, code_hash, removed_at", "removed_at < :until"),
    ),
    "joinings": (
        UNDO_FOR,
        _sweep("joinings", "person_id, joining_id", "ended_at IS NOT NULL AND ended_at < :until"),
    ),
    "removed_upstream_links": (
        SET_ASIDE_FOR,
        _sweep("removed_upstream_links", "person_id, provider, subject_index, removed_at", "removed_at < :until"),
    ),
    "approvals": (APPROVALS_KEPT, _sweep("approvals", "person_id, approval_id", "expires_at < :until")),
    "factor_tries": (
        TRIES_OF_NOBODY_KEPT,
        _sweep("factor_tries", "person_id, account_id, factor", f"retry_at < :until AND NOT EXISTS ({_ITS_ACCOUNT})"),
    ),
    "mandates": (
        OFFERS_OF_NOBODY_KEPT,
        _sweep("mandates", "principal_id, mandate_id", "accepted_at IS NULL AND ended_at < :until"),
    ),
    # The merge stays written down; what undoing it needs names whom the person dealt with.
    "merges": (
        _AT_ONCE,
        statement(
            _FORGET_UNDOING.format(empty="x''"),
            postgres=_FORGET_UNDOING.format(empty="CAST('' AS bytea)"),
        ),
    ),
    "agency_holdings": (REFUSALS_KEPT, _sweep("agency_holdings", "change_id, what, object_id", _NOT_UNDONE_ANY_MORE)),
    "quality_counts": (
        METRICS_KEPT,
        _sweep(
            "quality_counts",
            "hour_at, measure, client_id, service_class, method, step, cause, slot",
            "hour_at < :until",
        ),
    ),
    # Tried each day at least: an older one is of a client that has gone, or of an address that it has no more.
    "client_checks": (CHECKS_KEPT, _sweep("client_checks", "client_id, kind, address", "checked_at < :until")),
    "quality_hours": (
        METRICS_KEPT,
        _sweep("quality_hours", "hour_at, measure, method, step, cause, slot", "hour_at < :until"),
    ),
    "quality_days": (
        METRICS_KEPT,
        _sweep(
            "quality_days",
            "day_at, measure, client_id, service_class, method, step, cause, slot",
            "day_at < :until",
        ),
    ),
    "quality_days_added": (METRICS_KEPT, _sweep("quality_days_added", "day_at", "day_at < :until")),
    # A session that was ended early ran out by itself at `expires_at` at the latest.
    "sessions": (SESSIONS_KEPT, _sweep("sessions", "person_id, session_id", "expires_at < :until")),
}
SWEPT = tuple(_SWEEPS)


class SqlSweeps:
    """Deletes what has had its time; several processes may do it at once."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def sweep(self, table: str, now: datetime, limit: int) -> int:
        """Delete up to `limit` rows of one of `SWEPT` and return how many those were."""
        kept, deleting = _SWEEPS[table]
        rows = await self._engine.apply([Step(deleting, {"until": to_micros(now - kept), "limit": limit})])
        return len(rows or ())
