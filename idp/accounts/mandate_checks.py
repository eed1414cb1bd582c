"""Asking a register again about those whom it named: when, and how often it gave no answer since the last one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from idp.accounts.acting import MandateKind
from idp.kernel.effects import Effect

# How old a register's word on who acts for whom becomes before it is asked again.
CHECKED_AFTER = timedelta(days=1)
# How long a register is silent about a principal before whom it named only views, and before they rest. Settings of the
# process; these are their defaults.
VIEWS_AFTER, RESTS_AFTER = timedelta(days=7), timedelta(days=30)


@dataclass(frozen=True, slots=True)
class DueCheck:
    """A principal about whom a register is asked again, and how many questions in a row had no answer."""

    principal_id: str
    failures: int


@dataclass(frozen=True, slots=True)
class SetCheck(Effect):
    """Say when a register is next asked about whom it named for a principal, after an answer or none."""

    principal_id: str
    kind: MandateKind
    due_at: datetime
    failures: int = 0


class MandateChecks(Protocol):
    """Knows about whom a register is asked again."""

    async def due(self, kind: MandateKind, now: datetime, limit: int) -> Sequence[DueCheck]:
        """Return the principals of mandates of a kind whose time has come, the longest due first."""
