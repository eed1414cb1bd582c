"""A refusal of one token is told once, and what is remembered is bounded."""

from idp.oauth.reported_refusals import ToldRefusals


def test_one_token_is_told_of_once_for_each_reason() -> None:
    told = ToldRefusals()
    assert [told.is_first(*one) for one in (("a", "x"), ("a", "x"), ("b", "x"), ("a", "y"))] == [
        True, False, True, True,
    ]  # fmt: skip


def test_the_newest_are_remembered() -> None:
    told = ToldRefusals(most=2)
    assert [told.is_first(jti, "x") for jti in ("a", "b", "a", "c", "a", "b")] == [
        True, True, False, True, False, True,
    ]  # fmt: skip
