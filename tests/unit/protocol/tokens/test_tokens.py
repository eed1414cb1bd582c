"""The claims of tokens, exactly; and which texts are access tokens of ours."""

from base64 import urlsafe_b64encode
from datetime import timedelta
from hashlib import sha256

import pytest

from clients.model import Client, SigningAlgorithm
from idp.kernel.ids import PersonId
from idp.protocol.tokens.issued import issue_access_token, issue_id_token, read_access_token
from records.structs import replace
from tests.support.builders.protocol import (
    CLIENT,
    GRANT,
    ISSUER,
    NOTARY,
    NOW,
    PERSON,
    PROFILE,
    PROVIDER,
    SESSION,
    claims_of,
    header_of,
    strangers_notary,
)

STAMP = int(NOW.timestamp())
RESOURCE = replace(CLIENT, resource="https://records.example/api")


def id_token(client: Client = CLIENT, nonce: str | None = "n-1", access_token: str = "a.b.c") -> str:
    return issue_id_token(PROVIDER, client, GRANT, NOW, access_token=access_token, nonce=nonce)


def test_oidc_core_2_an_id_token_has_these_claims_and_no_others() -> None:
    claims = claims_of(id_token())
    assert str(claims.pop("jti")).startswith(f"{GRANT.id}.")
    assert claims == {
        "iss": ISSUER,
        "sub": PROVIDER.subjects.subject(PersonId(PERSON), CLIENT),
        "aud": "portal",
        "exp": STAMP + 300,
        "iat": STAMP,
        "acr": "loa2",
        "amr": ["pwd"],
        "sid": PROVIDER.subjects.session(SESSION.id, CLIENT),
        "at_hash": urlsafe_b64encode(sha256(b"a.b.c").digest()[:16]).rstrip(b"=").decode(),
        "nonce": "n-1",
    }


@pytest.mark.parametrize(
    ("shown", "reported"),
    [
        (("hwk", "mfa"), ["swk", "mfa"]),
        (("hwk", "pwd", "mfa"), ["pwd", "swk", "mfa"]),
        (("pwd", "sms", "mfa"), ["pwd", "sms", "mfa"]),
    ],
)
def test_rfc8176_2_no_key_is_told_to_be_in_hardware_as_no_attestation_shows_it(
    shown: tuple[str, ...], reported: list[str]
) -> None:
    grant = replace(GRANT, amr=shown)
    identity = issue_id_token(PROVIDER, CLIENT, grant, NOW, access_token="a.b.c", nonce=None)
    access = issue_access_token(PROVIDER, CLIENT, CLIENT.scope, NOW, grant).text
    assert [claims_of(text)["amr"] for text in (identity, access)] == [reported, reported]


def test_oidc_core_5_4_no_claim_of_a_profile_is_in_any_token() -> None:
    access = issue_access_token(PROVIDER, CLIENT, CLIENT.scope, NOW, GRANT).text
    assert not PROFILE.keys() & (claims_of(id_token()).keys() | claims_of(access).keys())


@pytest.mark.parametrize("algorithm", ["ES256", "RS256"])
def test_an_id_token_is_signed_as_the_client_registered_and_names_its_key(algorithm: SigningAlgorithm) -> None:
    header = header_of(id_token(replace(CLIENT, id_token_signed_response_alg=algorithm)))
    assert (header["alg"], header["typ"]) == (algorithm, "JWT")
    assert header["kid"]


def test_rfc9068_2_an_access_token_of_a_grant_has_these_claims_and_no_others() -> None:
    issued = issue_access_token(PROVIDER, CLIENT, ("openid", "profile"), NOW, GRANT)
    assert header_of(issued.text).items() >= {"typ": "at+jwt", "alg": "ES256"}.items()
    assert claims_of(issued.text) == {
        "iss": ISSUER,
        "sub": PROVIDER.subjects.subject(PersonId(PERSON), CLIENT),
        "aud": ISSUER,
        "client_id": "portal",
        "exp": STAMP + 300,
        "iat": STAMP,
        "jti": issued.jti,
        "scope": "openid profile",
        "acr": "loa2",
        "amr": ["pwd"],
    }
    assert issued.expires_at == NOW + timedelta(minutes=5)
    assert issued.jti.startswith(f"{GRANT.id}.")


def test_rfc9068_2_2_a_clients_own_token_is_about_the_client_and_nobody_else() -> None:
    claims = claims_of(issue_access_token(PROVIDER, CLIENT, ("records:read",), NOW, None).text)
    assert (claims["sub"], claims["client_id"], claims["scope"]) == ("portal", "portal", "records:read")
    assert not {"auth_time", "acr", "amr"} & claims.keys()


def test_rfc9068_2_2_3_a_token_without_scope_has_no_scope_claim() -> None:
    assert "scope" not in claims_of(issue_access_token(PROVIDER, CLIENT, (), NOW, None).text)


def test_rfc8707_2_the_registered_resource_is_an_audience_beside_the_provider() -> None:
    claims = claims_of(issue_access_token(PROVIDER, RESOURCE, ("openid",), NOW, GRANT).text)
    assert claims["aud"] == [ISSUER, "https://records.example/api"]


def test_every_access_token_has_its_own_jti() -> None:
    assert len({issue_access_token(PROVIDER, CLIENT, (), NOW, GRANT).jti for _ in range(50)}) == 50


def test_an_access_token_is_read_back_as_it_was_issued() -> None:
    issued = issue_access_token(PROVIDER, CLIENT, ("openid", "profile"), NOW, GRANT)
    token = read_access_token(PROVIDER, issued.text, NOW)
    assert token is not None
    assert (token.jti, token.grant_id, token.client_id) == (issued.jti, GRANT.id, "portal")
    assert (token.scope, token.expires_at) == (("openid", "profile"), STAMP + 300)


def test_a_clients_own_token_belongs_to_no_grant() -> None:
    token = read_access_token(PROVIDER, issue_access_token(PROVIDER, CLIENT, (), NOW, None).text, NOW)
    assert token is not None
    assert (token.grant_id, token.scope) == (None, ())


@pytest.mark.parametrize(("at", "live"), [(timedelta(seconds=299), True), (timedelta(seconds=300), False)])
def test_i24_an_access_token_is_dead_at_exp_itself(at: timedelta, *, live: bool) -> None:
    token = read_access_token(PROVIDER, issue_access_token(PROVIDER, CLIENT, (), NOW, GRANT).text, NOW)
    assert token is not None
    assert token.live(NOW + at) is live


def test_rfc9068_4_an_id_token_is_no_access_token() -> None:
    assert read_access_token(PROVIDER, id_token(), NOW) is None


def test_i13_a_logout_token_is_no_access_token() -> None:
    claims: dict[str, object] = {"jti": "x", "client_id": "portal", "exp": STAMP + 60}
    text = NOTARY.sign(claims, algorithm="ES256", typ="logout+jwt", now=NOW)
    assert read_access_token(PROVIDER, text, NOW) is None
    trial_client = NOTARY.sign(claims, algorithm="ES256", typ="at+jwt", now=NOW)
    assert read_access_token(PROVIDER, trial_client, NOW) is not None


@pytest.mark.parametrize("broken", [{"jti": 7}, {"client_id": None}, {"exp": "soon"}, {"exp": 1.5}])
def test_an_access_token_without_what_every_one_has_is_none_of_ours(broken: dict[str, object]) -> None:
    claims = {"jti": "x", "client_id": "portal", "exp": STAMP + 60} | broken
    assert read_access_token(PROVIDER, NOTARY.sign(claims, algorithm="ES256", typ="at+jwt", now=NOW), NOW) is None


def test_a_token_signed_by_another_provider_is_none_of_ours() -> None:
    claims: dict[str, object] = {"jti": "x", "client_id": "portal", "exp": STAMP + 60}
    text = strangers_notary().sign(claims, algorithm="ES256", typ="at+jwt", now=NOW)
    assert read_access_token(PROVIDER, text, NOW) is None


@pytest.mark.parametrize("text", ["", "..", "opaque", "é.é.é", "a" * 10000])
def test_cr_13_a_text_that_is_no_token_is_none_of_ours(text: str) -> None:
    assert read_access_token(PROVIDER, text, NOW) is None


SIGNED_IN = int(SESSION.auth_time.timestamp())
PSEUDONYMOUS = replace(CLIENT, scope=("openid", "offline_access"))


def times(client: Client, *, asked: bool) -> tuple[object, object]:
    access = issue_access_token(PROVIDER, client, ("openid",), NOW, GRANT, time_asked=asked).text
    issued = issue_id_token(PROVIDER, client, GRANT, NOW, access_token=access, nonce=None, time_asked=asked)
    return claims_of(access).get("auth_time"), claims_of(issued).get("auth_time")


@pytest.mark.parametrize(
    ("client", "asked", "reported"),
    [
        (CLIENT, False, None),
        (CLIENT, True, SIGNED_IN),
        (replace(CLIENT, require_auth_time=True), False, SIGNED_IN),
        (replace(CLIENT, default_max_age=timedelta(hours=1)), False, SIGNED_IN),
    ],
    ids=["nobody asked", "max_age", "registered", "default_max_age"],
)
def test_oidc_core_2_auth_time_is_told_where_it_is_due_and_nowhere_else(
    client: Client, reported: int | None, *, asked: bool
) -> None:
    assert times(client, asked=asked) == (reported, reported)


@pytest.mark.parametrize("registered", [False, True])
@pytest.mark.parametrize("asked", [False, True])
def test_a_pseudonymous_client_is_never_told_when_somebody_signed_in(*, registered: bool, asked: bool) -> None:
    """The second of a sign-in is the same at every portal: it would join whom pairwise subjects keep apart."""
    assert times(replace(PSEUDONYMOUS, require_auth_time=registered), asked=asked) == (None, None)


@pytest.mark.parametrize("changed", [{"subject_type": "public"}, {"scope": ("openid", "phone")}])
def test_a_client_that_may_know_who_it_is_is_told_when(changed: dict[str, object]) -> None:
    assert times(replace(PSEUDONYMOUS, **changed), asked=True) == (SIGNED_IN, SIGNED_IN)  # type: ignore[arg-type]
