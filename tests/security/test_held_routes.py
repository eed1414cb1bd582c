"""Every address of the provider, with its methods: a move of code leaves them equal."""

from tests.security.in_process import Edge
from tests.unit.held.snapshots import hold


def test_every_address_is_where_it_was(edge: Edge) -> None:
    hold("routes", (f"{path} {method}" for method, path in sorted(edge.routes, key=lambda route: route[::-1])))
