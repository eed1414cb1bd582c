"""The portals' own configuration and their registration say the same."""

from pathlib import Path

import pytest

import portals
from clients.file import read_client_file
from clients.metadata import ClientEntry
from clients.model import ClientId
from portals.relying_party.config import BANK, FEEDBACK, NATIONAL, PORTALS, Portal, portal_of
from portals.relying_party.event_token import EVENTS
from tests.unit.portals.signing import NOW

CLIENT_FILE = Path(portals.__file__).parent / "portals.yaml"
ENTRIES = {entry.client.client_id: entry for entry in read_client_file(CLIENT_FILE, NOW)}

each_portal = pytest.mark.parametrize("portal", PORTALS, ids=lambda portal: portal.client_id)


def entry_of(portal: Portal) -> ClientEntry:
    return ENTRIES[ClientId(portal.client_id)]


def test_every_portal_is_registered_and_nobody_else() -> None:
    old = [portal.legacy.client_id for portal in PORTALS if portal.legacy is not None]
    assert sorted(ENTRIES) == sorted([*(portal.client_id for portal in PORTALS), *old])


@each_portal
def test_addresses_are_registered_byte_for_byte(portal: Portal) -> None:
    client = entry_of(portal).client
    assert client.redirect_uris == (portal.redirect_uri,)
    assert client.post_logout_redirect_uris == (portal.post_logout_redirect_uri,)
    assert client.backchannel_logout_uri == f"{portal.origin}/backchannel-logout"
    assert client.backchannel_logout_session_required


@each_portal
def test_names_are_registered_in_both_languages(portal: Portal) -> None:
    assert entry_of(portal).client.client_name == {"": portal.name.vi, "en": portal.name.en}


@each_portal
def test_each_portal_authenticates_as_registered(portal: Portal) -> None:
    entry = entry_of(portal)
    assert entry.client.token_endpoint_auth_method == portal.auth_method
    assert entry.client_secret == portal.client_secret
    expected = f"{portal.origin}/jwks.json" if portal.auth_method == "private_key_jwt" else None
    assert entry.client.jwks_uri == expected


def test_every_authentication_method_is_shown() -> None:
    assert {portal.auth_method for portal in PORTALS} == {
        "client_secret_basic",
        "client_secret_post",
        "private_key_jwt",
        "none",
    }


@each_portal
def test_secrets_are_long_and_say_that_they_are_for_demonstration(portal: Portal) -> None:
    secret = portal.client_secret
    # Authlib sends Basic credentials unescaped (RFC 6749 2.3.1), so the secret may need no escaping.
    assert secret is None or (len(secret) >= 32 and secret.startswith("demo-only-") and secret.isascii())


@each_portal
def test_tokens_are_signed_with_the_pinned_algorithm(portal: Portal) -> None:
    assert entry_of(portal).client.id_token_signed_response_alg == portal.id_token_algorithm == "ES256"


@each_portal
def test_no_portal_asks_for_more_than_it_is_registered_for(portal: Portal) -> None:
    registered = set(entry_of(portal).client.scope)
    chosen = {"profile"} if portal.pseudonymous else set()
    assert set(portal.scope.split()) | chosen == registered
    assert "offline_access" not in registered


def test_old_code_is_registered_with_its_secret_a_last_day_and_the_subjects_of_the_new() -> None:
    (portal,) = [portal for portal in PORTALS if portal.legacy is not None]
    old = portal.legacy
    assert old is not None
    entry = ENTRIES[ClientId(old.client_id)]
    assert entry.client_secret == old.client_secret
    assert entry.client.legacy_dialect_until is not None
    assert entry.client.sector_identifier == entry_of(portal).client.sector_identifier
    assert entry.client.redirect_uris == (f"{portal.origin}{old.path}/sso/callback",)


def test_oidc_core_8_1_no_two_portals_share_a_pairwise_sector() -> None:
    assert len({entry.client.sector_identifier for entry in ENTRIES.values()}) == len(PORTALS)
    assert {entry.client.subject_type for entry in ENTRIES.values()} == {"pairwise"}


def test_only_the_bank_is_outside_the_state() -> None:
    assert {name for name, entry in ENTRIES.items() if entry.client.sector == "other"} == {BANK.client_id}


def test_bank_and_feedback_ask_for_consent() -> None:
    asking = {name for name, entry in ENTRIES.items() if entry.client.require_consent}
    assert asking == {BANK.client_id, FEEDBACK.client_id}


def test_only_the_national_portal_refreshes() -> None:
    refreshing = {name for name, entry in ENTRIES.items() if "refresh_token" in entry.client.grant_types}
    assert refreshing == {NATIONAL.client_id}


@each_portal
def test_white_text_on_the_accent_is_readable(portal: Portal) -> None:
    """WCAG 2.2 1.4.3: 4.5 to 1."""

    def luminance(colour: str) -> float:
        parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    for other in ("#ffffff", portal.colours.tint):
        assert (luminance(other) + 0.05) / (luminance(portal.colours.accent) + 0.05) >= 4.5


def test_a_portal_is_found_by_its_client_id() -> None:
    assert portal_of("ha-noi").port == 8103
    with pytest.raises(KeyError):
        portal_of("nobody")


@each_portal
def test_who_shows_events_has_subscribed_to_all_that_it_knows(portal: Portal) -> None:
    client = entry_of(portal).client
    expected = (f"{portal.origin}/security-events", EVENTS) if portal.receives_events else (None, ())
    assert (client.security_event_endpoint, client.security_events) == expected
