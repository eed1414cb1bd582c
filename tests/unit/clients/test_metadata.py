"""One entry in, one client out."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.errors import MetadataError
from clients.metadata import parse_entry
from clients.model import CIBA, SECURITY_EVENTS, Client, ClientId
from tests.unit.clients.entries import EC_KEY, NOW, SECRET, broken_rules, client, entry

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def test_small_entry_gets_the_defaults_of_rfc7591_2() -> None:
    assert client() == Client(
        client_id=ClientId("portal"),
        client_name={"": "Cổng dịch vụ công"},
        redirect_uris=("https://dichvucong.example.gov.vn/callback",),
        token_endpoint_auth_method="client_secret_basic",
        grant_types=("authorization_code",),
        response_types=("code",),
        scope=("openid",),
        subject_type="pairwise",
        sector_identifier="dichvucong.example.gov.vn",
        id_token_signed_response_alg="ES256",
        application_type="web",
        sector="other",
        security_profile="standard",
        require_consent=True,
        created_at=NOW,
        updated_at=NOW,
    )


def test_every_member_reaches_the_client() -> None:
    full = entry(
        post_logout_redirect_uris=["https://dichvucong.example.gov.vn/"],
        token_endpoint_auth_method="private_key_jwt",
        grant_types=["authorization_code", "refresh_token", "client_credentials", CIBA],
        response_types=["code"],
        scope="openid profile",
        subject_type="pairwise",
        sector_identifier_uri="https://sector.example.gov.vn/uris.json",
        jwks={"keys": [EC_KEY]},
        backchannel_logout_uri="https://dichvucong.example.gov.vn/backchannel",
        backchannel_logout_session_required=True,
        frontchannel_logout_uri="https://dichvucong.example.gov.vn/frontchannel",
        frontchannel_logout_session_required=True,
        session_management=True,
        session_state_in_token_response=True,
        id_token_signed_response_alg="ES256",
        default_max_age=600,
        require_auth_time=True,
        default_acr_values=["urn:example:two"],
        initiate_login_uri="https://dichvucong.example.gov.vn/login",
        client_uri="https://dichvucong.example.gov.vn/",
        logo_uri="https://dichvucong.example.gov.vn/logo.svg",
        policy_uri="https://dichvucong.example.gov.vn/policy",
        tos_uri="https://dichvucong.example.gov.vn/terms",
        contacts=["team@example.org"],
        application_type="web",
        resource="https://api.example.gov.vn/",
        agency="bo-mau",
        sector="state",
        security_profile="standard",
        require_consent=False,
        minimum_acr="urn:example:one",
        service_class="payment",
        governed_claims=["national_id"],
        acting="optional",
        acting_powers=["sign", "file"],
        security_event_endpoint="https://dichvucong.example.gov.vn/events",
        security_events=["https://schemas.openid.net/secevent/risc/event-type/account-disabled"],
        backchannel_token_delivery_mode="ping",
        backchannel_client_notification_endpoint="https://dichvucong.example.gov.vn/ciba",
    )
    assert parse_entry(full, NOW).client == Client(
        client_id=ClientId("portal"),
        client_name={"": "Cổng dịch vụ công"},
        redirect_uris=("https://dichvucong.example.gov.vn/callback",),
        post_logout_redirect_uris=("https://dichvucong.example.gov.vn/",),
        token_endpoint_auth_method="private_key_jwt",
        grant_types=("authorization_code", "refresh_token", "client_credentials", CIBA),
        response_types=("code",),
        scope=("openid", "profile"),
        subject_type="pairwise",
        sector_identifier_uri="https://sector.example.gov.vn/uris.json",
        sector_identifier="sector.example.gov.vn",
        jwks={"keys": [EC_KEY]},
        backchannel_logout_uri="https://dichvucong.example.gov.vn/backchannel",
        backchannel_logout_session_required=True,
        frontchannel_logout_uri="https://dichvucong.example.gov.vn/frontchannel",
        frontchannel_logout_session_required=True,
        session_management=True,
        session_state_in_token_response=True,
        id_token_signed_response_alg="ES256",
        default_max_age=timedelta(minutes=10),
        require_auth_time=True,
        default_acr_values=("urn:example:two",),
        initiate_login_uri="https://dichvucong.example.gov.vn/login",
        client_uri="https://dichvucong.example.gov.vn/",
        logo_uri="https://dichvucong.example.gov.vn/logo.svg",
        policy_uri="https://dichvucong.example.gov.vn/policy",
        tos_uri="https://dichvucong.example.gov.vn/terms",
        contacts=("team@example.org",),
        application_type="web",
        resource="https://api.example.gov.vn/",
        agency="bo-mau",
        sector="state",
        security_profile="standard",
        require_consent=False,
        minimum_acr="urn:example:one",
        service_class="payment",
        governed_claims=("national_id",),
        acting="optional",
        acting_powers=("sign", "file"),
        security_event_endpoint="https://dichvucong.example.gov.vn/events",
        security_events=("https://schemas.openid.net/secevent/risc/event-type/account-disabled",),
        backchannel_token_delivery_mode="ping",
        backchannel_client_notification_endpoint="https://dichvucong.example.gov.vn/ciba",
        created_at=NOW,
        updated_at=NOW,
    )


def test_state_portals_inform_and_others_ask_unless_the_entry_says_otherwise() -> None:
    assert client(sector="state").require_consent is False
    assert client(sector="other").require_consent is True
    assert client(sector="state", require_consent=True).require_consent is True


def test_certification_client_without_scope_may_ask_for_all_standard_ones() -> None:
    scope = client(security_profile="certification").scope
    assert scope == ("openid", "profile", "email", "address", "phone", "offline_access")


def test_literal_secret_is_kept_apart_and_not_printed() -> None:
    parsed = parse_entry(entry(client_secret=SECRET), NOW)
    assert parsed.client_secret == SECRET
    assert SECRET not in repr(parsed)


@pytest.mark.parametrize("method", ["none", "private_key_jwt"])
def test_secret_beside_another_method_is_refused(method: str) -> None:
    written = entry(token_endpoint_auth_method=method, jwks={"keys": [EC_KEY]}, client_secret=SECRET)
    assert ("client_secret", "secret-unused") in broken_rules(written)


def test_secret_never_stands_in_a_problem() -> None:
    with pytest.raises(MetadataError) as caught:
        parse_entry(entry(client_secret="tooshort", scope=7), NOW)
    assert "tooshort" not in str(caught.value)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        (entry(redirect_uris=["http://app.example/cb"]), "invalid_redirect_uri"),
        (entry(redirect_uris=[]), "invalid_redirect_uri"),
        (entry(scope=7), "invalid_client_metadata"),
        (entry(redirect_uris=["/"], scope=7), "invalid_client_metadata"),
    ],
)
def test_rfc7591_3_2_2_error_code_follows_the_problems(written: dict[str, object], code: str) -> None:
    with pytest.raises(MetadataError) as caught:
        parse_entry(written, NOW)
    assert caught.value.error_code == code


@given(
    st.dictionaries(
        st.sampled_from([*Client.__struct_fields__, "client_secret", "client_name#en", "other"]), json_values
    )
)
def test_any_entry_becomes_a_client_or_a_list_of_problems(members: dict[str, object]) -> None:
    try:
        parsed = parse_entry(entry() | members, NOW)
    except MetadataError:
        return
    assert parsed.client.redirect_uris or "authorization_code" not in parsed.client.grant_types


@pytest.mark.parametrize("name", ["governed_claims", "security_events"])
def test_what_cannot_be_governed_or_told_is_refused_by_name(name: str) -> None:
    with pytest.raises(MetadataError) as refused:
        parse_entry(entry(**{name: ["everything"]}), NOW)
    assert [(problem.field, problem.rule) for problem in refused.value.problems] == [(f"{name}[0]", "choice")]


def test_a_client_subscribes_to_what_it_names_and_only_with_an_address() -> None:
    purged, disabled = SECURITY_EVENTS[1], SECURITY_EVENTS[0]
    reported = client(security_event_endpoint="https://a.example/events", security_events=[purged])
    assert (reported.subscribes(purged), reported.subscribes(disabled), client().subscribes(purged)) == (
        True,
        False,
        False,
    )
