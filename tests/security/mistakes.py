"""What a loop over many cases found wrong: every case is tried, and all that failed are told together."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(slots=True)
class Mistakes:
    """The cases of one rule that failed, each by its name."""

    found: list[str] = field(default_factory=list)

    @contextmanager
    def of(self, *case: object) -> Iterator[None]:
        """Try one case; an assertion of it that fails is written down under the name of the case."""
        try:
            yield
        except AssertionError as error:
            self.found.append(f"{' '.join(str(part) for part in case)}: {error}")


@contextmanager
def every_case() -> Iterator[Mistakes]:
    """Let a test try many cases, and fail with all the mistakes there were."""
    mistakes = Mistakes()
    yield mistakes
    assert not mistakes.found, "\n".join([f"{len(mistakes.found)} failed:", *mistakes.found])
