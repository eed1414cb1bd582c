"""What the pages of officers are given."""

from msgspec import Struct

from idp.officers.counter import Counter
from idp.officers.counter_phone import CounterPhone
from idp.officers.enrolment import OfficerEnrolment
from idp.officers.model import OfficerReader
from idp.recovery.assisted import AssistedRecovery
from idp.sign_in.password import SignIn
from idp.sign_in.second_steps import SecondSteps


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
