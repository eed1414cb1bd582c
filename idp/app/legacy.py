"""The old dialect over the use cases that everybody has, with its own life of access tokens."""

from datetime import timedelta

from idp.app.foundation.opening import Foundation
from idp.oauth.back_channel import BackChannel
from idp.oauth.client_keys import ClientKeys
from idp.oauth.codes import CodeShelf
from idp.oauth.grants import grant_loaders
from idp.oauth.inspection import InspectionEndpoint
from idp.oauth.legacy import DialectEndpoint
from idp.oauth.logout import LogoutEndpoint
from idp.oauth.token import TokenEndpoint
from idp.oauth.userinfo import UserinfoEndpoint
from idp.protocol.house import House
from records.structs import replace

# Old portals keep their own session for as long as introspection calls the token active, and do not refresh. They
# ask each time, so a revocation is seen at once. 1,800 s is what they have from VNeID today (vietnam.md 8.4).
ACCESS_TOKEN_LIFE = timedelta(minutes=30)


def compose_dialect(
    foundation: Foundation, house: House, *, userinfo: UserinfoEndpoint, logout: LogoutEndpoint
) -> DialectEndpoint:
    """Return the face for portals that are not rewritten yet."""
    database, clock = foundation.database, foundation.clock
    old_house = replace(house, policy=replace(house.policy, access_token_life=ACCESS_TOKEN_LIFE))
    channel = BackChannel(old_house, foundation.registry, ClientKeys(foundation.caller), database.ledger, clock)
    codes = CodeShelf(foundation.shortlived, house.policy.code_memory)
    return DialectEndpoint(
        old_house,
        foundation.registry,
        token=TokenEndpoint(channel, grant_loaders(house, codes, database.grants)),
        inspection=InspectionEndpoint(channel, database.grants),
        userinfo=userinfo,
        logout=logout,
        clock=clock,
    )
