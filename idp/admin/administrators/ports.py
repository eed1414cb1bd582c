"""What issues and ends the accounts of administrators."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from idp.audit.model import RecordEvent
from idp.kernel.effects import Effect
from idp.officers.model import CodeAsked, Officer
from idp.officers.posts import NewPost, OfficerContact


class OfficerIssuer(Protocol):
    """Changes officers' accounts, each in one transaction; `first` and `then` are written in the same one."""

    async def propose(
        self,
        post: NewPost,
        contact: OfficerContact,
        event: RecordEvent,
        *,
        then: Callable[[Officer], Sequence[Effect]],
    ) -> Officer | None:
        """Make an account whose code waits; None if its name or code is taken, or a claim of `then` is too late."""

    async def ask_enrolment(
        self, officer: Officer, contact: OfficerContact, by: str, event: RecordEvent, *, first: Sequence[Effect] = ()
    ) -> bool:
        """Want a new enrolment code, which waits; False where the account was set up already, or has ended."""

    async def confirm_enrolment(
        self, officer: Officer, asked: CodeAsked, by: str, event: RecordEvent, *, first: Sequence[Effect] = ()
    ) -> bool:
        """Make the code that was asked for and send it to the officer; False if it was decided or asked anew."""

    async def extend(
        self, officer: Officer, ends_at: datetime, event: RecordEvent, *, first: Sequence[Effect] = ()
    ) -> bool:
        """Give an account another end; False if it was withdrawn."""

    async def withdraw(
        self, officer: Officer, reason: str, event: RecordEvent, *, first: Sequence[Effect] = ()
    ) -> bool:
        """Take an account back, with its sessions; False if it was."""
