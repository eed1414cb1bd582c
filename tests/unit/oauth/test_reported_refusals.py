"""A refusal of one token is told once, and what is remembered is bounded."""

from idp.oauth.reported_refusals import ReportedRefusals


def test_one_token_is_told_of_once_for_each_reason() -> None:
    reported = ReportedRefusals()
    assert [reported.is_first(*one) for one in (("a", "x"), ("a", "x"), ("b", "x"), ("a", "y"))] == [
        True, False, True, True,
    ]  # fmt: skip


def test_the_newest_are_remembered() -> None:
    reported = ReportedRefusals(most=2)
    assert [reported.is_first(jti, "x") for jti in ("a", "b", "a", "c", "a", "b")] == [
        True, True, False, True, False, True,
    ]  # fmt: skip
