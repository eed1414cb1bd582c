"""When a session may change what protects the account (ASVS 7.5.1)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from idp.selfservice.recent_sign_in import RECENT, is_recent_and_strong, still_to_show
from idp.sessions.model import SessionView
from tests.support.protocol_builders import NOW, SESSION, VIEW

OLD = RECENT + timedelta(seconds=1)


def view(*amr: str, signed_in: timedelta, shown: timedelta, enrolled: str = "sms otp") -> SessionView:
    session = replace(SESSION, amr=amr, auth_time=NOW - signed_in, factor_at=NOW - shown)
    return replace(VIEW, session=session, enrolled=frozenset(enrolled.split()))


@pytest.mark.parametrize(
    ("amr", "shown", "enough"),
    [
        (("pwd", "sms", "mfa"), RECENT, True),
        (("pwd", "sms", "mfa"), OLD, False),
        (("hwk", "mfa"), RECENT, True),
        (("pwd",), timedelta(0), False),
        (("sms", "otp"), timedelta(0), False),
    ],
)
def test_two_factors_or_a_passkey_a_short_while_ago_are_enough(
    amr: tuple[str, ...], shown: timedelta, enough: bool
) -> None:
    assert is_recent_and_strong(view(*amr, signed_in=OLD, shown=shown), NOW) is enough


def test_a_fresh_and_strong_session_shows_nothing_more() -> None:
    assert still_to_show(view("pwd", "otp", "mfa", signed_in=OLD, shown=RECENT), NOW) == frozenset()


def test_beside_a_recent_password_only_a_second_factor_is_asked() -> None:
    assert still_to_show(view("pwd", signed_in=RECENT, shown=RECENT), NOW) == {"sms", "otp"}


def test_an_old_sign_in_is_asked_for_its_password_again() -> None:
    assert still_to_show(view("pwd", "sms", "mfa", signed_in=OLD, shown=OLD), NOW) == {"pwd", "sms", "otp"}
