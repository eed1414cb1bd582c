"""Levels that clients name and the table lacks: told by the doctor, and no server starts with them."""

import pytest

from clients.model import Client, ClientId
from idp.app.foundation.known_levels import refuse_unknown_levels
from idp.cli.doctor.store import (
    foreign_resources,
    missing_logos,
    shared_sectors,
    unreachable_levels,
)
from idp.environment import SettingsError
from records.structs import replace
from tests.support.builders.protocol import CLIENT, NOW

KNOWN = replace(CLIENT, minimum_acr="loa2", default_acr_values=("loa3",))


@pytest.mark.parametrize(
    "unknown", [replace(KNOWN, minimum_acr="loa9"), replace(KNOWN, default_acr_values=("loa1", "loa9"))]
)
def test_no_server_starts_with_a_client_that_names_another_level(unknown: Client) -> None:
    with pytest.raises(SettingsError, match=r"^IDP_LEVELS_FILE: the client portal names the level loa9"):
        refuse_unknown_levels([KNOWN, unknown])
    refuse_unknown_levels([KNOWN, replace(unknown, disabled_at=NOW)])
    (finding,) = unreachable_levels(unknown)
    assert (finding.verdict, "loa9" in finding.found) == ("fail", True)
    assert not list(unreachable_levels(KNOWN))


def test_a_sector_that_two_agencies_have_in_production_is_told() -> None:
    own = replace(CLIENT, agency="H26", sector_identifier="dichvucong.example")
    other = replace(own, client_id=ClientId("other"), agency="G15")
    assert len(list(shared_sectors([own, other]))) == 2
    for alone in (replace(other, agency="H26"), replace(other, stage="sandbox"), replace(other, sector_identifier="b")):
        assert not [one for one in shared_sectors([own, alone]) if one.found.startswith("portal")]


def test_a_resource_of_another_agency_is_told() -> None:
    """Registrations from before its owner was asked."""
    own = replace(CLIENT, agency="H26", resource="https://records.example/api", resource_agency="H26")
    guest = replace(own, client_id=ClientId("guest"), agency="G15")
    found = [one.found for one in foreign_resources([own, guest, replace(guest, stage="sandbox")])]
    assert found == ["guest: its tokens are for https://records.example/api, which belongs to H26"]


def test_a_logo_that_was_never_fetched_is_told() -> None:
    named = replace(CLIENT, logo_uri="https://portal.example/logo.png")
    (finding,) = missing_logos([CLIENT, named, replace(named, logo="a.png")])
    assert finding.remedy == "run `idp clients fetch-logo portal`"
