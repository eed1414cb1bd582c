"""What the old addresses are given."""

from msgspec import Struct

from idp.oauth.legacy import LegacyEndpoint
from idp.web.oauth.dependencies import PublishedDependencies


class LegacyDependencies(Struct, frozen=True):
    """The legacy sign-on, and what is published under the old addresses."""

    legacy: LegacyEndpoint
    published: PublishedDependencies
