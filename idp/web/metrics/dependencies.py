"""What the pages of open data are given."""

from msgspec import Struct

from clients.registry import ClientRegistry
from idp.metrics.publishing import PublishedMetrics


class OpenDataDependencies(Struct, frozen=True):
    """The published numbers, and the names of the clients they are of."""

    published_metrics: PublishedMetrics
    registry: ClientRegistry
