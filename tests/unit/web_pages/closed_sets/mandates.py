"""The closed sets that the texts of organisations and mandates are put together from."""

from typing import get_args

from idp.delegation.model import MandateKind, Power
from idp.proofing.registers.enterprise_model import EnterpriseState
from idp.web.delegation.pages import (
    CLAIM_REFUSALS,
    WARD_REFUSALS,
    MandatesDone,
    MandateState,
    OrganisationsDone,
    OrganisationSilence,
)

MANDATE_SETS = {
    ("mandates.done_", "page.done"): [f"mandates.done_{word}" for word in get_args(MandatesDone)],
    ("mandates_state.", "entry.state"): [f"mandates_state.{word}" for word in get_args(MandateState)],
    ("organisations.done_", "page.done"): [f"organisations.done_{word}" for word in get_args(OrganisationsDone)],
    ("organisations.silence_", "organisation.silence"): [
        f"organisations.silence_{word}" for word in get_args(OrganisationSilence) if word
    ],
    ("organisations_status.", "organisation.status"): [f"organisations_status.{one}" for one in EnterpriseState],
    ("claim_refused.", "page.refused"): [f"claim_refused.{one}" for one in CLAIM_REFUSALS],
    ("acting_kind.", "entry.kind"): [f"acting_kind.{kind}" for kind in MandateKind],
    ("ward_refused.", "page.refused"): [f"ward_refused.{one}" for one in WARD_REFUSALS],
    ("give_power.", "power"): [f"give_power.{power}" for power in Power],
}
