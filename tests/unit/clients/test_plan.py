"""What applying a file would change."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.client_secret import hash_secret
from clients.metadata import ClientEntry, parse_entry
from clients.model import Client, ClientId, ClientSecret
from clients.plan import Difference, SecretAction, plan
from records.structs import replace
from tests.unit.clients.entries import EC_KEY, HOUR, NOW, PEPPER, SECRET, client, entry

STORED_SECRET = ClientSecret(hash_secret(SECRET, PEPPER), NOW)


def wanted(**members: object) -> ClientEntry:
    return parse_entry(entry(**members), NOW + HOUR)


def stored(**members: object) -> Client:
    return replace(client(**members), secrets=(STORED_SECRET,), version=7)


def test_new_client_is_created() -> None:
    (created,) = plan([], [wanted()], PEPPER, NOW).created
    assert created.client == wanted().client
    assert created.expected_version is None
    assert created.secret_action is SecretAction.MAKE


def test_new_client_with_a_literal_secret_gets_that_one() -> None:
    (created,) = plan([], [wanted(client_secret=SECRET)], PEPPER, NOW).created
    assert (created.secret_action, created.literal_secret) == (SecretAction.SET, SECRET)
    assert SECRET not in repr(created)


def test_new_client_without_secrets_gets_none() -> None:
    (created,) = plan([], [wanted(token_endpoint_auth_method="none")], PEPPER, NOW).created
    assert created.secret_action is SecretAction.KEEP


def test_same_entry_again_changes_nothing() -> None:
    result = plan([stored()], [wanted()], PEPPER, NOW + HOUR)
    assert (result.created, result.changed, result.unchanged) == ((), (), ("portal",))


def test_literal_secret_that_still_verifies_changes_nothing() -> None:
    assert plan([stored()], [wanted(client_secret=SECRET)], PEPPER, NOW).unchanged == ("portal",)


def test_other_literal_secret_is_a_change_that_prints_no_secret() -> None:
    (changed,) = plan([stored()], [wanted(client_secret="another-literal-secret-here")], PEPPER, NOW).changed
    assert changed.secret_action is SecretAction.SET
    assert changed.differences == (Difference("client_secret", "another", "the one in the file"),)


def test_client_whose_secrets_have_all_ended_gets_a_new_one() -> None:
    ended = replace(stored(), secrets=(replace(STORED_SECRET, expires_at=NOW),))
    (changed,) = plan([ended], [wanted()], PEPPER, NOW).changed
    assert changed.secret_action is SecretAction.MAKE


def test_change_to_another_method_removes_the_secrets() -> None:
    (changed,) = plan([stored()], [wanted(token_endpoint_auth_method="none")], PEPPER, NOW).changed
    assert changed.secret_action is SecretAction.REMOVE
    assert [difference.field for difference in changed.differences] == [
        "token_endpoint_auth_method",
        "client_secret",
    ]


def test_difference_reads_field_by_field() -> None:
    (changed,) = plan(
        [stored()], [wanted(scope="openid profile", default_max_age=60, require_auth_time=True)], PEPPER, NOW
    ).changed
    assert [str(difference) for difference in changed.differences] == [
        "scope: [openid] -> [openid, profile]",
        "default_max_age: none -> 0:01:00",
        "require_auth_time: False -> True",
    ]


def test_change_keeps_what_the_registry_owns() -> None:
    known = replace(stored(), disabled_at=NOW)
    (changed,) = plan([known], [wanted(scope="openid email")], PEPPER, NOW + HOUR).changed
    assert changed.expected_version == 7
    assert changed.client == replace(known, scope=("openid", "email"), updated_at=NOW + HOUR)


def test_client_that_the_file_does_not_name_stays() -> None:
    other = replace(stored(), client_id=ClientId("other"))
    result = plan([other], [], PEPPER, NOW)
    assert (result.created, result.changed, result.unchanged) == ((), (), ())


def test_sector_survives_the_move_to_another_host() -> None:
    moved = wanted(redirect_uris=["https://dichvucong.new.gov.vn/cb"], sector="state")
    (changed,) = plan([stored(sector="state")], [moved], PEPPER, NOW).changed
    assert changed.client.sector_identifier == "dichvucong.example.gov.vn"


def test_sector_changes_only_when_the_entry_says_so_and_then_with_a_warning() -> None:
    moved = wanted(sector_identifier_uri="https://sector.example/list.json")
    result = plan([stored()], [moved], PEPPER, NOW)
    assert result.changed[0].client.sector_identifier == "sector.example"
    (warning,) = result.warnings
    assert "from dichvucong.example.gov.vn to sector.example" in warning


def test_state_portal_outside_gov_vn_is_warned_about_and_created() -> None:
    result = plan([], [wanted(sector="state", redirect_uris=["https://portal.example/cb"])], PEPPER, NOW)
    assert len(result.created) == 1
    assert result.warnings == (
        "portal: portal.example is not under gov.vn; portals of the State are at dichvucong.(name).gov.vn",
    )


@pytest.mark.parametrize("members", [{}, {"client_secret": SECRET}, {"scope": "openid email"}])
def test_disabled_client_stays_disabled(members: dict[str, object]) -> None:
    known = replace(stored(), disabled_at=NOW)
    result = plan([known], [wanted(**members)], PEPPER, NOW)
    assert all(not one.client.active for one in result.changed)


variants = st.fixed_dictionaries(
    {},
    optional={
        "scope": st.sampled_from(["openid", "openid profile"]),
        "subject_type": st.sampled_from(["pairwise", "public"]),
        "default_max_age": st.integers(0, 1000),
        "sector": st.sampled_from(["state", "other"]),
        "client_secret": st.just(SECRET),
        "redirect_uris": st.just(["https://other.example/cb"]),
        "sector_identifier_uri": st.just("https://sector.example/x"),
    },
)


@given(variants, variants)
def test_what_a_plan_leads_to_needs_no_second_plan(before: dict[str, object], after: dict[str, object]) -> None:
    known = replace(stored(**{name: value for name, value in before.items() if name != "client_secret"}))
    result = plan([known], [wanted(**after)], PEPPER, NOW)
    reached = [one.client for one in result.changed] or [known]
    assert plan(reached, [wanted(**after)], PEPPER, NOW).unchanged == ("portal",)


def test_keys_are_compared_by_content() -> None:
    by_key: dict[str, object] = {"token_endpoint_auth_method": "private_key_jwt", "jwks": {"keys": [dict(EC_KEY)]}}
    known = replace(client(**by_key), version=3)
    assert plan([known], [wanted(**by_key)], PEPPER, NOW).unchanged == ("portal",)


def test_in_the_sandbox_the_sector_is_derived_anew_at_every_save() -> None:
    """Seen: a ministry's host written for a moment gave a city's portal the ministry's subjects for ever."""
    moved = wanted(redirect_uris=["https://dichvucong.new.gov.vn/cb"], sector="state", stage="sandbox")
    (changed,) = plan([stored(sector="state", stage="sandbox")], [moved], PEPPER, NOW).changed
    assert changed.client.sector_identifier == "dichvucong.new.gov.vn"
