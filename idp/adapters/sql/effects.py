"""How each effect is written: one table from the effect's type to its statements."""

from collections.abc import Iterable, Mapping

from idp.adapters.sql.effects_accounts import ACCOUNT_WRITES
from idp.adapters.sql.effects_acting import ACTING_WRITES
from idp.adapters.sql.effects_agencies import AGENCY_WRITES
from idp.adapters.sql.effects_agency_holdings import HOLDING_WRITES
from idp.adapters.sql.effects_approvals import APPROVAL_WRITES
from idp.adapters.sql.effects_audit import AUDIT_WRITES
from idp.adapters.sql.effects_changes import CHANGE_WRITES
from idp.adapters.sql.effects_changes_that_wait import WAITING_WRITES
from idp.adapters.sql.effects_clients import CLIENT_WRITES
from idp.adapters.sql.effects_contacts import CONTACT_WRITES
from idp.adapters.sql.effects_counts import COUNT_WRITES
from idp.adapters.sql.effects_devices import DEVICE_WRITES
from idp.adapters.sql.effects_factors import FACTOR_WRITES
from idp.adapters.sql.effects_given_back import GIVEN_BACK_WRITES
from idp.adapters.sql.effects_grants import GRANT_WRITES
from idp.adapters.sql.effects_joining import JOINING_WRITES
from idp.adapters.sql.effects_keys import KEY_WRITES
from idp.adapters.sql.effects_mandates import MANDATE_WRITES
from idp.adapters.sql.effects_merged_mandates import MERGED_MANDATE_WRITES
from idp.adapters.sql.effects_merges import MERGE_WRITES
from idp.adapters.sql.effects_notices import NOTICE_WRITES
from idp.adapters.sql.effects_officer_lists import OFFICER_LIST_WRITES
from idp.adapters.sql.effects_officers import OFFICER_WRITES
from idp.adapters.sql.effects_organisations import ORGANISATION_WRITES
from idp.adapters.sql.effects_outbox import OUTBOX_WRITES
from idp.adapters.sql.effects_own import OWN_WRITES
from idp.adapters.sql.effects_passkeys import PASSKEY_WRITES
from idp.adapters.sql.effects_phones import PHONE_WRITES
from idp.adapters.sql.effects_proof import PROOF_WRITES
from idp.adapters.sql.effects_recovery import RECOVERY_WRITES
from idp.adapters.sql.effects_roles import ROLE_WRITES
from idp.adapters.sql.effects_sessions import SESSION_WRITES
from idp.adapters.sql.effects_silence import SILENCE_WRITES
from idp.adapters.sql.effects_upstreams import UPSTREAM_WRITES
from idp.adapters.sql.forgetting import FORGETTING_WRITES
from idp.adapters.sql.installation import INSTALLATION_WRITES
from idp.adapters.sql.logos import LOGO_WRITES
from idp.adapters.sql.mandate_checks import MANDATE_CHECK_WRITES
from idp.adapters.sql.national_settings import SETTING_WRITES
from idp.adapters.sql.quality import QUALITY_WRITES
from idp.adapters.sql.statements import Step
from idp.adapters.sql.writes import Write
from idp.kernel.effects import Effect

WRITES: Mapping[type[Effect], Write] = {
    **ACCOUNT_WRITES,
    **SESSION_WRITES,
    **GRANT_WRITES,
    **COUNT_WRITES,
    **DEVICE_WRITES,
    **CONTACT_WRITES,
    **PHONE_WRITES,
    **NOTICE_WRITES,
    **WAITING_WRITES,
    **RECOVERY_WRITES,
    **FACTOR_WRITES,
    **APPROVAL_WRITES,
    **OUTBOX_WRITES,
    **OFFICER_WRITES,
    **OFFICER_LIST_WRITES,
    **ROLE_WRITES,
    **OWN_WRITES,
    **FORGETTING_WRITES,
    **PROOF_WRITES,
    **PASSKEY_WRITES,
    **MANDATE_CHECK_WRITES,
    **SILENCE_WRITES,
    **MANDATE_WRITES,
    **GIVEN_BACK_WRITES,
    **ORGANISATION_WRITES,
    **ACTING_WRITES,
    **UPSTREAM_WRITES,
    **JOINING_WRITES,
    **MERGE_WRITES,
    **MERGED_MANDATE_WRITES,
    **AUDIT_WRITES,
    **CLIENT_WRITES,
    **LOGO_WRITES,
    **CHANGE_WRITES,
    **KEY_WRITES,
    **AGENCY_WRITES,
    **HOLDING_WRITES,
    **QUALITY_WRITES,
    **SETTING_WRITES,
    **INSTALLATION_WRITES,
}


def write_of(effect: Effect) -> Write:
    """Return how an effect is written; one that is not in the table is a mistake of ours, hence TypeError."""
    found = WRITES.get(type(effect))
    if found is None:
        raise TypeError(f"no way to write {type(effect).__name__}")
    return found


def steps_of(effects: Iterable[Effect]) -> list[Step]:
    """Return the steps that write the effects in their order."""
    steps: list[Step] = []
    for effect in effects:
        write = write_of(effect)
        parameters = write.parameters(effect)
        steps.extend(
            Step(statement, parameters, claim=effect.claim and place == write.decides)
            for place, statement in enumerate(write.statements)
        )
    return steps
