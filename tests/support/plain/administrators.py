"""Nobody administers, and nobody is issued: the plain ports of `Administrators`."""

from collections.abc import Callable, Sequence
from datetime import datetime

from idp.audit.model import RecordEvent
from idp.kernel.effects import Effect
from idp.kernel.ids import AccountId
from idp.officers.administrators import Administrator
from idp.officers.model import CodeAsked, Officer
from idp.officers.posts import NewPost, OfficerContact


class NoAdministrators:
    """Implements `AdministratorReader`."""

    async def page(self, agencies: Sequence[str] | None, after_id: str, limit: int) -> Sequence[Administrator]:
        """Return nobody."""
        return []

    async def by_account(self, account_id: AccountId) -> Administrator | None:
        """Return nobody."""
        return None


class NoAccounts:
    """Implements `OfficerIssuer`: every name is taken, every account gone."""

    async def propose(
        self,
        post: NewPost,
        contact: OfficerContact,
        event: RecordEvent,
        *,
        then: Callable[[Officer], Sequence[Effect]],
    ) -> Officer | None:
        """The name is taken."""
        return None

    async def ask_enrolment(
        self, officer: Officer, contact: OfficerContact, by: str, event: RecordEvent, *, first: Sequence[Effect] = ()
    ) -> bool:
        """It is too late."""
        return False

    async def confirm_enrolment(
        self, officer: Officer, asked: CodeAsked, by: str, event: RecordEvent, *, first: Sequence[Effect] = ()
    ) -> bool:
        """It is too late."""
        return False

    async def extend(
        self, officer: Officer, ends_at: datetime, event: RecordEvent, *, first: Sequence[Effect] = ()
    ) -> bool:
        """It is too late."""
        return False

    async def withdraw(
        self, officer: Officer, reason: str, event: RecordEvent, *, first: Sequence[Effect] = ()
    ) -> bool:
        """It is too late."""
        return False


class NoTies:
    """Implements `TieReader`: nobody made anybody an administrator."""

    async def tied(self, one: str, other: str, since: datetime) -> bool:
        """Return that two people are two."""
        return False

    async def any_nameless(self, one: str, other: str) -> bool:
        """Return that it is known whose accounts they are."""
        return False
