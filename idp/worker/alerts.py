"""Looks at the sign-in metrics and says in the log what is not as it should be."""

import asyncio
from datetime import datetime, timedelta

import structlog

from idp.admin.metrics.alert_thresholds import thresholds_of
from idp.app.foundation.opening import Foundation
from idp.metrics.ports import MetricsReader
from idp.metrics.summary import settled_until, summarise
from idp.metrics.thresholds import DEFAULT, Alert, Thresholds, alerts

_log = structlog.get_logger("idp.worker")
_EVERY = timedelta(minutes=5)
_HOUR = timedelta(hours=1)


async def watch_metrics(foundation: Foundation) -> None:
    """Look for ever. Each process says an alert once for each hour that it is about."""
    said: set[tuple[datetime, Alert]] = set()
    while True:
        await asyncio.sleep(_EVERY.total_seconds())
        now = foundation.clock.now()
        said = {(hour, alert) for hour, alert in said if now - hour < timedelta(days=1)}
        limits = thresholds_of(foundation.national_settings.alert_limits.value)
        for hour, alert in await standing_alerts(foundation.database.metrics, now, limits):
            known = (hour, Alert(alert.kind, 0, 0, alert.step, alert.cause))
            if known not in said:
                said.add(known)
                _log.warning(
                    "quality_alert", hour=hour.isoformat(), kind=alert.kind, found=alert.found, limit=alert.limit,
                    step=alert.step, cause=alert.cause,
                )  # fmt: skip


async def standing_alerts(
    reader: MetricsReader, now: datetime, limits: Thresholds = DEFAULT
) -> list[tuple[datetime, Alert]]:
    """Return what is wrong with the hour that runs and the last of which every end is known. One read."""
    settled = settled_until(now)
    running, known = now.replace(minute=0, second=0, microsecond=0), settled - _HOUR
    counted = await reader.by_hour(known - _HOUR, running + _HOUR, None)
    found: list[tuple[datetime, Alert]] = []
    for hour in (known, running):
        this = summarise([one for one in counted if one.key.hour_at == hour], settled)
        before = summarise([one for one in counted if one.key.hour_at == hour - _HOUR], settled)
        found += [(hour, alert) for alert in alerts(this, before, limits)]
    return found
