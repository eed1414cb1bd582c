"""What the pages of signing out are given."""

from msgspec import Struct

from idp.account.ratings import Ratings
from idp.kernel.outbox import Outbox
from idp.oauth.front_channel import FrontChannelLogout
from idp.oauth.logout import LogoutEndpoint
from idp.web.http.dependencies import WebDependencies


class FarewellDependencies(Struct, frozen=True):
    """Which portals were told and which the browser still tells, and the question that follows."""

    web: WebDependencies
    outbox: Outbox
    ratings: Ratings
    front_channel: FrontChannelLogout


class LogoutDependencies(Struct, frozen=True):
    """Signing out, and what the last page says."""

    web: WebDependencies
    logout: LogoutEndpoint
    farewell: FarewellDependencies
