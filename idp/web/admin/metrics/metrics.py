"""How signing in goes at the clients of one's own agencies: a look at the last day, or at thirty days."""

from collections.abc import Iterable, Sequence
from urllib.parse import urlencode

from msgspec import Struct
from starlette.responses import Response

from clients.model import ClientId
from idp.admin.metrics.days import A_MONTH, DaySpan
from idp.admin.metrics.service import LONGEST_BY_HOUR, ClientMetrics, Hour, SignInMetrics, Span
from idp.kernel.locales import Locale
from idp.metrics.steps import together
from idp.metrics.summary import FEWEST, Summary
from idp.metrics.thresholds import Alert, AlertKind
from idp.metrics.times import Between
from idp.web.admin.metrics.pages import AdminMetricsPage, ClientRow, PartRow, ShownAlert, StepRow
from idp.web.admin.visit import Visit
from idp.web.http.local_time import local_day, local_time

PATH = "/admin/quality"
_ON_PAGE = 50
_MONTH = {"days": str(A_MONTH)}


class _View(Struct, frozen=True):
    """Hours or days of one look, as they are called, and the same time for the clients one by one."""

    span: Span
    parts: Sequence[tuple[str, Summary]]
    alerts: tuple[ShownAlert, ...] = ()
    days: tuple[str, str] | None = None


async def show(visit: Visit) -> Response:
    """Two reads of the numbers, whoever looks.

    `days=30` shows days in place of the last day's hours; `client` names one portal for them and for the steps.
    """
    use_case, after = visit.dependencies.metrics, ClientId((visit.query.get("after") or "")[:200].replace("\0", ""))
    client_id, month = ClientId((visit.query.get("client") or "")[:200]), visit.query.get("days") == str(A_MONTH)
    view = await (_days if month else _hours)(use_case, visit, client_id)
    found = await use_case.by_client(visit.actor, view.span, after, _ON_PAGE + 1, visit.now)
    shown, kept = found[:_ON_PAGE], _MONTH if month else {}
    chosen = visit.dependencies.web.registry.get(client_id)
    page = AdminMetricsPage(
        other_language_url=visit.other_language_url,
        shell=visit.shell,
        days=view.days,
        other_span_url=_url({} if month else _MONTH, **({"client": client_id} if chosen else {})),
        chosen=chosen.name(visit.locale) if chosen else "",
        all_url=_url(kept),
        alerts=view.alerts,
        parts=_rows(view.parts),
        steps=_steps(summary for _, summary in view.parts),
        clients=tuple(_client(one, kept, visit.locale) for one in shown),
        fewest=FEWEST,
        next_url=_url(kept, after=shown[-1].client.client_id) if len(found) > _ON_PAGE else None,
        first_url=_url(kept) if after else None,
    )
    return visit.respond(page)


async def _hours(use_case: SignInMetrics, visit: Visit, client_id: ClientId) -> _View:
    span = Span.of(None, None, visit.now, LONGEST_BY_HOUR)
    hours = await use_case.by_hour(visit.actor, span, client_id, visit.now)
    alerts = use_case.standing_alerts(hours, visit.now)
    return _View(
        span,
        [(local_time(hour.at, visit.locale), hour.summary) for hour in hours],
        tuple(_alert(hour, alert, visit.locale) for hour, alert in alerts),
    )


async def _days(use_case: SignInMetrics, visit: Visit, client_id: ClientId) -> _View:
    span = DaySpan.of(None, None, visit.now)
    days = await use_case.by_day(visit.actor, span, client_id, visit.now)
    parts = [(local_day(one.day.isoformat(), visit.locale), one.summary) for one in days]
    return _View(Span(span.begins_at, span.ends_at), parts, days=(parts[0][0], parts[-1][0]))


def _url(kept: dict[str, str], **more: str) -> str:
    query = urlencode({**kept, **more})
    return f"{PATH}?{query}" if query else PATH


def _alert(hour: Hour, alert: Alert, locale: Locale) -> ShownAlert:
    scale = 100 if alert.kind is AlertKind.FEW_COMPLETED else 1
    return ShownAlert(
        kind=alert.kind,
        at=local_time(hour.at, locale),
        found=str(round(alert.found * scale)),
        limit=str(round(alert.limit * scale)),
        step=alert.step,
        cause=alert.cause,
    )


def _rows(parts: Sequence[tuple[str, Summary]]) -> tuple[PartRow, ...]:
    most = max((max(summary.starts, summary.completions) for _, summary in parts), default=0) or 1
    return tuple(
        PartRow(
            at=at,
            starts=summary.starts,
            completions=summary.completions,
            refusals=summary.refusals,
            abandoned=summary.abandoned,
            p95=_seconds(summary.p95),
            starts_height=round(100 * summary.starts / most),
            completions_height=round(100 * summary.completions / most),
        )
        for at, summary in parts
    )


def _steps(summaries: Iterable[Summary]) -> tuple[StepRow, ...]:
    return tuple(
        StepRow(
            step=step,
            came=numbers.came,
            passed=numbers.passed,
            failed=numbers.failed,
            left=numbers.left,
            tries=numbers.tries,
        )
        for step, numbers in together(summary.steps for summary in summaries).items()
    )


def _client(one: ClientMetrics, kept: dict[str, str], locale: Locale) -> ClientRow:
    rate = one.summary.completion_rate
    return ClientRow(
        name=one.client.name(locale),
        url=_url(kept, client=one.client.client_id),
        starts=one.summary.starts,
        completions=one.summary.completions,
        helped=sum(one.summary.helped.values()),
        rate="" if rate is None else f"{round(100 * rate)} %",
        p50=_seconds(one.summary.p50),
        p95=_seconds(one.summary.p95),
        satisfaction=_score(one.summary.satisfaction, locale),
        answers=one.summary.answers,
    )


def _score(mean: float | None, locale: Locale) -> str:
    """Return a mean of one to five with one decimal, "" for none; Vietnamese writes a comma."""
    text = "" if mean is None else f"{mean:.1f}"
    return text.replace(".", ",") if locale == "vi" else text


def _seconds(between: Between | None) -> str:
    if between is None:
        return ""
    return f"≤ {between.upto.total_seconds():g} s" if between.upto else f"> {between.over.total_seconds():g} s"
