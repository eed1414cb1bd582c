"""What the simulator remembers while it runs: the mode of each register, and the last questions."""

from collections import deque
from dataclasses import dataclass, field

from portals.simulator.book import Book
from portals.simulator.enterprises import EnterpriseBook
from portals.simulator.faults import Control
from portals.simulator.upstream.state import Upstream

REGISTERS = ("population", "enterprise", "subscribers")


@dataclass(frozen=True, slots=True)
class Question:
    """Who asked and why; not about whom."""

    request_id: str
    service: str
    officer: str
    correlation_id: str
    operation: str = ""


def _all_normal() -> dict[str, Control]:
    return {name: Control() for name in REGISTERS}


def _last_hundred() -> deque[Question]:
    return deque(maxlen=100)


@dataclass(slots=True)
class Registers:
    """The registers; `secret` is what callers of the population register and of the carriers share with them."""

    secret: str
    controls: dict[str, Control] = field(default_factory=_all_normal)
    questions: deque[Question] = field(default_factory=_last_hundred)
    book: Book = field(default_factory=Book)
    enterprises: EnterpriseBook = field(default_factory=EnterpriseBook)
    upstream: Upstream = field(default_factory=Upstream)

    def remember(self, question: Question) -> None:
        """Keep a question, newest first."""
        self.questions.appendleft(question)
