"""What can be wrong with a national setting."""

from collections.abc import Sequence

from clients.errors import Problem
from idp.kernel.errors import IdpError


class InvalidSettingError(IdpError):
    """The document breaks rules; `problems` has every one of them and is never empty."""

    code = "invalid_setting"

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(f"{problem.field}: {problem.rule}" for problem in problems))
        self.problems = tuple(problems)
