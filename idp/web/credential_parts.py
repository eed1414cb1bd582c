"""What the pages of passwords and contacts are given."""

from dataclasses import dataclass

from idp.selfservice.contacts import OwnContacts
from idp.selfservice.devices import KnownDevices
from idp.selfservice.own_password import OwnPassword


@dataclass(frozen=True, slots=True)
class CredentialParts:
    """The use cases of one's own password, contacts and known devices."""

    password: OwnPassword
    contacts: OwnContacts
    devices: KnownDevices
