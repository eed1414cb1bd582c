"""What the pages of second factors are given."""

from msgspec import Struct

from idp.accounts.factors import FactorReader
from idp.selfservice.approvals import Approvals
from idp.selfservice.factor_checks import FactorChecks
from idp.selfservice.recovery_codes import RecoveryCodes
from idp.selfservice.second_steps import SecondSteps
from idp.selfservice.step_up import StepUp
from idp.selfservice.totp import TotpEnrolment
from idp.selfservice.two_steps import TwoSteps


class FactorParts(Struct, frozen=True):
    """The use cases of second factors."""

    checks: FactorChecks
    step_up: StepUp
    second_steps: SecondSteps
    enrolled: FactorReader
    totp: TotpEnrolment
    recovery_codes: RecoveryCodes
    approvals: Approvals
    two_steps: TwoSteps
