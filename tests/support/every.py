"""One rule over many cases in one test: every case is tried, and all that fail are told together, each by its name."""

import functools
import inspect
import traceback
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVarTuple

Case = TypeVarTuple("Case")


def check_each(cases: Iterable[tuple[*Case]], named: Callable[[*Case], str], check: Callable[[*Case], object]) -> None:
    """Run `check` with each case, and fail with the name and the reason of every one that did not hold.

    That there are no cases is a failure too: a loop over nothing proves nothing.
    """
    tried, failures = 0, list[str]()
    for case in cases:
        tried += 1
        try:
            check(*case)
        except Exception as error:  # noqa: BLE001 - a case that breaks with any error has failed, and the next is tried
            failures.append(f"{named(*case)}: {_told(error)}")
    if failures:
        raise AssertionError("\n".join([f"{len(failures)} of {tried} cases failed", *failures]))
    if not tried:
        raise AssertionError("there is no case to check")


def for_each(
    cases: Callable[[], Iterable[tuple[*Case]]], named: Callable[[*Case], str]
) -> Callable[[Callable[[*Case], object]], Callable[[], None]]:
    """Make a check of one case a test of all; the cases are made when the test runs, not when it is collected."""

    def test_of(check: Callable[[*Case], object]) -> Callable[[], None]:
        @functools.wraps(check)
        def test() -> None:
            check_each(cases(), named, check)

        # pytest asks the signature for fixtures, and the wrapped one names the parts of a case.
        test.__signature__ = inspect.Signature()  # type: ignore[attr-defined]
        return test

    return test_of


def _told(error: Exception) -> str:
    """Return where a check stopped and why, with what pytest wrote of the compared values."""
    frames = traceback.extract_tb(error.__traceback__)[1:]
    places = " > ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames[:1] + frames[1:][-1:])
    return f"{type(error).__name__} at {places}: {error}"
