"""Why an administrator's command is refused. What is not theirs to see is not found, as what does not exist.

AdminError
├── NotPermittedError    the role does not allow it
│   ├── NotIndependentError   the same person can be behind the proposal and its decision
│   ├── PersonUnknownError    nobody knows whose account one of the two is
│   └── RightRestsError       the role that would allow it is too new
├── FreshFactorNeededError   it takes a second factor shown a short while ago
├── NotFoundError        there is no such object, or none that is theirs
├── StaleVersionError    somebody else changed it since it was read
├── TooLateError         it was decided, withdrawn or has expired
├── TooManyError         enough of it was done for a while
├── ConflictError        it contradicts what is there already
│   ├── SecondPersonNeededError      it was to be done at once, and takes two
│   └── SecondPersonNotNeededError   it was proposed, and takes one
└── InvalidInputError    fields break rules; carries every problem found
"""

from collections.abc import Sequence
from datetime import timedelta

from clients.errors import Problem
from idp.kernel.errors import IdpError


class AdminError(IdpError):
    """The root of this package's errors. `code` names the text that a page or a problem document shows."""

    code = "admin_refused"


class NotPermittedError(AdminError):
    """The account's roles do not allow it."""

    code = "not_permitted"


class NotIndependentError(NotPermittedError):
    """One of the two made the other an administrator lately, a third made both, or both are one person's."""

    code = "not_independent"


class PersonUnknownError(NotPermittedError):
    """The account of one of the two carries no person's number, and the day from which it must is over."""

    code = "person_unknown"


class RightRestsError(NotPermittedError):
    """The right to approve was given lately and rests."""

    code = "right_rests"


class FreshFactorNeededError(AdminError):
    """Allowed, once a second factor has been shown again."""

    code = "fresh_factor_needed"


class NotFoundError(AdminError):
    """No such object, or it is another agency's."""

    code = "not_found"


class StaleVersionError(AdminError):
    """The object is not as it was when the change was begun."""

    code = "stale_version"


class TooLateError(AdminError):
    """Decided by somebody else, taken back, or expired."""

    code = "too_late"


class TooManyError(AdminError):
    """It was done as often as anybody needs to; `retry_after` is when it surely works again."""

    code = "too_many"

    def __init__(self, retry_after: timedelta) -> None:
        super().__init__("done too often")
        self.retry_after = retry_after


class ConflictError(AdminError):
    """It contradicts what is there already: a name taken, a second proposal."""

    code = "conflict"


class SecondPersonNeededError(ConflictError):
    """Asked to be done at once, but a second person must approve it: it is proposed."""

    code = "second_person_needed"


class SecondPersonNotNeededError(ConflictError):
    """Proposed, but nobody else need approve it: it is done at once."""

    code = "second_person_not_needed"


class InvalidInputError(AdminError):
    """Fields break rules; `problems` is never empty."""

    code = "invalid_input"

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(f"{problem.field}: {problem.rule}" for problem in problems))
        self.problems = tuple(problems)
