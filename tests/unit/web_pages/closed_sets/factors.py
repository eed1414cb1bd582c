"""The closed sets that the templates of second factors build text keys from."""

from collections.abc import Mapping, Sequence
from typing import get_args

from idp.factors.approvals import Answered
from idp.factors.contacts.model import ContactKind
from idp.factors.drafts import AuthenticationMethod
from idp.recovery.holdings import HoldingKind
from idp.web.factors.credential_pages import PhoneState
from idp.web.factors.pages import FactorChange, StepPurpose
from idp.web.factors.passkey_pages import Change

FACTOR_SETS: Mapping[tuple[str, str], Sequence[str]] = {
    ("second_step.title_", "page.purpose"): [f"second_step.title_{key}" for key in get_args(StepPurpose)],
    ("second_step.why_", "page.purpose"): [f"second_step.why_{key}" for key in get_args(StepPurpose)],
    ("second_step.lead_", "page.way"): [f"second_step.lead_{key}" for key in AuthenticationMethod],
    ("second_step.other_", "other.way"): [f"second_step.other_{key}" for key in AuthenticationMethod],
    ("factors.done_", "page.done"): [f"factors.done_{key}" for key in get_args(FactorChange)],
    ("passkeys.done_", "page.done"): [f"passkeys.done_{key}" for key in get_args(Change)],
    ("approvals.answered_", "page.answered"): [f"approvals.answered_{key}" for key in Answered],
    ("recover_password.holds_", "one.kind"): [f"recover_password.holds_{kind}" for kind in HoldingKind],
    ("contacts.phone_", "page.phone_age.state"): [f"contacts.phone_{key}" for key in get_args(PhoneState)],
    ("contacts.waits_", "one.kind"): [f"contacts.waits_{key}" for key in get_args(ContactKind)],
    ("contacts.withdraw_", "one.kind"): [f"contacts.withdraw_{key}" for key in get_args(ContactKind)],
}
