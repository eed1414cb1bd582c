"""What the pages of upstream providers are given."""

from dataclasses import dataclass

from idp.federation.service import Federation
from idp.selfservice.own_upstreams import OwnUpstreams
from idp.selfservice.upstream_first_time import UpstreamFirstTime
from idp.selfservice.upstream_linking import UpstreamLinking
from idp.selfservice.upstream_sign_in import UpstreamSignIn


@dataclass(frozen=True, slots=True)
class UpstreamParts:
    """Signing in through a provider, the first time, one's own links, linking from inside."""

    federation: Federation
    sign_in: UpstreamSignIn
    first_time: UpstreamFirstTime
    own: OwnUpstreams
    linking: UpstreamLinking
