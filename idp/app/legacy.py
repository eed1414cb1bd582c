"""The legacy sign-on over the use cases that everybody has, with its own life of access tokens."""

from datetime import timedelta

from idp.app.foundation.opening import Foundation
from idp.app.oauth import Endpoints, compose_loaders
from idp.oauth.devices.polls import PollPace
from idp.oauth.inspection import InspectionEndpoint
from idp.oauth.legacy import LegacyEndpoint
from idp.oauth.token import TokenEndpoint
from idp.protocol.provider import Provider
from records.structs import replace

# Old portals keep their own session for as long as introspection calls the token active, and do not refresh. They
# ask each time, so a revocation is seen at once. 1,800 s is what they have from VNeID today (vietnam.md 8.4).
ACCESS_TOKEN_LIFE = timedelta(minutes=30)


def compose_legacy(foundation: Foundation, provider: Provider, endpoints: Endpoints) -> LegacyEndpoint:
    """Return the face for portals that are not rewritten yet."""
    database, clock = foundation.database, foundation.clock
    legacy_provider = replace(provider, policy=replace(provider.policy, access_token_life=ACCESS_TOKEN_LIFE))
    channel = replace(endpoints.channel, provider=legacy_provider)
    return LegacyEndpoint(
        legacy_provider,
        foundation.registry,
        token=TokenEndpoint(
            channel,
            compose_loaders(foundation, endpoints.channel, endpoints.codes, endpoints.persons),
            PollPace(provider, foundation.shortlived),
        ),
        inspection=InspectionEndpoint(channel, database.grants),
        userinfo=endpoints.back_channel.userinfo,
        logout=endpoints.logout,
        clock=clock,
    )
