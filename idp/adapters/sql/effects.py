"""How each effect is written: one table from the effect's type to its statements."""

from collections.abc import Iterable, Mapping

from idp.adapters.sql.account.account_writes import ACCOUNT_WRITES
from idp.adapters.sql.account.forgetting import FORGETTING_WRITES
from idp.adapters.sql.account.given_back import GIVEN_BACK_WRITES
from idp.adapters.sql.account.merging.joining_writes import JOINING_WRITES
from idp.adapters.sql.account.merging.merged_mandates import MERGED_MANDATE_WRITES
from idp.adapters.sql.account.merging.writes import MERGE_WRITES
from idp.adapters.sql.account.notice_writes import NOTICE_WRITES
from idp.adapters.sql.account.writes import OWN_WRITES
from idp.adapters.sql.administrators.writes import ROLE_WRITES
from idp.adapters.sql.agencies.holding_writes import HOLDING_WRITES
from idp.adapters.sql.agencies.officer_list_writes import OFFICER_LIST_WRITES
from idp.adapters.sql.agencies.writes import AGENCY_WRITES
from idp.adapters.sql.audit.writes import AUDIT_WRITES
from idp.adapters.sql.changes.writes import CHANGE_WRITES
from idp.adapters.sql.clients.logos import LOGO_WRITES
from idp.adapters.sql.clients.refusals import REFUSAL_WRITES
from idp.adapters.sql.clients.writes import CLIENT_WRITES
from idp.adapters.sql.delegation.checks import MANDATE_CHECK_WRITES
from idp.adapters.sql.delegation.organisation_writes import ORGANISATION_WRITES
from idp.adapters.sql.delegation.silence_writes import SILENCE_WRITES
from idp.adapters.sql.delegation.writes import MANDATE_WRITES
from idp.adapters.sql.dynamic_registration.writes import DYNAMIC_REGISTRATION_WRITES
from idp.adapters.sql.engine.statements import Step
from idp.adapters.sql.engine.writes import Write
from idp.adapters.sql.factors.approval_writes import APPROVAL_WRITES
from idp.adapters.sql.factors.contact_writes import CONTACT_WRITES
from idp.adapters.sql.factors.passkey_writes import PASSKEY_WRITES
from idp.adapters.sql.factors.phone_writes import PHONE_WRITES
from idp.adapters.sql.factors.waiting_writes import WAITING_WRITES
from idp.adapters.sql.factors.writes import FACTOR_WRITES
from idp.adapters.sql.grants.device_requests import DEVICE_REQUEST_WRITES
from idp.adapters.sql.grants.writes import GRANT_WRITES
from idp.adapters.sql.infrastructure.installation import INSTALLATION_WRITES
from idp.adapters.sql.infrastructure.outbox_writes import OUTBOX_WRITES
from idp.adapters.sql.metrics.hours import METRICS_WRITES
from idp.adapters.sql.officers.writes import OFFICER_WRITES
from idp.adapters.sql.proofing.writes import PROOF_WRITES
from idp.adapters.sql.recovery.writes import RECOVERY_WRITES
from idp.adapters.sql.sessions.acting_writes import ACTING_WRITES
from idp.adapters.sql.sessions.writes import SESSION_WRITES
from idp.adapters.sql.settings.writes import SETTING_WRITES
from idp.adapters.sql.sign_in.count_writes import COUNT_WRITES
from idp.adapters.sql.sign_in.device_writes import DEVICE_WRITES
from idp.adapters.sql.signing_keys.writes import KEY_WRITES
from idp.adapters.sql.upstream.writes import UPSTREAM_WRITES
from idp.kernel.effects import Effect

WRITES: Mapping[type[Effect], Write] = {
    **ACCOUNT_WRITES,
    **SESSION_WRITES,
    **GRANT_WRITES,
    **DEVICE_REQUEST_WRITES,
    **COUNT_WRITES,
    **REFUSAL_WRITES,
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
    **METRICS_WRITES,
    **SETTING_WRITES,
    **INSTALLATION_WRITES,
    **DYNAMIC_REGISTRATION_WRITES,
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
        parameters = write.binder.parameters(effect)
        steps.extend(
            Step(statement, parameters, claim=effect.claim and place == write.decides)
            for place, statement in enumerate(write.statements)
        )
    return steps
