"""Keys, registers and upstream providers, as the console and the API are given them."""

from msgspec import Struct

from idp.admin.infrastructure.changes import KeyChanges, ServiceStops
from idp.admin.infrastructure.register_overview import RegisterOverview
from idp.admin.infrastructure.signing_keys import SigningKeys
from idp.admin.infrastructure.upstream_overview import UpstreamOverview


class Infrastructure(Struct, frozen=True):
    """The use cases over signing keys, registers and upstream providers."""

    keys: SigningKeys
    registers: RegisterOverview
    upstreams: UpstreamOverview
    key_changes: KeyChanges
    stops: ServiceStops
