"""What the old addresses are given."""

from msgspec import Struct

from idp.oauth.legacy import DialectEndpoint
from idp.web.oauth.dependencies import PublishedDependencies


class LegacyDependencies(Struct, frozen=True):
    """The old dialect, and what is published under the old addresses."""

    dialect: DialectEndpoint
    published: PublishedDependencies
