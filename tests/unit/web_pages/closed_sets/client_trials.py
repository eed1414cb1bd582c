"""The closed sets that the texts of trying a client out are put together from."""

from typing import get_args

from idp.client_trials.findings import FindingKey, Outcome, StepName, Verdict
from idp.client_trials.model import Variant
from idp.web.client_trials.pages import TrialNotice

VARIANTS = [f"try_variant.{variant}.{part}" for variant in Variant for part in ("name", "what")]
TRIAL_SETS = {
    ("try_finding.", "one.key"): [f"try_finding.{key}" for key in get_args(FindingKey)],
    ("try_verdict.", "one.verdict"): [f"try_verdict.{verdict}" for verdict in get_args(Verdict)],
    ("try_step.", "step.name"): [f"try_step.{name}" for name in get_args(StepName)],
    ("try_outcome.", "shown.outcome"): [f"try_outcome.{outcome}" for outcome in get_args(Outcome)],
    ("try_outcome.", "one.outcome"): [],
    ("try_notice.", "page.notice"): [f"try_notice.{notice}" for notice in get_args(TrialNotice)],
    ("try_variant.", "shown.variant"): VARIANTS,
    ("try_variant.", "one.variant"): [],
    ("try_variant.", "variant"): [],
    # Held by the error catalogue itself.
    ("developer_errors.", "step.error"): [],
}
