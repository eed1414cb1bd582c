"""Who somebody is and which browsers are theirs: made once for the features that ask."""

from idp.account.own_identity import OwnIdentities
from idp.app.foundation.opening import Foundation
from idp.kernel.key_purposes import KeyPurpose
from idp.sign_in.devices import KnownDevices


def compose_own_identities(foundation: Foundation) -> OwnIdentities:
    """Return what reads and changes one's own identity."""
    shared = foundation.shared
    return OwnIdentities(foundation.database.identities, shared.sealer, shared.number_index)


def compose_devices(foundation: Foundation) -> KnownDevices:
    """Return what knows the browsers of an account, and tells of a new one."""
    mark = foundation.root_key.hash_key(KeyPurpose.DEVICES)
    return KnownDevices(foundation.database.devices, mark, foundation.shared.notices)
