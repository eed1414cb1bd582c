"""Explanations are pure: a client and the snapshot of an attempt in, findings out."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from clients.model import Client, ClientId
from idp.client_trials.explain import explain
from idp.client_trials.findings import Explained, FindingKey
from idp.client_trials.model import Answered, Attempt, Judged, Variant
from records.structs import replace

NOW = datetime(2026, 11, 25, 8, tzinfo=UTC)
CLIENT = Client(
    client_id=ClientId("cong-thu"),
    client_name={"": "Cổng thử"},
    redirect_uris=("https://portal.example/cb",),
    created_at=NOW,
    updated_at=NOW,
)
REQUEST = {
    "client_id": "cong-thu~try",
    "response_type": "code",
    "redirect_uri": "https://signon.example/try/back",
    "scope": "openid",
    "code_challenge_method": "S256",
}
BACK = {"state": "s", "iss": "https://signon.example"}
CHECKS = dict.fromkeys(("signature", "alg", "iss", "aud", "exp", "iat", "nonce", "at_hash", "acr"), True)
GOOD_TOKEN = Judged({"alg": "RS256", "kid": "k1"}, {"sub": "x", "exp": 1, "acr": "loa2", "sid": "y"}, CHECKS)
DONE = Attempt(
    1,
    Variant.PLAIN,
    NOW,
    REQUEST,
    back=BACK,
    code_came=True,
    token=Answered(200, members={"expires_in": 300, "scope": "openid", "access_token": ""}),
    id_token=GOOD_TOKEN,
    userinfo=Answered(200, members={"sub": "x"}),
)
PAGE = Attempt(1, Variant.WRONG_REDIRECT, NOW, REQUEST, page_error="invalid_redirect_uri")
REFUSED = Answered(400, "invalid_grant", "The verifier is wrong.")


def keys(explained: Explained) -> list[FindingKey]:
    return [finding.key for step in explained.steps for finding in step.findings]


def bad(explained: Explained) -> list[FindingKey]:
    return [finding.key for step in explained.steps for finding in step.findings if finding.verdict == "bad"]


def test_a_good_sign_in_has_nothing_to_change() -> None:
    reported = explain(CLIENT, DONE)
    assert (reported.outcome, bad(reported)) == ("expected", [])
    assert [step.name for step in reported.steps] == ["request", "back", "token", "id_token", "userinfo"]


@pytest.mark.parametrize("check", CHECKS)
def test_oidc_core_3_1_3_7_each_failed_check_is_told_and_spoils_the_attempt(check: str) -> None:
    reported = explain(CLIENT, replace(DONE, id_token=replace(GOOD_TOKEN, checks={**CHECKS, check: False})))
    assert (reported.outcome, bad(reported)) == ("unexpected", [f"{check}_bad"])


@pytest.mark.parametrize(
    ("changed", "key"),
    [
        ({"redirect_uris": ()}, "no_redirects"),
        ({"scope": ("profile",)}, "scope_no_openid"),
        ({"scope": ("openid", "offline_access")}, "scope_no_refresh"),
        ({"minimum_acr": "loa3"}, "minimum_acr"),
        ({"default_acr_values": ("loa3",)}, "default_acr"),
        ({"default_max_age": timedelta(hours=1)}, "default_max_age"),
        ({"security_profile": "certification"}, "pkce_advised"),
        ({"token_endpoint_auth_method": "none"}, "auth_none"),
        ({"token_endpoint_auth_method": "client_secret_post"}, "auth_post"),
        ({"token_endpoint_auth_method": "private_key_jwt"}, "auth_jwt"),
        ({"subject_type": "public"}, "subject_public"),
    ],
)
def test_what_the_registration_says_is_told(changed: Mapping[str, object], key: FindingKey) -> None:
    assert key in keys(explain(replace(CLIENT, **changed), DONE))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("attempt", "outcome", "error"),
    [
        (replace(DONE, back={}, code_came=False, token=None, id_token=None, userinfo=None), "open", ""),
        (PAGE, "expected", "authorize_page.invalid_redirect_uri"),
        (
            Attempt(1, Variant.PLAIN, NOW, REQUEST, page_error="invalid_client"),
            "unexpected",
            "authorize_page.invalid_client",
        ),
        (
            Attempt(1, Variant.SILENT, NOW, REQUEST, back={**BACK, "error": "login_required"}),
            "expected",
            "authorize.login_required",
        ),
        (
            Attempt(1, Variant.PLAIN, NOW, REQUEST, back={**BACK, "error": "access_denied"}),
            "unexpected",
            "authorize.access_denied",
        ),
        (
            replace(DONE, variant=Variant.WRONG_VERIFIER, token=REFUSED, id_token=None, userinfo=None),
            "expected",
            "token.invalid_grant",
        ),
        (replace(DONE, variant=Variant.WRONG_VERIFIER), "unexpected", ""),
        (replace(DONE, variant=Variant.REPLAY, again=REFUSED), "expected", "token.invalid_grant"),
        (replace(DONE, variant=Variant.REPLAY, again=Answered(200)), "unexpected", ""),
        (replace(DONE, token=None, id_token=None, userinfo=None), "unexpected", ""),
    ],
    ids=["open", "redirect", "page", "silent", "denied", "verifier", "no verifier", "replay", "replayed", "iss"],
)
def test_each_variant_knows_its_right_refusal(attempt: Attempt, outcome: str, error: str) -> None:
    reported = explain(CLIENT, attempt)
    assert reported.outcome == outcome
    assert ({step.error for step in reported.steps} - {""}) == ({error} if error else set())


def test_a_value_that_is_wrong_on_purpose_is_not_called_right() -> None:
    reported = [finding for finding in explain(CLIENT, PAGE).steps[0].findings if "redirect" in finding.key]
    assert [(one.key, one.verdict) for one in reported] == [("wrong_redirect", "note"), ("own_redirects", "note")]


def test_oidc_core_5_3_2_userinfo_of_somebody_else_is_told() -> None:
    reported = explain(CLIENT, replace(DONE, userinfo=Answered(200, members={"sub": "another"})))
    assert bad(reported) == ["userinfo_differs"]


def test_a_client_without_openid_learns_why_there_is_no_id_token() -> None:
    reported = explain(replace(CLIENT, scope=("profile",)), replace(DONE, id_token=None, userinfo=None))
    assert "no_id_token" in keys(reported)
