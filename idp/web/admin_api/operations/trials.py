"""Trying a client out by the API: start a run, read what was tried in words of both languages."""

import msgspec

from clients.model import ClientId
from idp.admin.permissions import Permission
from idp.client_trials.explain import explain
from idp.client_trials.findings import Explained, Finding, Step
from idp.kernel.locales import LOCALES
from idp.web.admin_api.dependencies import AdminApiDependencies
from idp.web.admin_api.operation import Call, Nothing, Operation, Reply, operation
from idp.web.admin_api.problems import Code
from idp.web.http.texts import load_texts, read_catalogue

_PATH = "/clients/{client_id}/trials"


class StartedTrial(msgspec.Struct, frozen=True):
    """A run that waits to be opened: at `page`, once, by the officer who started it, in one browser."""

    id: str
    client_id: ClientId
    ends_at: str
    page: str


class TrialFinding(msgspec.Struct, frozen=True):
    """One thing that was seen. `key` is stable; the words are there by language."""

    key: str
    verdict: str
    value: str
    other: str
    # The member of the registration that it leads to.
    member: str | None
    words: dict[str, str]


class TrialStep(msgspec.Struct, frozen=True):
    """One step. Of an error of the catalogue: its cause and its remedy, by language."""

    name: str
    findings: list[TrialFinding]
    error: str
    cause: dict[str, str]
    remedy: dict[str, str]


class TrialAttempt(msgspec.Struct, frozen=True):
    """One attempt: what was different in it, whether it went as it should, step by step."""

    number: int
    variant: str
    outcome: str
    steps: list[TrialStep]


class TrialReport(msgspec.Struct, frozen=True):
    """A run with its attempts; kept for a day."""

    id: str
    client_id: ClientId
    started_at: str
    ends_at: str
    over: bool
    attempts: list[TrialAttempt]


async def start(parts: AdminApiDependencies, call: Call[Nothing, Nothing]) -> Reply:
    """Start a run of a client."""
    run = await parts.trials.start(call.actor, ClientId(call.path["client_id"]))
    page = f"{parts.issuer}/admin/clients/try/{run.client_id}?run={run.id}"
    reported = StartedTrial(run.id, run.client_id, run.ends_at.isoformat(), page)
    return Reply(reported, location=f"/clients/{run.client_id}/trials/{run.id}")


async def show(parts: AdminApiDependencies, call: Call[Nothing, Nothing]) -> Reply:
    """Return what was tried in a run."""
    report = await parts.trials.report(call.actor, ClientId(call.path["client_id"]), call.path["trial_id"])
    run = report.run
    attempts = [_attempt(explain(report.client, one)) for one in report.attempts]
    started, ends = run.started_at.isoformat(), run.ends_at.isoformat()
    return Reply(TrialReport(run.id, run.client_id, started, ends, report.over, attempts))


def _attempt(reported: Explained) -> TrialAttempt:
    return TrialAttempt(reported.number, reported.variant, reported.outcome, [_step(step) for step in reported.steps])


def _step(step: Step) -> TrialStep:
    findings = [_finding(one) for one in step.findings]
    return TrialStep(step.name, findings, step.error, _of_error(step.error, "cause"), _of_error(step.error, "remedy"))


def _of_error(error: str, part: str) -> dict[str, str]:
    key = f"developer_errors.{error}.{part}"
    return {locale: read_catalogue(locale)[key] for locale in LOCALES if key in read_catalogue(locale)}


def _finding(one: Finding) -> TrialFinding:
    key, texts = f"try_finding.{one.key}", load_texts()
    words: dict[str, str] = {locale: texts[locale].get(key, value=one.value, other=one.other) for locale in LOCALES}
    return TrialFinding(one.key, one.verdict, one.value, one.other, one.member, words)


OPERATIONS: tuple[Operation, ...] = (
    operation(
        "POST",
        _PATH,
        "start_client_trial",
        start,
        summary="Start a run of a client's configuration with invented people; it is opened in a browser.",
        permission=Permission.CLIENTS_CHANGE,
        scope="admin:write",
        query=Nothing,
        body=Nothing,
        answer=StartedTrial,
        status=201,
        codes=(Code.NOT_FOUND, Code.CONFLICT),
    ),
    operation(
        "GET",
        f"{_PATH}/{{trial_id}}",
        "show_client_trial",
        show,
        summary="What was tried in a run: each step and each error in words.",
        permission=Permission.CLIENTS_CHANGE,
        scope="admin:read",
        query=Nothing,
        body=Nothing,
        answer=TrialReport,
        codes=(Code.NOT_FOUND,),
    ),
)
