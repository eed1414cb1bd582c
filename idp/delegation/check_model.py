"""Asking a register again about those whom it named: when, and how often it gave no answer since the last one."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import ClassVar, Protocol

from msgspec import Struct

from idp.delegation.model import MandateKind
from idp.kernel.effects import Effect

# How old a register's word on who acts for whom becomes before it is asked again.
CHECKED_AFTER = timedelta(days=1)
# How long a register is silent about a principal before whom it named only views, and before they rest. Settings of the
# process; these are their defaults.
VIEWS_AFTER, RESTS_AFTER = timedelta(days=7), timedelta(days=30)


class DueCheck(Struct, frozen=True):
    """A principal about whom a register is asked again, how many questions in a row had no answer, and since when.

    `lowered` and `rests` say whether that already left whom it named less.
    """

    principal_id: str
    failures: int
    silent_since: datetime | None = None
    lowered: bool = False
    rests: bool = False


class SetCheck(Effect):
    """Say when a register is next asked about whom it named for a principal, after an answer or none."""

    principal_id: str
    kind: MandateKind
    due_at: datetime
    failures: int = 0
    silent_since: datetime | None = None


class LowerToView(Effect):
    """Whom a silent register named for a principal, and all under them, only view; who may not view is suspended.

    Tokens, sessions and portals as with `EndMandate`, and codes on their way are stopped. Too late if an answer came,
    or another worker counted a question, since `failures` was read.
    """

    principal_id: str
    kind: MandateKind
    failures: int
    at: datetime
    gives_up_at: datetime
    claim: ClassVar[bool] = True


class RestMandates(Effect):
    """Suspend the mandates of these people until the register answers. Too late as with `LowerToView`."""

    principal_id: str
    kind: MandateKind
    failures: int
    at: datetime
    gives_up_at: datetime
    claim: ClassVar[bool] = True


class RestoreMandates(Effect):
    """The register answered: what its silence took comes back. What anything else suspended stays so."""

    principal_id: str
    kind: MandateKind


class MandateChecks(Protocol):
    """Knows about whom a register is asked again."""

    async def due(self, kind: MandateKind, now: datetime, limit: int) -> Sequence[DueCheck]:
        """Return the principals of mandates of a kind whose time has come, the longest due first."""
