"""The use cases of second factors, put together."""

from datetime import timedelta

from msgspec import Struct

from idp.app.foundation.opening import Foundation
from idp.factors.approvals import ApprovalFactor, Approvals
from idp.factors.checks import FactorChecks
from idp.factors.drafts import FactorDraft
from idp.factors.model import FactorReader
from idp.factors.one_time_codes.service import OneTimeCodes
from idp.factors.one_time_codes.sms import SmsFactor
from idp.factors.passkey.service import Passkeys
from idp.factors.recovery_codes.service import NewCodes, RecoveryCodeFactor, RecoveryCodes
from idp.factors.totp.service import TotpDraft, TotpEnrolment, TotpFactor
from idp.factors.tries import FactorTries
from idp.factors.two_steps import TwoSteps
from idp.kernel.key_purposes import KeyPurpose
from idp.protocol.provider import Provider
from idp.sessions.browser_sessions import BrowserSessions
from idp.sign_in.devices import KnownDevices
from idp.sign_in.drafts import DraftStore
from idp.sign_in.second_steps import SecondSteps
from idp.sign_in.step_up import StepUp

# A person who fetches the phone from another room finds the question where it was.
FACTOR_LIFE = timedelta(minutes=30)
SETUP_LIFE = timedelta(minutes=15)
# Between making a set of recovery codes and the page that shows it.
NEW_CODES_LIFE = timedelta(minutes=5)


class SecondFactors(Struct, frozen=True):
    """The use cases of second factors."""

    checks: FactorChecks
    step_up: StepUp
    second_steps: SecondSteps
    enrolled: FactorReader
    totp: TotpEnrolment
    recovery_codes: RecoveryCodes
    approvals: Approvals
    two_steps: TwoSteps


def compose_factors(
    foundation: Foundation,
    provider: Provider,
    sessions: BrowserSessions,
    codes: OneTimeCodes,
    devices: KnownDevices,
    passkeys: Passkeys,
) -> SecondFactors:
    """Return everything about second factors."""
    notices = devices.notices
    database, clock, root, sealer = foundation.database, foundation.clock, foundation.root_key, provider.sealer
    ledger, factors, code_hash = database.ledger, database.factors, root.hash_key(KeyPurpose.RECOVERY_CODES)
    tries, wait = FactorTries(ledger, factors), foundation.settings.change_wait
    drafts = DraftStore(foundation.shortlived, sealer, "second-factor", FactorDraft, FACTOR_LIFE)
    setups = DraftStore(foundation.shortlived, sealer, "totp-setup", TotpDraft, SETUP_LIFE)
    new_codes = DraftStore(foundation.shortlived, sealer, "new-recovery-codes", NewCodes, NEW_CODES_LIFE)
    checks = FactorChecks(
        drafts=drafts,
        factors=factors,
        approvers=database.approvals,
        passkeys=passkeys,
        totp=TotpFactor(factors, tries, ledger, sealer),
        approval=ApprovalFactor(database.approvals, ledger),
        sms=SmsFactor(codes, tries, ledger, foundation.shortlived, sealer, foundation.national_settings),
        recovery_codes=RecoveryCodeFactor(factors, tries, ledger, code_hash),
        clock=clock,
    )
    return SecondFactors(
        checks=checks,
        step_up=StepUp(checks, drafts, sessions, root.hash_key(KeyPurpose.CHALLENGES_OF_SESSIONS), clock),
        second_steps=SecondSteps(
            checks, drafts, database.accounts, sessions, devices, root.hash_key(KeyPurpose.SECOND_STEPS), clock
        ),
        enrolled=factors,
        totp=TotpEnrolment(setups, factors, ledger, sealer, notices, clock, wait),
        recovery_codes=RecoveryCodes(new_codes, ledger, notices, code_hash, clock, wait),
        approvals=Approvals(database.approvals, ledger, root.hash_key(KeyPurpose.APPROVAL_CHOICES), clock, notices),
        two_steps=TwoSteps(ledger, notices, clock, wait),
    )
