"""Where results of checks are kept, and which host is tried by whom."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from clients.model import ClientId
from idp.admin.clients.health import CheckResult


class LeasedHost(Struct, frozen=True):
    """A host that nobody else tries before the lease ends. `turn` counts its leases: only the newest may write."""

    host: str
    turn: int


class KeptCheck(Struct, frozen=True):
    """A result and when its host is tried again."""

    result: CheckResult
    # None where it is tried on request only.
    due_at: datetime | None


class ClientChecks(Protocol):
    """The results of all processes, and the hosts that wait for their turn."""

    async def plan(self, hosts: Iterable[str], due_at: datetime) -> None:
        """Plan a try for each host at that time; a host that has a plan keeps it."""

    async def lease(self, now: datetime, until: datetime, limit: int) -> Sequence[LeasedHost]:
        """Take up to `limit` hosts that are due; nobody else gets them before `until`."""

    async def take(self, host: str, now: datetime, until: datetime) -> LeasedHost | None:
        """Lease one host now, whether it is due or not; None where another process has the lease."""

    async def record(self, leased: LeasedHost, results: Iterable[CheckResult], due_at: datetime) -> bool:
        """Keep results and give the host back until then; False, with nothing written, where the lease has gone on."""

    async def forget(self, leased: LeasedHost) -> None:
        """Take a host off the list: nobody's clients are there any more."""

    async def at_host(self, host: str) -> Sequence[CheckResult]:
        """Return what was found last at a host."""

    async def of_client(self, client_id: ClientId) -> Sequence[KeptCheck]:
        """Return what was found last of a client, also of addresses that it has no more."""

    async def failing(self, client_ids: Sequence[ClientId] | None, limit: int) -> Sequence[CheckResult]:
        """Return up to `limit` results that fail, of some clients or of all (None), in the order of their clients."""
