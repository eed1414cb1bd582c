"""What the provider itself runs with, in one hand: what the console and the API are both given."""

from msgspec import Struct

from idp.admin.infrastructure.changes import KeyChanges, LineStops
from idp.admin.infrastructure.register_lines import RegisterLines
from idp.admin.infrastructure.signing_keys import SigningKeys
from idp.admin.infrastructure.upstream_lines import UpstreamLines


class Estate(Struct, frozen=True):
    """The use cases over signing keys, registers and upstream providers."""

    keys: SigningKeys
    registers: RegisterLines
    upstreams: UpstreamLines
    key_changes: KeyChanges
    stops: LineStops
