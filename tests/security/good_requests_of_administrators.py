"""Honest requests of a national operator to every page of the console."""

from collections.abc import Mapping

from idp.accounts.roles import NATIONAL, Role
from tests.flows.conftest import CITIZENS
from tests.security.hostile_requests import Fields, GoodRequest
from tests.security.in_process import Edge
from tests.security.walk import Walk

# What the form of each page is sent with, besides what the page itself put into it.
_FORMS: Mapping[str, Fields] = {}
_READ_ONLY = ("/admin",)


def requests_of_administrators(edge: Edge) -> tuple[GoodRequest, ...]:
    """Return a request to every page; the one who sends it holds every permission and showed two factors lately."""
    walk = Walk(edge)
    walk.sign_in(CITIZENS[1])
    edge.appoint(Role.NATIONAL_OPERATOR, NATIONAL)
    found = [walk.good(path, {}) for path in _READ_ONLY]
    for path, fields in _FORMS.items():
        address, page = walk.page(path)
        assert address == path, f"{path} led to {address}"
        found.append(walk.good(path, {**page.values, **fields}))
    return tuple(found)
