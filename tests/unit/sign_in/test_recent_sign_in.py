"""When a session may change what protects the account (ASVS 7.5.1)."""

from datetime import timedelta

import pytest

from idp.sessions.model import SessionView
from idp.sign_in.recent import RECENT, is_recent_and_strong, still_to_show, strong_since
from records.structs import replace
from tests.support.builders.protocol import NOW, SESSION, VIEW

OLD = RECENT + timedelta(seconds=1)


def view(*shown: tuple[str, timedelta], enrolled: str = "sms otp") -> SessionView:
    amr = tuple(factor for factor, _ in shown)
    session = replace(SESSION, amr=amr, shown=tuple((factor, NOW - ago) for factor, ago in shown))
    return replace(VIEW, session=session, enrolled=frozenset(enrolled.split()))


@pytest.mark.parametrize(
    ("shown", "enough"),
    [
        ((("pwd", RECENT), ("sms", RECENT)), True),
        ((("pwd", OLD), ("sms", timedelta(0))), False),
        ((("pwd", timedelta(0)), ("sms", OLD)), False),
        ((("hwk", RECENT),), True),
        ((("hwk", OLD),), False),
        ((("pwd", timedelta(0)),), False),
        ((("sms", timedelta(0)), ("otp", timedelta(0))), False),
        ((), False),
    ],
    ids=str,
)
def test_asvs_7_5_1_both_factors_are_fresh_or_a_passkey_is(
    shown: tuple[tuple[str, timedelta], ...], enough: bool
) -> None:
    """A portal's step-up by one code beside a password of three hours ago opened the contacts."""
    assert is_recent_and_strong(view(*shown), NOW) is enough


def test_a_fresh_and_strong_session_shows_nothing_more() -> None:
    assert still_to_show(view(("pwd", RECENT), ("otp", RECENT)), NOW) == frozenset()


def test_beside_a_recent_password_only_a_second_factor_is_asked() -> None:
    assert still_to_show(view(("pwd", RECENT), ("sms", OLD)), NOW) == {"sms", "otp"}


def test_an_old_password_is_asked_for_again_beside_a_fresh_code() -> None:
    assert still_to_show(view(("pwd", OLD), ("sms", RECENT)), NOW) == {"pwd", "sms", "otp"}


def test_strong_since_is_the_older_of_the_two_that_make_it_strong() -> None:
    shown = (("pwd", NOW - OLD), ("sms", NOW), ("otp", NOW - RECENT))
    assert strong_since(shown) == NOW - OLD
    assert strong_since((*shown, ("hwk", NOW))) == NOW
    assert strong_since(shown[1:]) is None
