"""The console's page of sign-in metrics."""

from idp.metrics.model import Cause, Place
from idp.metrics.steps import STEPS
from idp.metrics.thresholds import AlertKind
from idp.web.admin.metrics.pages import AdminMetricsPage, ClientRow, PartRow, ShownAlert, StepRow
from tests.unit.web_pages.samples.admin import admin_shell


def admin_metrics_pages(text: str) -> list[AdminMetricsPage]:
    """Return the page with everything, and with nothing, of hours and of days."""
    alerts = tuple(
        ShownAlert(kind=kind, at=text, found="1", limit="2", step=Place.SIGN_IN, cause=Cause.WRONG_CREDENTIALS)
        for kind in AlertKind
    )
    part = PartRow(
        at=text, starts=9, completions=8, refusals=1, abandoned=0, p95=text, starts_height=100, completions_height=89
    )
    client = ClientRow(
        name=text,
        url=f"?client={text}",
        starts=9,
        completions=8,
        helped=3,
        rate=text,
        p50=text,
        p95=text,
        satisfaction=text,
        answers=12,
    )
    steps = tuple(StepRow(step=step, came=9, passed=6, failed=1, left=2, tries=3) for step in STEPS)
    return [
        AdminMetricsPage(
            other_language_url=f"?x={text}",
            shell=admin_shell(text),
            days=(text, text) if month else None,
            other_span_url=f"/admin/{text}",
            chosen=text if full else "",
            all_url=f"/admin/{text}",
            alerts=alerts if full and not month else (),
            parts=(part,) * 24,
            steps=steps if full else (),
            fewest=10,
            clients=(client,) if full else (),
            next_url=f"?after={text}" if full else None,
            first_url=f"/admin/{text}" if full else None,
        )
        for full in (True, False)
        for month in (False, True)
    ]
