"""One rule over many cases in one test: every case is tried, and all that fail are told together, each by its name."""

import functools
import inspect
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVarTuple

Case = TypeVarTuple("Case")


@dataclass(slots=True)
class Cases:
    """The cases of one rule: how many were tried, and which failed."""

    tried: int = 0
    failures: list[str] = field(default_factory=list)

    @contextmanager
    def of(self, *names: object) -> Iterator[None]:
        """Try one case; what it fails with is written down under its names, and the next is tried."""
        self.tried += 1
        try:
            yield
        except Exception as error:  # noqa: BLE001 - a case that breaks with any error has failed
            self.failures.append(f"{' '.join(str(name) for name in names)}: {_reported(error)}")


@contextmanager
def every_case() -> Iterator[Cases]:
    """Let a test try many cases, and fail with all that did not hold.

    That there are no cases is a failure too: a loop over nothing proves nothing.
    """
    cases = Cases()
    yield cases
    if cases.failures:
        raise AssertionError("\n".join([f"{len(cases.failures)} of {cases.tried} cases failed", *cases.failures]))
    if not cases.tried:
        raise AssertionError("there is no case to check")


def check_each(cases: Iterable[tuple[*Case]], named: Callable[[*Case], str], check: Callable[[*Case], object]) -> None:
    """Run `check` with each case, and fail with the name and the reason of every one that did not hold."""
    with every_case() as tried:
        for case in cases:
            with tried.of(named(*case)):
                check(*case)


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


def _reported(error: Exception) -> str:
    """Return where a check stopped and why, with what pytest wrote of the compared values."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename != __file__]
    places = " > ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames[:1] + frames[1:][-1:])
    return f"{type(error).__name__} at {places}: {error}"
