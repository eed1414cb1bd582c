"""What the provider itself runs with, in one hand: what the console and the API are both given."""

from dataclasses import dataclass

from idp.admin.estate_changes import KeyChanges, LineStops
from idp.admin.register_lines import RegisterLines
from idp.admin.signing_keys import SigningKeys
from idp.admin.upstream_lines import UpstreamLines


@dataclass(frozen=True, slots=True)
class Estate:
    """The use cases over signing keys, registers and upstream providers."""

    keys: SigningKeys
    registers: RegisterLines
    upstreams: UpstreamLines
    key_changes: KeyChanges
    stops: LineStops
