"""The numbers: each within what its specification allows."""

from datetime import timedelta

from idp.protocol.logout import LOGOUT_TOKEN_LIFE
from idp.protocol.policy import ProtocolPolicy

POLICY = ProtocolPolicy()


def test_fapi2_5_3_2_1_a_code_lives_a_minute_at_most() -> None:
    assert timedelta(0) < POLICY.code_life <= timedelta(seconds=60)


def test_rfc9700_4_14_a_code_is_remembered_longer_than_it_lives() -> None:
    assert POLICY.code_memory > POLICY.code_life


def test_revocation_reaches_offline_validators_within_five_minutes() -> None:
    assert POLICY.access_token_life <= timedelta(minutes=5)


def test_fapi2_5_3_2_1_the_skew_lies_between_8_and_60_seconds() -> None:
    assert timedelta(seconds=8) <= POLICY.clock_skew <= timedelta(seconds=60)


def test_fapi2_5_3_2_1_a_replaced_refresh_token_works_for_30_seconds_more() -> None:
    assert POLICY.refresh_grace == timedelta(seconds=30)


def test_backchannel_logout_2_4_a_logout_token_lives_two_minutes_at_most() -> None:
    assert timedelta(minutes=2) >= LOGOUT_TOKEN_LIFE
