"""What the pages of upstream providers are given."""

from msgspec import Struct

from idp.federation.service import Federation
from idp.selfservice.own_upstreams import OwnUpstreams
from idp.selfservice.upstream_first_time import UpstreamFirstTime
from idp.selfservice.upstream_linking import UpstreamLinking
from idp.selfservice.upstream_sign_in import UpstreamSignIn


class UpstreamParts(Struct, frozen=True):
    """Signing in through a provider, the first time, one's own links, linking from inside."""

    federation: Federation
    sign_in: UpstreamSignIn
    first_time: UpstreamFirstTime
    own: OwnUpstreams
    linking: UpstreamLinking
