"""What the pages of passwords and contacts are given."""

from msgspec import Struct

from idp.factors.contacts.service import OwnContacts
from idp.factors.password.own_password import OwnPassword
from idp.sign_in.devices import KnownDevices


class CredentialParts(Struct, frozen=True):
    """The use cases of one's own password, contacts and known devices."""

    password: OwnPassword
    contacts: OwnContacts
    devices: KnownDevices
