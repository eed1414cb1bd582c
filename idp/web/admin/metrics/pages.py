"""The console's page of sign-in metrics: alerts, a chart with its table, and the numbers of each client."""

from typing import ClassVar

from msgspec import Struct

from idp.metrics.model import Cause, Place
from idp.metrics.thresholds import AlertKind
from idp.web.admin.shell_page import AdminPage


class ShownAlert(Struct, frozen=True, kw_only=True):
    """A limit that was passed in an hour; numbers as they are shown."""

    kind: AlertKind
    at: str
    found: str
    limit: str
    step: Place
    cause: Cause


class PartRow(Struct, frozen=True, kw_only=True):
    """One hour or day: its numbers, and the heights of its two bars out of a hundred."""

    at: str
    starts: int
    completions: int
    refusals: int
    abandoned: int
    p95: str
    starts_height: int
    completions_height: int


class StepRow(Struct, frozen=True, kw_only=True):
    """One step at all clients of the page together, of hours or days in which nothing is open."""

    step: Place
    came: int
    passed: int
    failed: int
    left: int
    tries: int


class ClientRow(Struct, frozen=True, kw_only=True):
    """One client in the same time; `rate`, times and `satisfaction` are "" where there is nothing to tell."""

    name: str
    url: str
    starts: int
    completions: int
    # How often help was asked for or offered.
    helped: int
    rate: str
    p50: str
    p95: str
    satisfaction: str
    answers: int


class AdminMetricsPage(AdminPage, frozen=True, kw_only=True):
    """How signing in went in the last day or month, at the clients of one's own agencies."""

    template: ClassVar[str] = "admin/metrics/quality.html"
    # The first and the last day, where days are shown; None where it is the hours of the last day.
    days: tuple[str, str] | None
    # The same as the other of the two.
    other_span_url: str
    # The portal whose hours or days and steps are shown, "" for all of one's own together.
    chosen: str
    all_url: str
    # Of hours alone.
    alerts: tuple[ShownAlert, ...]
    parts: tuple[PartRow, ...]
    steps: tuple[StepRow, ...]
    clients: tuple[ClientRow, ...]
    # Answers of a day are told from so many on.
    fewest: int
    next_url: str | None
    first_url: str | None
