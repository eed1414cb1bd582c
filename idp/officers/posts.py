"""What an agency says of an officer whose account it wants, and the account that came of it."""

from datetime import datetime

from msgspec import Struct

from idp.agencies.model import SignInName
from idp.kernel.messages import MessageChannel
from idp.kernel.places import Column
from idp.kernel.secrets import Secret
from idp.officers.model import Officer
from records.structs import Unprinted


class NewPost(Struct, frozen=True):
    """What an agency says of an officer; values are checked by the caller."""

    name: SignInName
    full_name: str
    agency: str
    post: str
    # "" where the agency has no code of its own for them: one is made.
    code: str
    starts_at: datetime
    ends_at: datetime
    issued_by: str


class OfficerContact(Unprinted, Struct, frozen=True):
    """Where an officer's enrolment code goes: a phone in E.164, or an e-mail address."""

    channel: MessageChannel
    to: str


# What the contact of a code that waits is sealed for.
CONTACT_PLACE = Column("officers:contact")
PERSON_NUMBER_PLACE = Column("officers:person_number")


class Issued(Unprinted, Struct, frozen=True):
    """A new account and its enrolment code, which is shown once."""

    officer: Officer
    name: SignInName
    enrolment_code: Secret
    enrolment_ends_at: datetime
