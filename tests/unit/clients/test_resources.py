"""Whose a resource is: its first agency's, as long as anybody in production has it."""

import pytest

from clients.model import Client, ClientId
from clients.resources import is_first_of_its_host, with_owner
from records.structs import replace
from tests.support.builders.protocol import CLIENT

API = "https://records.example/api"
OWN = replace(CLIENT, client_id=ClientId("own"), agency="H26", resource=API, resource_agency="H26")
GUEST = replace(OWN, client_id=ClientId("guest"), agency="H37")
NEW = replace(CLIENT, client_id=ClientId("new"), agency="G15", resource=API)


@pytest.mark.parametrize(
    ("client", "stored", "owner"),
    [
        (NEW, [], "G15"),
        (NEW, [OWN], "H26"),
        (NEW, [GUEST], "H26"),
        (NEW, [replace(OWN, stage="sandbox", resource_agency=None)], "G15"),
        (NEW, [replace(OWN, resource="https://records.example/other")], "G15"),
        (replace(NEW, stage="sandbox"), [OWN], None),
        (replace(OWN, resource=None), [OWN], None),
        # A guest that stays when everybody else has gone does not become the owner by any change of its own.
        (replace(GUEST, client_name={"": "x"}, resource_agency=None), [GUEST], "H26"),
        # With its last client a resource goes to the agency that takes that up.
        (replace(OWN, agency="G15"), [OWN], "G15"),
        (replace(OWN, agency="G15"), [OWN, GUEST], "H26"),
    ],
    ids=["first", "taken", "guest's", "sandbox's", "another", "in the sandbox", "given up", "left", "moved", "shared"],
)
def test_a_resource_belongs_to_whoever_had_it_first(client: Client, stored: list[Client], owner: str | None) -> None:
    assert with_owner(client, stored).resource_agency == owner


@pytest.mark.parametrize(
    ("resource", "first"),
    [
        ("https://records.example/more", False),
        ("https://RECORDS.example./more", False),
        ("https://other.example/api", True),
        ("urn:records", True),
    ],
)
def test_a_host_is_one_host_however_it_is_spelt(resource: str, *, first: bool) -> None:
    more = replace(OWN, client_id=ClientId("more"), resource=resource)
    assert is_first_of_its_host(more, [OWN]) is first
    assert is_first_of_its_host(replace(more, agency="H37", resource_agency="H37"), [OWN])
