"""What the pages of second factors are given."""

from msgspec import Struct

from idp.factors.approvals import Approvals
from idp.factors.checks import FactorChecks
from idp.factors.contacts.service import OwnContacts
from idp.factors.model import FactorReader
from idp.factors.passkey.own_passkeys import OwnPasskeys
from idp.factors.password.own_password import OwnPassword
from idp.factors.recovery_codes.service import RecoveryCodes
from idp.factors.totp.service import TotpEnrolment
from idp.factors.two_steps import TwoSteps
from idp.sign_in.password import SignIn
from idp.sign_in.step_up import StepUp
from idp.web.http.dependencies import WebDependencies


class FactorDependencies(Struct, frozen=True):
    """Confirming, and changing one's own factors, password and contacts."""

    web: WebDependencies
    sign_in: SignIn
    checks: FactorChecks
    step_up: StepUp
    enrolled: FactorReader
    totp: TotpEnrolment
    recovery_codes: RecoveryCodes
    approvals: Approvals
    two_steps: TwoSteps
    passkeys: OwnPasskeys
    password: OwnPassword
    contacts: OwnContacts
