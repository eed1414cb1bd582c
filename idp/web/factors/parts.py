"""What the pages of second factors are given."""

from msgspec import Struct

from idp.factors.approvals import Approvals
from idp.factors.checks import FactorChecks
from idp.factors.model import FactorReader
from idp.factors.recovery_codes.service import RecoveryCodes
from idp.factors.totp.service import TotpEnrolment
from idp.factors.two_steps import TwoSteps
from idp.sign_in.second_steps import SecondSteps
from idp.sign_in.step_up import StepUp


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
