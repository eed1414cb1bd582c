"""What the pages of officers are given."""

from msgspec import Struct

from idp.accounts.officers import OfficerReader
from idp.selfservice.assisted_recovery import AssistedRecovery
from idp.selfservice.counter import Counter
from idp.selfservice.counter_phone import CounterPhone
from idp.selfservice.officer_enrolment import OfficerEnrolment
from idp.selfservice.second_steps import SecondSteps
from idp.selfservice.sign_in import SignIn


class OfficerParts(Struct, frozen=True):
    """The use cases of officers."""

    reader: OfficerReader
    enrolment: OfficerEnrolment
    counter: Counter
    counter_phone: CounterPhone
    # Passwords and second factors of citizens on the counter's screen: drafts that open nothing elsewhere.
    screen_sign_in: SignIn
    screen_steps: SecondSteps
    recovery: AssistedRecovery
