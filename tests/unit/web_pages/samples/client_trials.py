"""The pages of trying a client out with data in every field."""

from typing import get_args

from clients.model import ClientId
from idp.client_trials.findings import Explained, Finding, FindingKey, Step, StepName
from idp.client_trials.model import Variant
from idp.web.admin.shell_page import AdminShell
from idp.web.client_trials import pages
from idp.web.http.page import Page


def trial_run_pages(text: str, shell: AdminShell) -> list[Page]:
    """Return one page of each kind; the room tells every finding there is."""
    keys = get_args(FindingKey)
    findings = tuple(
        Finding(key, ("good", "note", "bad")[n % 3], text, text, "scope" if n % 5 == 0 else None)
        for n, key in enumerate(keys)
    )
    names: tuple[StepName, ...] = get_args(StepName)
    steps = (
        Step(names[0], findings, "authorize.login_required"),
        *(Step(name, (Finding("claim", "note", text, text, "default_max_age"),)) for name in names[1:]),
    )
    return [
        pages.TrialStartPage(
            other_language_url=f"?x={text}",
            action=f"/admin/{text}",
            hidden=((text, text),),
            shell=shell,
            client_id=ClientId(text),
            name=text,
            stage="production",
        ),
        pages.TrialOverPage(other_language_url=f"?x={text}"),
        pages.TrialRunPage(
            other_language_url=f"?x={text}",
            action=f"/try/{text}",
            hidden=((text, text),),
            client_id=ClientId(text),
            name=text,
            ends_at=text,
            variants=tuple(Variant),
            people=(pages.InventedEntry(name=text, number=text),),
            password=text,
            app_secret=text,
            attempts=(
                pages.AttemptLink(number=1, variant=Variant.SILENT, outcome="expected", current=False),
                pages.AttemptLink(number=2, variant=Variant.PLAIN, outcome="unexpected", current=True),
            ),
            shown=Explained(2, Variant.PLAIN, "unexpected", steps),
            known_errors=frozenset({"authorize.login_required"}),
            may_sign_out=True,
            notice="unknown_state",
        ),
    ]
