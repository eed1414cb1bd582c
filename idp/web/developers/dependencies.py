"""What the corner of portal teams is given."""

from msgspec import Struct

from idp.kernel.clock import Clock
from idp.protocol.policy import ProtocolPolicy
from idp.protocol.sender.mutual_tls import MutualTls


class DeveloperDependencies(Struct, frozen=True):
    """What the provider says of itself."""

    issuer: str
    policy: ProtocolPolicy
    clock: Clock
    mutual_tls: MutualTls | None = None
