"""Every check of a logout token (OpenID Back-Channel Logout 1.0 2.6), each broken alone."""

from datetime import timedelta

import pytest

from portals.relying_party.config import NATIONAL
from portals.relying_party.errors import TokenRefusedError
from portals.relying_party.logout_token import LOGOUT_EVENT, LogoutNotice, LogoutTokens
from tests.unit.portals.signing import NOW, OTHER_KEY, SIGNING_KEY, Published, at, logout_claims, sign, sign_logout


def reader() -> LogoutTokens:
    return LogoutTokens(NATIONAL, Published(SIGNING_KEY).provider_keys())


async def refusal(token: str) -> str:
    with pytest.raises(TokenRefusedError) as caught:
        await reader().read(token, NOW)
    return caught.value.detail


async def test_a_good_notice_names_session_and_person() -> None:
    assert await reader().read(sign_logout(logout_claims()), NOW) == LogoutNotice("session-one", "pairwise-subject")


async def test_backchannel_2_4_a_notice_may_name_the_session_alone() -> None:
    assert await reader().read(sign_logout(logout_claims(sub=None)), NOW) == LogoutNotice("session-one", None)


async def test_backchannel_2_4_a_notice_may_name_the_person_alone() -> None:
    assert await reader().read(sign_logout(logout_claims(sid=None)), NOW) == LogoutNotice(None, "pairwise-subject")


async def test_backchannel_2_6_another_signature_is_refused() -> None:
    assert "signature" in await refusal(sign(logout_claims(), OTHER_KEY, kid="first", typ="logout+jwt"))


@pytest.mark.parametrize("typ", [None, "JWT", "at+jwt"])
async def test_backchannel_2_4_another_type_is_refused(typ: str | None) -> None:
    assert "another type" in await refusal(sign(logout_claims(), typ=typ))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"iss": "https://elsewhere.example"}, "iss is another issuer"),
        ({"aud": "bo-tu-phap"}, "aud is not this portal alone"),
        ({"exp": at(NOW - timedelta(seconds=30))}, "the token has expired"),
        ({"iat": at(NOW + timedelta(seconds=31))}, "iat lies in the future"),
        ({"iat": None}, "iat or exp is missing"),
        ({"exp": None}, "iat or exp is missing"),
        ({"exp": at(NOW + timedelta(minutes=10)) + 1}, "the logout token lives too long"),
        ({"events": None}, "events does not say logout"),
        ({"events": {}}, "events does not say logout"),
        ({"events": {LOGOUT_EVENT: None}}, "events does not say logout"),
        ({"events": LOGOUT_EVENT}, "events does not say logout"),
        ({"nonce": "anything"}, "a logout token has no nonce"),
        ({"sid": None, "sub": None}, "neither sid nor sub"),
        ({"sid": "", "sub": 7}, "neither sid nor sub"),
        ({"jti": None}, "jti is missing"),
    ],
)
async def test_backchannel_2_6_each_broken_rule_is_named(changes: dict[str, object], reason: str) -> None:
    assert await refusal(sign_logout(logout_claims(**changes))) == reason


async def test_backchannel_2_6_a_notice_works_once() -> None:
    tokens, token = reader(), sign_logout(logout_claims())
    await tokens.read(token, NOW)
    with pytest.raises(TokenRefusedError, match="used before"):
        await tokens.read(token, NOW + timedelta(minutes=2))


async def test_backchannel_2_6_a_refused_notice_does_not_use_up_its_jti() -> None:
    tokens = reader()
    with pytest.raises(TokenRefusedError):
        await tokens.read(sign_logout(logout_claims(nonce="x")), NOW)
    assert (await tokens.read(sign_logout(logout_claims()), NOW)).sid == "session-one"


async def test_used_notices_are_forgotten_once_they_would_be_refused_anyway() -> None:
    tokens = reader()
    await tokens.read(sign_logout(logout_claims()), NOW)
    later = NOW + timedelta(minutes=5)
    again = logout_claims(iat=at(later), exp=at(later + timedelta(minutes=2)))
    assert (await tokens.read(sign_logout(again), later)).sid == "session-one"
