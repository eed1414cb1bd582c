"""What issues and ends the accounts of administrators."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from idp.accounts.officers import Officer
from idp.accounts.posts import Issued, NewPost
from idp.audit.model import RecordEvent
from idp.kernel.effects import Effect
from idp.kernel.secrets import Secret


class OfficerIssuer(Protocol):
    """Changes officers' accounts, each in one transaction; `first` and `then` are written in the same one."""

    async def issue(
        self, post: NewPost, event: RecordEvent, *, then: Callable[[Officer], Sequence[Effect]]
    ) -> Issued | None:
        """Make an account; None if its name or code is taken, or a claim of `then` is too late."""

    async def renew_enrolment(
        self, officer: Officer, by: str, event: RecordEvent, *, first: Sequence[Effect] = ()
    ) -> Secret | None:
        """Return a new enrolment code; None where the account was set up already, or is withdrawn or over."""

    async def extend(
        self, officer: Officer, ends_at: datetime, event: RecordEvent, *, first: Sequence[Effect] = ()
    ) -> bool:
        """Give an account another end; False if it was withdrawn."""

    async def withdraw(
        self, officer: Officer, reason: str, event: RecordEvent, *, first: Sequence[Effect] = ()
    ) -> bool:
        """Take an account back, with its sessions; False if it was."""
