"""What the pages of passwords and contacts are given."""

from msgspec import Struct

from idp.selfservice.contacts import OwnContacts
from idp.selfservice.devices import KnownDevices
from idp.selfservice.own_password import OwnPassword


class CredentialParts(Struct, frozen=True):
    """The use cases of one's own password, contacts and known devices."""

    password: OwnPassword
    contacts: OwnContacts
    devices: KnownDevices
