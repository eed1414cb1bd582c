"""Requests of the legacy sign-on: refused by name, or turned into ones that the provider's rules accept."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.legacy import legacy_ends_at
from clients.model import Client, ClientId
from idp.protocol.authorize.checks import read_request
from idp.protocol.authorize.errors import PageError
from idp.protocol.authorize.submitted import SubmittedRequest
from idp.protocol.forms import EMPTY_FORM, Form
from idp.protocol.legacy.refusals import REFUSALS, LegacyRefusedError
from idp.protocol.legacy.requests import admit, refuse_disclosure, translate_authorization, translate_token_request
from idp.protocol.token.endpoint import decide_token
from records.structs import replace
from tests.support.builders.protocol import CHALLENGE, CLIENT, CODE, NOW, PROVIDER, REDIRECT, code_request, form

OLD = replace(CLIENT, legacy_dialect_until=date(2026, 12, 31), sector="state", scope=("openid", "profile", "tech_id"),
              governed_claims=("tech_id",))  # fmt: skip
# vietnam.md 8.1: what is seen at Hà Nội, EVNNPC and the courts.
SEEN = {"response_type": "code", "client_id": OLD.client_id, "redirect_uri": REDIRECT, "scope": "openid",
        "acr_values": "LoA1", "state": "aHR0cHM6Ly9wb3J0YWwvP3g9MQ=="}  # fmt: skip


def translated(client: Client = OLD, **changed: str) -> Form:
    return translate_authorization(PROVIDER, form(**{**SEEN, **changed}), client, framed=False)


def refusal_of(changed: Mapping[str, str], *, framed: bool = False) -> str:
    with pytest.raises(LegacyRefusedError) as caught:
        translate_authorization(PROVIDER, form(**{**SEEN, **changed}), OLD, framed=framed)
    return caught.value.refusal.name


def test_a_request_as_portals_send_it_today_is_one_of_ours() -> None:
    request = read_request(PROVIDER, SubmittedRequest(OLD, translated()), NOW)
    assert request.acr_values == ("loa1",)
    assert (request.nonce, request.state) == (None, SEEN["state"])
    assert request.code_challenge is not None


def test_without_the_translation_the_rules_of_the_provider_refuse_it() -> None:
    """RFC 9700 2.1.1: the relaxation is the old face's alone."""
    with pytest.raises(Exception, match="code_challenge"):
        read_request(PROVIDER, SubmittedRequest(OLD, form(**SEEN)), NOW)


def test_openid_alone_means_everything_registered_but_never_offline_access() -> None:
    wide = replace(OLD, scope=(*OLD.scope, "offline_access"))
    assert translated(wide).words("scope") == ("openid", "profile", "tech_id")
    assert "offline_access" in translated(wide, scope="openid offline_access").words("scope")


def test_state_and_scope_may_be_absent() -> None:
    asked = translated(state="", scope="")
    assert asked.get("state") is None
    assert "openid" in asked.words("scope")


def test_a_portal_that_has_pkce_already_keeps_its_own() -> None:
    assert translated(code_challenge=CHALLENGE, code_challenge_method="S256").get("code_challenge") == CHALLENGE
    # RFC 9700 2.1.1: plain is refused further on, not replaced by something it did not ask for.
    assert translated(code_challenge_method="plain").get("code_challenge") is None


def test_the_code_of_an_old_request_is_redeemed_at_the_old_endpoint_and_nowhere_else() -> None:
    code = replace(CODE, code_challenge=translated().get("code_challenge"), client_id=OLD.client_id)
    elsewhere = code_request({"code_verifier": ""}, client=OLD, code=code)
    assert decide_token(PROVIDER, elsewhere).answer.error == "invalid_grant"
    here = replace(elsewhere, form=translate_token_request(PROVIDER, elsewhere.form, OLD))
    assert decide_token(PROVIDER, here).answer.status == 200


def test_oidc_core_3_1_2_1_the_only_address_is_said_for_a_portal_that_says_it_in_neither_place() -> None:
    request = read_request(PROVIDER, SubmittedRequest(OLD, translated(redirect_uri="")), NOW)
    assert (request.redirect_uri, request.redirect_uri_given) == (REDIRECT, True)
    code = replace(CODE, code_challenge=request.code_challenge, client_id=OLD.client_id)
    asked = code_request({"code_verifier": "", "redirect_uri": ""}, client=OLD, code=code)
    assert decide_token(PROVIDER, asked).answer.error == "invalid_grant"
    here = replace(asked, form=translate_token_request(PROVIDER, asked.form, OLD))
    assert decide_token(PROVIDER, here).answer.status == 200


def test_rfc6749_3_1_2_3_of_two_addresses_none_is_said() -> None:
    two = replace(OLD, redirect_uris=(REDIRECT, f"{REDIRECT}/two"))
    assert translated(two, redirect_uri="").get("redirect_uri") is None
    with pytest.raises(PageError):
        read_request(PROVIDER, SubmittedRequest(two, translated(two, redirect_uri="")), NOW)


def test_another_old_client_cannot_redeem_it_either() -> None:
    other = replace(OLD, client_id=ClientId("other"))
    code = replace(CODE, code_challenge=translated().get("code_challenge"), client_id=ClientId("other"))
    asked = code_request({"code_verifier": ""}, client=other, code=code)
    answer = decide_token(PROVIDER, replace(asked, form=translate_token_request(PROVIDER, asked.form, other))).answer
    assert answer.error == "invalid_grant"


def test_a_verifier_that_was_sent_stays() -> None:
    asked = code_request(client=OLD).form
    assert translate_token_request(PROVIDER, asked, OLD) is asked


@pytest.mark.parametrize("grant_type", ["refresh_token", "client_credentials", ""])
def test_other_grants_pass_as_they_are(grant_type: str) -> None:
    asked = form(grant_type=grant_type)
    assert translate_token_request(PROVIDER, asked, OLD) is asked


def test_rfc9700_2_4_a_password_is_never_taken() -> None:
    with pytest.raises(LegacyRefusedError) as caught:
        translate_token_request(PROVIDER, form(grant_type="password", username="u", password="p"), OLD)
    assert (caught.value.refusal.name, caught.value.code) == ("password_grant", "unsupported_grant_type")


@pytest.mark.parametrize(
    "response_type", ["token", "id_token", "id_token token", "code id_token", "code token", "none"]
)
def test_rfc9700_2_1_2_only_a_code_is_given(response_type: str) -> None:
    assert refusal_of({"response_type": response_type}) == "implicit_flow"


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("http://portal.example/cb", "plain_http"),
        ("HTTP://portal.example/cb", "plain_http"),
        (REDIRECT + "/", "unregistered_address"),
        (REDIRECT + "?x=1", "unregistered_address"),
        ("https://evil.example/cb", "unregistered_address"),
        ("javascript:alert(1)", "unregistered_address"),
    ],
)
def test_rfc9700_2_1_an_address_is_the_registered_one_to_the_letter(address: str, name: str) -> None:
    assert refusal_of({"redirect_uri": address}) == name


def test_rfc9700_4_16_sign_in_is_not_shown_in_a_frame() -> None:
    assert refusal_of({}, framed=True) == "framed"


def test_what_is_said_twice_is_left_to_the_rules_of_the_provider() -> None:
    asked = Form(SEEN, frozenset({"scope"}))
    assert translate_authorization(PROVIDER, asked, OLD, framed=False) is asked


@pytest.mark.parametrize("name", ["access_token", "token", "id_token", "refresh_token", "client_secret", "password"])
def test_rfc9700_4_3_2_a_token_in_an_address_is_refused(name: str) -> None:
    with pytest.raises(LegacyRefusedError) as caught:
        refuse_disclosure(EMPTY_FORM, form(**{name: "x"}))
    assert caught.value.refusal.name == "token_in_url"
    refuse_disclosure(form(**{name: "x"}), EMPTY_FORM)


@pytest.mark.parametrize("name", ["HoVaTen", "SoDinhDanh", "SoCMND", "TechID", "ThuDienTu", "MDT", "userinfo"])
def test_identity_in_a_browsers_request_is_refused_wherever_it_stands(name: str) -> None:
    for sent, query in ((form(**{name: "x"}), EMPTY_FORM), (EMPTY_FORM, form(**{name: "x"}))):
        with pytest.raises(LegacyRefusedError) as caught:
            refuse_disclosure(sent, query)
        assert caught.value.refusal.name == "identity_in_browser"


def test_a_client_is_admitted_until_its_last_day_is_over() -> None:
    ends_at = legacy_ends_at(OLD)
    assert ends_at is not None
    admit(OLD, ends_at - timedelta(seconds=1))
    with pytest.raises(LegacyRefusedError) as caught:
        admit(OLD, ends_at)
    assert (caught.value.refusal.name, caught.value.ended_on) == ("ended", date(2026, 12, 31))


def test_a_client_without_a_day_is_not_admitted() -> None:
    with pytest.raises(LegacyRefusedError) as caught:
        admit(CLIENT, NOW)
    assert (caught.value.refusal.name, caught.value.code) == ("not_registered", "unauthorized_client")


@pytest.mark.parametrize("name", REFUSALS)
def test_rfc6749_5_2_every_refusal_is_printable_ascii_without_quotes(name: str) -> None:
    text = REFUSALS[name].description
    assert all(" " <= letter <= "~" and letter not in '"\\' for letter in text)


@given(st.dictionaries(st.sampled_from((*SEEN, "code_challenge", "prompt", "nonce", "x")), st.text(max_size=20)))
def test_whatever_an_old_portal_sends_is_refused_by_name_or_goes_to_the_registered_address(
    changed: dict[str, str],
) -> None:
    with suppress(LegacyRefusedError):
        asked = translate_authorization(PROVIDER, Form({**SEEN, **changed}, frozenset()), OLD, framed=False)
        assert asked.get("redirect_uri") in {REDIRECT, None}
        assert asked.get("response_type") in {"code", None}
