"""What the pages of officers are given."""

from msgspec import Struct

from idp.officers.counter import Counter
from idp.officers.counter_phone import CounterPhone
from idp.officers.enrolment import OfficerEnrolment
from idp.recovery.assisted import AssistedRecovery
from idp.sign_in.password import SignIn
from idp.sign_in.second_steps import SecondSteps
from idp.web.http.dependencies import WebDependencies


class OfficerDependencies(Struct, frozen=True):
    """Setting an officer's account up, helping a citizen at a counter."""

    web: WebDependencies
    enrolment: OfficerEnrolment
    counter: Counter
    counter_phone: CounterPhone
    # Passwords and second factors of citizens on the counter's screen: drafts that open nothing elsewhere.
    screen_sign_in: SignIn
    screen_steps: SecondSteps
    recovery: AssistedRecovery
