"""What the pages of upstream providers are given."""

from msgspec import Struct

from idp.oauth.authorize import AuthorizeEndpoint
from idp.sign_in.waiting_room import WaitingRoom
from idp.upstream.first_time import UpstreamFirstTime
from idp.upstream.linking import UpstreamLinking
from idp.upstream.own_links import OwnUpstreams
from idp.upstream.service import Federation
from idp.upstream.sign_in import UpstreamSignIn
from idp.web.http.dependencies import WebDependencies


class UpstreamDependencies(Struct, frozen=True):
    """Signing in through a provider, the first time, one's own links, linking from inside."""

    web: WebDependencies
    authorize: AuthorizeEndpoint
    waiting: WaitingRoom
    federation: Federation
    sign_in: UpstreamSignIn
    first_time: UpstreamFirstTime
    own: OwnUpstreams
    linking: UpstreamLinking
