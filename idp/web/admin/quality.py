"""How signing in goes at the clients of one's own agencies: a look at the last day."""

from urllib.parse import urlencode

from starlette.responses import Response

from idp.admin.quality import LONGEST_BY_HOUR, ClientQuality, Hour, Span
from idp.kernel.locales import Locale
from idp.observability.quality.steps import together
from idp.observability.quality.summary import FEWEST
from idp.observability.quality.thresholds import Alert, AlertKind
from idp.observability.quality.times import Between
from idp.web.admin.visit import Visit
from idp.web.local_time import local_time
from idp.web.pages.admin_quality import AdminQualityPage, ClientRow, HourRow, ShownAlert, StepRow

PATH = "/admin/quality"
_ON_PAGE = 50


async def show(visit: Visit) -> Response:
    """GET /admin/quality: two reads of the numbers, whoever looks; `client` names one portal for hours and steps."""
    use_case, after = visit.parts.admin_api.quality, (visit.query.get("after") or "")[:200].replace("\0", "")
    client_id = (visit.query.get("client") or "")[:200]
    span = Span.of(None, None, visit.now, LONGEST_BY_HOUR)
    hours = await use_case.by_hour(visit.actor, span, client_id, visit.now)
    found = await use_case.by_client(visit.actor, span, after, _ON_PAGE + 1, visit.now)
    shown = found[:_ON_PAGE]
    following = urlencode({"after": shown[-1].client.client_id}) if len(found) > _ON_PAGE else ""
    chosen = visit.parts.registry.get(client_id)
    page = AdminQualityPage(
        other_language_url=visit.other_language_url,
        shell=visit.shell,
        chosen=chosen.name(visit.locale) if chosen else "",
        all_url=PATH,
        alerts=tuple(_alert(hour, alert, visit.locale) for hour, alert in use_case.standing_alerts(hours, visit.now)),
        hours=_rows(hours, visit.locale),
        steps=_steps(hours),
        clients=tuple(_client(one, visit.locale) for one in shown),
        fewest=FEWEST,
        next_url=f"{PATH}?{following}" if following else None,
        first_url=PATH if after else None,
    )
    return visit.respond(page)


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


def _rows(hours: list[Hour], locale: Locale) -> tuple[HourRow, ...]:
    most = max((max(hour.summary.starts, hour.summary.completions) for hour in hours), default=0) or 1
    return tuple(
        HourRow(
            at=local_time(hour.at, locale),
            starts=hour.summary.starts,
            completions=hour.summary.completions,
            refusals=hour.summary.refusals,
            abandoned=hour.summary.abandoned,
            p95=_seconds(hour.summary.p95),
            starts_height=round(100 * hour.summary.starts / most),
            completions_height=round(100 * hour.summary.completions / most),
        )
        for hour in hours
    )


def _steps(hours: list[Hour]) -> tuple[StepRow, ...]:
    return tuple(
        StepRow(
            step=step,
            came=numbers.came,
            passed=numbers.passed,
            failed=numbers.failed,
            left=numbers.left,
            tries=numbers.tries,
        )
        for step, numbers in together(hour.summary.steps for hour in hours).items()
    )


def _client(one: ClientQuality, locale: Locale) -> ClientRow:
    rate = one.summary.completion_rate
    return ClientRow(
        name=one.client.name(locale),
        url=f"{PATH}?{urlencode({'client': one.client.client_id})}",
        starts=one.summary.starts,
        completions=one.summary.completions,
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
