"""What a recovery needs, and how its spans follow from the wait."""

from datetime import timedelta

import pytest

from idp.kernel.secrets import HashKey
from idp.recovery.policy import Evidence, RecoveryPolicy, enough
from idp.recovery.references import RecoveryReferences, canonical_code

SMS, TOTP, CODE, PASSKEY, EMAIL = (
    Evidence.SMS,
    Evidence.TOTP,
    Evidence.RECOVERY_CODE,
    Evidence.PASSKEY,
    Evidence.EMAIL,
)


@pytest.mark.parametrize("shown", [(SMS,), (TOTP,), (CODE,), (PASSKEY,)], ids=lambda shown: shown[0])
def test_one_factor_does_where_a_password_alone_signs_in(shown: tuple[Evidence, ...]) -> None:
    assert enough(shown, protected=False)


@pytest.mark.parametrize("shown", [(), (SMS,), (TOTP,), (CODE,), (SMS, SMS), (SMS, EMAIL)], ids=str)
def test_asvs_6_4_3_a_protected_account_is_not_recovered_by_one(
    shown: tuple[Evidence, ...],
) -> None:
    assert not enough(shown, protected=True)


@pytest.mark.parametrize("shown", [(SMS, TOTP), (SMS, CODE), (TOTP, CODE), (PASSKEY,)], ids=str)
def test_a_protected_account_is_recovered_by_two_or_a_passkey(shown: tuple[Evidence, ...]) -> None:
    assert enough(shown, protected=True)


@pytest.mark.parametrize("protected", [True, False])
def test_sp800_63b_4_3_1_3_1_an_e_mail_is_no_factor(protected: bool) -> None:
    assert not enough((EMAIL,), protected=protected)


def test_the_spans_of_a_week() -> None:
    policy = RecoveryPolicy()
    assert (policy.waiting_time(reached=False), policy.waiting_time(reached=True)) == (
        timedelta(days=7),
        timedelta(days=3),
    )
    assert (policy.open_for, policy.remind_every) == (timedelta(days=14), timedelta(days=1))


def test_a_rehearsal_shortens_every_span_but_the_hold() -> None:
    policy = RecoveryPolicy(wait=timedelta(seconds=7))
    assert policy.waiting_time(reached=True) == timedelta(seconds=3)
    assert (policy.open_for, policy.remind_every) == (timedelta(seconds=14), timedelta(seconds=1))
    assert policy.hold == timedelta(minutes=30)


@pytest.mark.parametrize(
    ("typed", "read"),
    [("abcd-efgh-jkmn", "ABCDEFGHJKMN"), (" AB CD\t", "ABCD"), ("A0B1OIL", "AB"), ("", ""), ("A" * 500, "A" * 64)],
)
def test_a_reference_is_read_however_it_is_typed(typed: str, read: str) -> None:
    assert canonical_code(typed) == read


def test_a_reference_is_hashed_as_it_is_read() -> None:
    references = RecoveryReferences(HashKey(b"k" * 32))
    made = references.new()
    assert [len(group) for group in made.split("-")] == [4, 4, 4]
    assert references.hash(made) == references.hash(made.lower().replace("-", " "))
    assert references.hash(made) != references.hash(references.new())
