"""The checks of an authorization request: each row broken alone, on a page or by a redirect as the standard says."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.model import Client
from idp.kernel.ids import PersonId
from idp.protocol.authorize.checked_request import AuthorizationRequest
from idp.protocol.authorize.checks import CHECKS, read_request
from idp.protocol.authorize.errors import PageError, RedirectError
from idp.protocol.authorize.submitted import Provenance, SubmittedRequest
from idp.protocol.forms import Form, parse_form
from idp.protocol.logout import make_logout_token
from idp.protocol.tokens.issued import issue_access_token, issue_id_token
from records.structs import replace
from tests.support.builders.protocol import (
    ALL_SCOPES,
    BANK,
    CHALLENGE,
    CLIENT,
    GRANT,
    NOW,
    PERSON,
    PROVIDER,
    REDIRECT,
    SESSION,
    VERIFIER,
    authorize,
    strangers_notary,
)

TWO_ADDRESSES = replace(CLIENT, redirect_uris=(REDIRECT, "https://portal.example/two"))
CERTIFICATION = replace(CLIENT, security_profile="certification")
HINT = issue_id_token(PROVIDER, CLIENT, GRANT, NOW - timedelta(days=300), access_token="a", nonce=None)
BY_ADDRESS = replace(CLIENT, request_uris=("https://portal.example/r#v1",))


def read(form: Form, client: Client | None = CLIENT) -> AuthorizationRequest:
    return read_request(PROVIDER, SubmittedRequest(client, form), NOW)


def page(form: Form, client: Client | None = CLIENT) -> str:
    with pytest.raises(PageError) as caught:
        read(form, client)
    return caught.value.code


def redirected(form: Form, client: Client = CLIENT) -> RedirectError:
    with pytest.raises(RedirectError) as caught:
        read(form, client)
    error = caught.value
    # Whatever is wrong, the answer goes to the proven address of the proven client.
    assert (error.request.client, error.request.redirect_uri) == (client, client.redirect_uris[0])
    return error


def test_a_good_request_is_read_completely() -> None:
    assert read(authorize(login_hint="079999000002", ui_locales="en vi", max_age="60", acr_values="loa3 loa2")) == (
        AuthorizationRequest(
            client=CLIENT,
            redirect_uri=REDIRECT,
            redirect_uri_given=True,
            state="state-1",
            scope=("openid", "profile"),
            nonce="n-1",
            code_challenge=CHALLENGE,
            max_age=timedelta(seconds=60),
            acr_values=("loa3", "loa2"),
            login_hint="079999000002",
            ui_locales="en vi",
        )
    )


def test_the_checks_stand_in_this_order() -> None:
    assert [check.__name__ for check in CHECKS] == [
        "check_nothing_is_repeated",
        "check_sizes",
        "check_no_request_object",
        "check_source",
        "check_tokens_in_front",
        "check_with_authlib",
        "check_response_mode",
        "check_scope",
        "check_assisted",
        "check_pkce",
        "check_dpop_jkt",
        "check_prompt",
        "check_max_age",
        "check_id_token_hint",
        "check_claims",
        "check_resources",
        "check_details",
        "check_acting",
        "take_preferences",
    ]


@pytest.mark.parametrize(
    ("form", "client", "code"),
    [
        (authorize(), None, "invalid_client"),
        (authorize(), replace(CLIENT, disabled_at=NOW), "invalid_client"),
        (authorize(client_id=""), CLIENT, "invalid_client"),
        (authorize(client_id="bank"), CLIENT, "invalid_client"),
        (authorize(redirect_uri="https://portal.example/cb/more"), CLIENT, "invalid_redirect_uri"),
        (authorize(redirect_uri="https://portal.example/cb?x=1"), CLIENT, "invalid_redirect_uri"),
        (authorize(redirect_uri="https://portal.example/CB"), CLIENT, "invalid_redirect_uri"),
        (authorize(redirect_uri="https://portal.example.evil.example/cb"), CLIENT, "invalid_redirect_uri"),
        (authorize(redirect_uri="https://portal.example/x/../cb"), CLIENT, "invalid_redirect_uri"),
        (authorize(redirect_uri="https://portal.example/%63b"), CLIENT, "invalid_redirect_uri"),
        (authorize(redirect_uri="https://evil.example/cb"), CLIENT, "invalid_redirect_uri"),
        (authorize(redirect_uri=""), CLIENT, "invalid_request"),
        (authorize(redirect_uri="", scope="profile openid"), CLIENT, "invalid_request"),
        (authorize(redirect_uri="", scope="profile"), TWO_ADDRESSES, "invalid_redirect_uri"),
        (authorize(redirect_uri="", scope="profile"), replace(CLIENT, redirect_uris=()), "invalid_redirect_uri"),
    ],
    ids=[
        "unknown client",
        "disabled client",
        "no client_id",
        "another client_id",
        "path appended",
        "query added",
        "capitals",
        "longer host",
        "dot segments",
        "percent-encoded",
        "another host",
        "left out with openid",
        "left out with openid at the end",
        "none of two",
        "none registered",
    ],
)
def test_rfc6749_4_1_2_1_who_asks_and_where_to_answer_come_first_and_never_redirect(
    form: Form, client: Client | None, code: str
) -> None:
    assert page(form, client) == code


@pytest.mark.parametrize("name", ["client_id", "redirect_uri"])
@pytest.mark.parametrize("first", [True, False])
def test_ru_9_a_repeated_client_or_address_never_redirects(name: str, *, first: bool) -> None:
    good = "&".join(f"{key}={value}" for key, value in authorize().data.items())
    again = f"{name}=https://evil.example"
    assert page(parse_form((f"{again}&{good}" if first else f"{good}&{again}").encode())) == "invalid_request"


def test_oidc_core_3_1_2_1_with_openid_the_address_is_named_even_where_it_is_the_only_one() -> None:
    """oidcc-ensure-redirect-uri-in-authorization-request: a page, and no redirect."""
    with pytest.raises(PageError, match="redirect_uri is missing; with the scope openid it is required"):
        read(authorize(redirect_uri=""))
    assert read(authorize()).redirect_uri_given


def test_rfc6749_3_1_2_3_without_openid_the_only_registered_address_need_not_be_named() -> None:
    request = read(authorize(redirect_uri="", scope="profile openid_"))
    assert (request.redirect_uri, request.redirect_uri_given) == (REDIRECT, False)


def test_rfc8252_7_3_a_native_client_may_listen_on_any_port_of_the_loopback() -> None:
    native = replace(CLIENT, application_type="native", redirect_uris=("http://127.0.0.1/cb",))
    request = read(authorize(client=native, redirect_uri="http://127.0.0.1:54321/cb"), native)
    assert request.redirect_uri == "http://127.0.0.1:54321/cb"


@pytest.mark.parametrize(
    ("changed", "client", "code"),
    [
        ({"request": "e30.e30."}, CLIENT, "request_not_supported"),
        ({"request_uri": "https://portal.example/r"}, CLIENT, "request_uri_not_supported"),
        ({"request_uri": "https://portal.example/r"}, BY_ADDRESS, "invalid_request_uri"),
        ({"response_type": ""}, CLIENT, "invalid_request"),
        ({"response_type": "token"}, CLIENT, "unsupported_response_type"),
        ({"response_type": "code id_token"}, CLIENT, "unsupported_response_type"),
        ({"response_type": "Code"}, CLIENT, "unsupported_response_type"),
        ({"response_type": 'co"dé\\'}, CLIENT, "unsupported_response_type"),
        ({}, replace(CLIENT, response_types=()), "unauthorized_client"),
        ({}, replace(CLIENT, grant_types=("client_credentials",)), "unauthorized_client"),
        ({"response_mode": "web_message"}, CLIENT, "invalid_request"),
        ({"response_mode": "query", "response_type": "id_token"}, CLIENT, "unsupported_response_type"),
        ({"scope": ""}, CLIENT, "invalid_scope"),
        ({"scope": "records:read"}, CLIENT, "invalid_scope"),
        ({"scope": "openid"}, replace(CLIENT, scope=("profile",)), "invalid_scope"),
        ({"code_challenge": ""}, CLIENT, "invalid_request"),
        ({"code_challenge": "", "code_challenge_method": ""}, CLIENT, "invalid_request"),
        ({"code_challenge_method": ""}, CLIENT, "invalid_request"),
        ({"code_challenge_method": "plain"}, CLIENT, "invalid_request"),
        ({"code_challenge_method": "s256"}, CLIENT, "invalid_request"),
        ({"code_challenge": VERIFIER}, CLIENT, "invalid_request"),
        ({"code_challenge": CHALLENGE + "="}, CLIENT, "invalid_request"),
        ({"code_challenge": CHALLENGE[:-1]}, CLIENT, "invalid_request"),
        ({"code_challenge": CHALLENGE[:-1] + "é"}, CLIENT, "invalid_request"),
        ({"code_challenge": CHALLENGE + "\n"}, CLIENT, "invalid_request"),
        ({"state": "s" * 4097}, CLIENT, "invalid_request"),
        ({"nonce": "n" * 1025}, CLIENT, "invalid_request"),
        ({"prompt": "none login"}, CLIENT, "invalid_request"),
        ({"prompt": "none none login"}, CLIENT, "invalid_request"),
        ({"prompt": "register"}, CLIENT, "invalid_request"),
        ({"prompt": "LOGIN"}, CLIENT, "invalid_request"),
        ({"max_age": "-1"}, CLIENT, "invalid_request"),
        ({"max_age": "1.5"}, CLIENT, "invalid_request"),
        ({"max_age": "ten"}, CLIENT, "invalid_request"),
        ({"max_age": "1" * 10}, CLIENT, "invalid_request"),
        ({"max_age": "١٢"}, CLIENT, "invalid_request"),
        ({"id_token_hint": "not-a-token"}, CLIENT, "invalid_request"),
    ],
)
def test_oidc_core_3_1_2_6_one_wrong_parameter_is_answered_by_redirect_with_its_code(
    changed: dict[str, str], client: Client, code: str
) -> None:
    error = redirected(authorize(changed, client=client), client)
    assert error.code == code
    assert error.request.state == changed.get("state", "state-1")
    assert error.description


def test_rfc6749_4_1_2_1_what_authlib_refuses_is_said_in_letters_that_may_be_sent() -> None:
    assert redirected(authorize(response_type='to"kén')).description == "response_type=tokn is not supported"


@pytest.mark.parametrize("name", ["scope", "nonce", "response_type", "code_challenge", "anything"])
def test_rfc6749_3_1_any_parameter_sent_twice_is_refused(name: str) -> None:
    good = "&".join(f"{key}={value}" for key, value in authorize(anything="1").data.items())
    error = redirected(parse_form(f"{good}&{name}=again".replace(" ", "+").encode()))
    assert (error.code, error.request.state) == ("invalid_request", "state-1")


def test_rfc6749_4_1_2_1_of_two_states_neither_is_returned() -> None:
    good = "&".join(f"{key}={value}" for key, value in authorize().data.items()).replace(" ", "+")
    error = redirected(parse_form(f"{good}&state=state-2".encode()))
    assert (error.code, error.request.state) == ("invalid_request", None)


def test_oidc_core_3_1_2_1_unknown_and_unregistered_scopes_are_ignored() -> None:
    client = replace(CLIENT, scope=("openid", "email"))
    assert read(authorize(scope="email unknown profile openid openid"), client).scope == ("email", "openid")


def test_oidc_core_11_offline_access_is_ignored_for_a_client_without_refresh_tokens() -> None:
    without = replace(CLIENT, grant_types=("authorization_code",))
    assert read(authorize(scope="openid offline_access"), without).scope == ("openid",)
    assert read(authorize(scope="openid offline_access")).scope == ("openid", "offline_access")


INTEROPERABLE = replace(
    CLIENT,
    security_profile="interoperable",
    interoperable_until=date(2026, 12, 31),
    interoperable_reason="passport-openidconnect has no PKCE",
)
WITHOUT_PKCE = {"code_challenge": "", "code_challenge_method": ""}


def test_rfc9700_2_1_1_a_nonce_stands_in_for_pkce_where_the_exception_is_registered_and_not_over() -> None:
    asked = authorize(WITHOUT_PKCE, client=INTEROPERABLE, nonce="n-1")
    assert read_request(PROVIDER, SubmittedRequest(INTEROPERABLE, asked), NOW).code_challenge is None
    refused = [
        # Neither, or a nonce that no ID token will carry.
        (INTEROPERABLE, authorize(WITHOUT_PKCE, client=INTEROPERABLE, nonce=""), NOW),
        (INTEROPERABLE, authorize(WITHOUT_PKCE, client=INTEROPERABLE, nonce="n-1", scope="profile"), NOW),
        # Half of PKCE is a mistake, no choice.
        (INTEROPERABLE, authorize({"code_challenge": ""}, client=INTEROPERABLE, nonce="n-1"), NOW),
        # The exception is over, or is another profile's.
        (INTEROPERABLE, asked, datetime(2026, 12, 31, 17, 0, tzinfo=UTC)),
        (replace(INTEROPERABLE, security_profile="standard"), asked, NOW),
        (replace(INTEROPERABLE, security_profile="fapi2"), asked, NOW),
        (replace(INTEROPERABLE, token_endpoint_auth_method="none"), asked, NOW),
    ]
    for client, form, now in refused:
        with pytest.raises(RedirectError) as caught:
            read_request(PROVIDER, SubmittedRequest(client, form, Provenance.PUSHED), now)
        assert caught.value.code == "invalid_request", (client.security_profile, form)


def test_rfc9700_2_1_1_only_a_confidential_certification_client_may_come_without_pkce() -> None:
    plain = authorize(code_challenge="", code_challenge_method="")
    assert read(plain, CERTIFICATION).code_challenge is None
    public = replace(CERTIFICATION, token_endpoint_auth_method="none")
    assert redirected(plain, public).code == "invalid_request"
    # A method without a challenge is a mistake whoever makes it.
    assert redirected(authorize(code_challenge=""), CERTIFICATION).code == "invalid_request"


@pytest.mark.parametrize(("name", "limit"), [("state", 4096), ("nonce", 1024)])
def test_the_longest_allowed_value_is_returned_whole(name: str, limit: int) -> None:
    request = read(authorize({name: "x" * limit}))
    assert getattr(request, name) == "x" * limit


@pytest.mark.parametrize("prompt", ["none", "login", "consent", "select_account", "login consent", "login login"])
def test_oidc_core_3_1_2_1_known_prompts_are_read(prompt: str) -> None:
    assert read(authorize(prompt=prompt)).prompt == set(prompt.split())


@pytest.mark.parametrize(("sent", "seconds"), [("0", 0), ("15000", 15000), ("", 7200)])
def test_oidc_core_3_1_2_1_max_age_is_the_one_sent_or_else_the_registered_default(sent: str, seconds: int) -> None:
    client = replace(CLIENT, default_max_age=timedelta(hours=2))
    assert read(authorize(max_age=sent), client).max_age == timedelta(seconds=seconds)
    assert read(authorize()).max_age is None


def test_oidc_core_3_1_2_1_acr_values_are_those_sent_or_else_the_registered_default() -> None:
    client = replace(CLIENT, default_acr_values=("loa3",))
    assert read(authorize(), client).acr_values == ("loa3",)
    assert read(authorize(acr_values="loa1"), client).acr_values == ("loa1",)


def test_oidc_core_3_1_2_1_an_id_token_of_this_client_is_a_hint_however_old() -> None:
    assert read(authorize(id_token_hint=HINT)).hinted_subject == PROVIDER.subjects.subject(PersonId(PERSON), CLIENT)


@pytest.mark.parametrize(
    "hint",
    [
        HINT[:-8] + "AAAAAAAA",
        issue_id_token(PROVIDER, BANK, GRANT, NOW, access_token="a", nonce=None),
        issue_access_token(PROVIDER, CLIENT, ("openid",), NOW, GRANT).text,
        make_logout_token(PROVIDER, CLIENT, PersonId(PERSON), SESSION.id, NOW),
        PROVIDER.signer.sign({"aud": "portal"}, algorithm="ES256", typ="JWT", now=NOW),
        strangers_notary().sign({"aud": "portal", "sub": "x"}, algorithm="ES256", typ="JWT", now=NOW),
    ],
    ids=["forged", "of another client", "access token", "logout token", "no sub", "foreign"],
)
def test_i13_nothing_but_an_id_token_of_this_client_is_a_hint(hint: str) -> None:
    assert redirected(authorize(id_token_hint=hint)).code == "invalid_request"


def test_oidc_core_3_1_2_1_what_we_do_not_know_is_ignored() -> None:
    plain = read(authorize())
    assert read(authorize(display="popup", claims_locales="se", claims="{}", foo="bar")) == plain
    assert read(authorize(ui_locales="se", login_hint="nobody@example.org")) == replace(
        plain, ui_locales="se", login_hint="nobody@example.org"
    )


def test_oidc_core_3_1_2_1_nonce_and_state_are_optional() -> None:
    request = read(authorize(nonce="", state=""))
    assert (request.nonce, request.state) == (None, None)


@given(st.permutations(sorted(authorize().data)))
def test_the_order_of_parameters_does_not_matter(names: list[str]) -> None:
    good = authorize()
    assert read(Form({name: good.data[name] for name in names}, frozenset())) == read(good)


@given(st.permutations(ALL_SCOPES))
def test_the_order_of_scopes_is_kept(names: list[str]) -> None:
    assert read(authorize(scope=" ".join(names))).scope == tuple(names)


@given(st.text(max_size=60))
def test_i15_no_address_but_the_registered_one_is_ever_accepted(wanted: str) -> None:
    form = Form({**authorize().data, "redirect_uri": wanted}, frozenset())
    if wanted == REDIRECT:
        assert read(form).redirect_uri == REDIRECT
    else:
        assert page(form) == ("invalid_redirect_uri" if wanted else "invalid_request")


DESK = replace(
    CLIENT, assisted_filing=True, account_kinds=("officer",), grant_types=(*CLIENT.grant_types, "refresh_token")
)


@pytest.mark.parametrize(
    ("client", "value", "code", "description"),
    [
        (DESK, "0", "invalid_request", "'assisted' is 1 or absent."),
        (DESK, "true", "invalid_request", "'assisted' is 1 or absent."),
        (CLIENT, "1", "unauthorized_client", "This client is not registered for assisted filing."),
    ],
)
def test_rfc6749_8_2_assisted_is_one_and_only_for_clients_that_register_it(
    client: Client, value: str, code: str, description: str
) -> None:
    with pytest.raises(RedirectError) as refused:
        read_request(PROVIDER, SubmittedRequest(client, authorize(assisted=value)), NOW)
    assert (refused.value.code, refused.value.description) == (code, description)


def test_what_is_filed_at_a_counter_outlives_no_session() -> None:
    client = replace(DESK, scope=("openid", "offline_access"))
    assisted = read_request(
        PROVIDER, SubmittedRequest(client, authorize(assisted="1", scope="openid offline_access")), NOW
    )
    assert (assisted.assisted, assisted.scope) == (True, ("openid",))
    assert (
        "offline_access"
        in read_request(PROVIDER, SubmittedRequest(client, authorize(scope="openid offline_access")), NOW).scope
    )


@pytest.mark.parametrize(
    ("client", "form"),
    [
        (replace(DESK, acting="required"), {}),
        (replace(DESK, acting="optional"), {"acting_for": "organisation"}),
        (replace(DESK, acting="optional"), {"acting_for": "choose"}),
        (replace(DESK, acting="optional"), {"acting_power": "sign"}),
    ],
)
def test_at_a_counter_a_request_for_somebody_who_acts_is_refused(client: Client, form: dict[str, str]) -> None:
    with pytest.raises(RedirectError) as refused:
        read_request(PROVIDER, SubmittedRequest(client, authorize(form, assisted="1")), NOW)
    assert refused.value.code == "invalid_request"
    assert read_request(PROVIDER, SubmittedRequest(client, authorize(form)), NOW).acting_for == form.get("acting_for")


@pytest.mark.parametrize("form", [{}, {"acting_for": "self"}])
def test_at_a_counter_the_citizen_acts_for_themself(form: dict[str, str]) -> None:
    assert read_request(
        PROVIDER, SubmittedRequest(replace(DESK, acting="optional"), authorize(form, assisted="1")), NOW
    ).assisted
