"""What the pages of signing out are given."""

from msgspec import Struct

from idp.account.ratings import Ratings
from idp.kernel.outbox import Outbox
from idp.oauth.logout import LogoutEndpoint
from idp.web.http.dependencies import WebDependencies


class LogoutDependencies(Struct, frozen=True):
    """Signing out, which portals were told, and the question that follows."""

    web: WebDependencies
    logout: LogoutEndpoint
    outbox: Outbox
    ratings: Ratings
