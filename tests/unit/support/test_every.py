"""A rule over many cases fails when any of them does, and tells each by its name."""

import inspect

import pytest

from tests.support.every import check_each, for_each

CASES = [(1, "one"), (2, "two"), (3, "three")]


def name(_: int, word: str) -> str:
    return f"case {word}"


def failure_of(cases: list[tuple[int, str]], broken: dict[int, BaseException]) -> tuple[str, list[int]]:
    """Return what is told when the checks of some cases raise, and which cases were tried."""
    tried: list[int] = []

    def check(number: int, _: str) -> None:
        tried.append(number)
        if number in broken:
            raise broken[number]

    with pytest.raises(AssertionError) as failure:
        check_each(cases, name, check)
    return str(failure.value), tried


@pytest.mark.parametrize("broken", [1, 2, 3])
def test_one_failing_case_fails_the_test_wherever_it_stands(broken: int) -> None:
    reported, tried = failure_of(CASES, {broken: AssertionError("not so")})
    assert tried == [1, 2, 3]
    assert reported.startswith("1 of 3 cases failed\n")
    assert f"case {CASES[broken - 1][1]}: AssertionError" in reported
    assert reported.endswith(": not so")


def test_every_failing_case_is_told_and_no_other() -> None:
    reported, _ = failure_of(CASES, {1: AssertionError("first"), 3: KeyError("third")})
    assert reported.startswith("2 of 3 cases failed\n")
    assert "case one: AssertionError" in reported
    assert "case three: KeyError" in reported
    assert "case two" not in reported


def test_no_case_at_all_is_a_failure() -> None:
    assert failure_of([], {}) == ("there is no case to check", [])


def test_what_is_no_error_of_a_check_ends_the_loop() -> None:
    """pytest's own failure and an interrupt are no `Exception`: both pass through at once."""

    def check(_: int, __: str) -> None:
        pytest.fail("a socket")

    with pytest.raises(pytest.fail.Exception, match="a socket"):
        check_each(CASES, name, check)


def test_a_generator_of_cases_that_breaks_fails_the_test() -> None:
    with pytest.raises(ZeroDivisionError):
        check_each(((1 // number, "") for number in (1, 0)), name, lambda _, __: None)


def test_cases_that_hold_pass_and_each_is_tried() -> None:
    tried: list[str] = []
    check_each(CASES, name, lambda _, word: tried.append(word))
    assert tried == ["one", "two", "three"]


def test_a_check_of_one_case_becomes_a_test_without_arguments_that_pytest_finds() -> None:
    asked: list[str] = []

    def cases() -> list[tuple[int, str]]:
        asked.append("cases")
        return CASES

    @for_each(cases, name)
    def test_rule(number: int, word: str) -> None:
        """What the rule says."""
        assert number != 2, word

    assert (test_rule.__name__, test_rule.__doc__) == ("test_rule", "What the rule says.")
    assert (list(inspect.signature(test_rule).parameters), asked) == ([], [])
    with pytest.raises(AssertionError, match=r"^1 of 3 cases failed\ncase two: AssertionError at test_every\.py:"):
        test_rule()
