"""A plain store of checks, no outcomes, and a line to nobody: what tests of its callers give the doctor of a client."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from clients.model import ClientId
from clients.registry import ClientRegistry
from idp.admin.audit.search import LoggedEvent
from idp.admin.clients.checking import ClientChecking
from idp.admin.clients.doctor import ClientDoctor
from idp.admin.clients.health import CheckResult
from idp.admin.clients.health_ports import KeptCheck, LeasedHost
from idp.admin.clients.registrations import ClientRegistrations
from idp.audit.client_refusals import CountedRefusals
from idp.kernel.clock import Clock
from idp.kernel.effects import Ledger
from idp.outbound.http import EgressError, OutboundRequest, OutboundResponse, ShownCertificate


class PlainChecks:
    """Implements `ClientChecks` for one process: every host is free."""

    def __init__(self) -> None:
        """Begin without results."""
        self.results: dict[object, CheckResult] = {}
        self.due: dict[str, datetime] = {}

    async def plan(self, hosts: Iterable[str], due_at: datetime) -> None:
        """Remember when."""
        for host in hosts:
            self.due.setdefault(host, due_at)

    async def lease(self, now: datetime, until: datetime, limit: int) -> Sequence[LeasedHost]:
        """Return hosts that are due."""
        return [LeasedHost(host, 1) for host, at in self.due.items() if at <= now][:limit]

    async def take(self, host: str, now: datetime, until: datetime) -> LeasedHost | None:
        """Return the host."""
        return LeasedHost(host, 1)

    async def record(self, leased: LeasedHost, results: Iterable[CheckResult], due_at: datetime) -> bool:
        """Remember results."""
        self.results |= {(one.client_id, one.target): one for one in results}
        self.due[leased.host] = due_at
        return True

    async def forget(self, leased: LeasedHost) -> None:
        """Forget when."""
        self.due.pop(leased.host, None)

    async def at_host(self, host: str) -> Sequence[CheckResult]:
        """Return results of a host."""
        return [one for one in self.results.values() if one.target.host == host]

    async def of_client(self, client_id: ClientId) -> Sequence[KeptCheck]:
        """Return results of a client."""
        own = [one for one in self.results.values() if one.client_id == client_id]
        return [KeptCheck(one, self.due.get(one.target.host)) for one in own]

    async def failing(self, client_ids: Sequence[ClientId] | None, limit: int) -> Sequence[CheckResult]:
        """Return results that fail."""
        wanted = [one for one in self.results.values() if client_ids is None or one.client_id in client_ids]
        return [one for one in wanted if one.judged.state == "fails"][:limit]


class NoOutcomes:
    """Implements `OutcomeReader`: nothing ever went wrong."""

    async def outcomes(self, client_id: ClientId, limit: int) -> Sequence[LoggedEvent]:
        """Return nothing."""
        return []


class NoRefusals:
    """Implements `RefusalReader`: nothing was refused."""

    async def refusals(self, client_id: ClientId) -> Sequence[CountedRefusals]:
        """Return nothing."""
        return []


class NoService:
    """Implements `HttpCaller` and `CertificateReader`: nobody is there."""

    async def call(self, request: OutboundRequest) -> OutboundResponse:
        """Fail."""
        raise EgressError("connection", "nobody is there")

    async def certificate(self, host: str, port: int, deadline: timedelta) -> ShownCertificate:
        """Fail."""
        raise EgressError("connection", "nobody is there")


def plain_doctor(
    registrations: ClientRegistrations, registry: ClientRegistry, ledger: Ledger, clock: Clock
) -> ClientDoctor:
    """Return a doctor that reaches nobody."""
    checks, line = PlainChecks(), NoService()
    checking = ClientChecking(registry, checks, line, line, clock)
    return ClientDoctor(registrations, checking, checks, NoOutcomes(), NoRefusals(), ledger, clock)
