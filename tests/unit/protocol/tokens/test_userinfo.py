"""Userinfo: claims of the granted scopes with their types, or the challenge."""

from datetime import datetime, timedelta

import pytest

from clients.model import Client
from idp.grants.model import GrantState
from idp.kernel.ids import PersonId
from idp.kernel.secrets import SealBrokenError
from idp.protocol.answers import NO_STORE, Answer
from idp.protocol.tokens.bearer import ShownToken, challenge, why_inactive
from idp.protocol.tokens.issued import AccessToken, issue_access_token, read_access_token
from idp.protocol.userinfo import UserinfoSnapshot, decide_userinfo
from records.structs import replace
from tests.support.builders.protocol import BANK, CLIENT, GRANT, NOW, PERSON, PROVIDER, STATE

SUBJECT = PROVIDER.subjects.subject(PersonId(PERSON), CLIENT)
END = NOW + timedelta(minutes=5)

BEARER, BY_KEY = 'Bearer realm="userinfo"', 'DPoP realm="userinfo", algs="ES256 PS256 Ed25519"'


def token(*scope: str) -> AccessToken:
    issued = issue_access_token(PROVIDER, CLIENT, scope, NOW, GRANT)
    read = read_access_token(PROVIDER, issued.text, NOW)
    assert read is not None
    return read


def answer(
    shown: AccessToken | None,
    state: GrantState | None = STATE,
    client: Client | None = CLIENT,
    now: datetime = NOW,
) -> Answer:
    return decide_userinfo(PROVIDER, UserinfoSnapshot(shown, state, client, now))


@pytest.mark.parametrize(
    ("scope", "claims"),
    [
        (("openid",), {}),
        (
            ("openid", "profile"),
            {"name": "Nguyễn Thị Hòa", "birthdate": "2399", "updated_at": 1793836800},
        ),
        (("openid", "email"), {"email": "hoa@people.example", "email_verified": True}),
        (("openid", "phone"), {"phone_number": "+84912345678", "phone_number_verified": False}),
        (("openid", "address"), {"address": {"country": "VN", "locality": "Hà Nội"}}),
        (("openid", "offline_access"), {}),
    ],
)
def test_oidc_core_5_4_each_scope_releases_its_claims_and_no_others(
    scope: tuple[str, ...], claims: dict[str, object]
) -> None:
    assert answer(token(*scope)) == Answer(200, {"sub": SUBJECT, **claims}, NO_STORE)


def test_oidc_core_5_1_numbers_and_booleans_keep_their_types() -> None:
    body = dict(answer(token("openid", "profile", "email", "phone")).body or {})
    types = {name: type(body[name]) for name in ("updated_at", "email_verified", "phone_number_verified")}
    assert types == {"updated_at": int, "email_verified": bool, "phone_number_verified": bool}


def test_oidc_core_5_3_2_the_subject_is_the_one_of_the_id_token() -> None:
    public = replace(CLIENT, subject_type="public")
    assert dict(answer(token("openid"), client=public).body or {})["sub"] == PROVIDER.subjects.subject(
        PersonId(PERSON), public
    )


@pytest.mark.parametrize(
    ("state", "client", "now"),
    [
        (None, CLIENT, NOW),
        (replace(STATE, alive=False), CLIENT, NOW),
        (replace(STATE, token_revoked=True), CLIENT, NOW),
        (STATE, None, NOW),
        (STATE, replace(CLIENT, disabled_at=NOW), NOW),
        (STATE, BANK, NOW),
        (STATE, CLIENT, END),
    ],
    ids=["no grant", "dead grant", "revoked", "unknown client", "disabled client", "another client", "at exp"],
)
def test_rfc6750_3_1_a_token_that_is_not_active_gets_invalid_token(
    state: GrantState | None, client: Client | None, now: datetime
) -> None:
    shown = answer(token("openid"), state, client, now)
    assert (shown.status, shown.error) == (401, "invalid_token")
    assert shown.headers["WWW-Authenticate"] == (
        'Bearer realm="userinfo", error="invalid_token", error_description="The access token is not active."'
    )
    assert shown.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("state", "client", "now", "said"),
    [
        (None, CLIENT, NOW, "The sign-in or the consent"),
        (replace(STATE, alive=False), CLIENT, NOW, "The sign-in or the consent"),
        (replace(STATE, token_revoked=True), CLIENT, NOW, "The token was revoked."),
        (STATE, replace(CLIENT, disabled_at=NOW), NOW, "The client is disabled."),
        (STATE, CLIENT, END, "The token has expired."),
        (STATE, None, NOW, ""),
    ],
)
def test_the_log_of_the_client_is_told_why(
    state: GrantState | None, client: Client | None, now: datetime, said: str
) -> None:
    found = why_inactive(ShownToken(token("openid"), state, client), now)
    assert found.startswith(said)
    assert bool(found) == bool(said)


def test_a_token_is_active_until_just_before_exp() -> None:
    assert answer(token("openid"), now=END - timedelta(microseconds=1)).status == 200


def test_rfc6750_3_1_a_text_that_is_not_our_token_gets_invalid_token() -> None:
    assert answer(None).error == "invalid_token"


def test_rfc6750_3_1_a_token_without_openid_has_insufficient_scope() -> None:
    shown = answer(token("profile"))
    assert (shown.status, shown.error) == (403, "insufficient_scope")
    assert 'error="insufficient_scope"' in shown.headers["WWW-Authenticate"]


def test_a_clients_own_token_tells_nothing_of_a_person() -> None:
    own = read_access_token(PROVIDER, issue_access_token(PROVIDER, CLIENT, ("openid",), NOW, None).text, NOW)
    assert own is not None
    assert answer(own, state=None).error == "invalid_token"
    assert "speaks for no person" in why_inactive(ShownToken(own, None, CLIENT), NOW)


def test_rfc6750_3_1_without_a_token_the_challenge_names_no_error() -> None:
    assert challenge(None) == Answer(
        401,
        None,
        {**NO_STORE, "WWW-Authenticate": f"{BEARER}, {BY_KEY}"},
    )


def test_a_profile_sealed_for_another_place_is_never_released() -> None:
    moved = replace(STATE, profile_sealed=PROVIDER.sealer.seal(b"{}", "phone"))
    with pytest.raises(SealBrokenError):
        answer(token("openid"), moved)
