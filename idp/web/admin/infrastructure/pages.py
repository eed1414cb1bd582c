"""The console's pages of signing keys, registers and upstream providers."""

from typing import ClassVar

from msgspec import Struct

from idp.admin.infrastructure.signing_keys import KeyPhase
from idp.outbound.health import ServiceState
from idp.outbound.record import FaultKind
from idp.proofing.registers.health import RegisterName
from idp.upstream.model import Trust
from idp.web.admin.pages import FieldProblem
from idp.web.admin.shell_page import AdminFormPage
from idp.web.status.pages import Condition


class KeyRow(Struct, frozen=True, kw_only=True):
    """One key; times are written for people, "" where there is none."""

    kid: str
    algorithm: str
    phase: KeyPhase
    signs_from: str
    signs_until: str
    published_until: str
    tokens_until: str


class KeysPage(AdminFormPage, frozen=True, kw_only=True):
    """The keys that sign tokens. `next_rotation` is "" where none is planned."""

    template: ClassVar[str] = "admin/infrastructure/keys.html"
    keys: tuple[KeyRow, ...]
    next_rotation: str
    lead_minutes: int
    # What was typed, where something is wrong with it.
    typed_minutes: str
    may_change: bool
    problems: tuple[FieldProblem, ...]

    @property
    def revocable(self) -> tuple[KeyRow, ...]:
        """Return the keys that a revocation would change."""
        return tuple(key for key in self.keys if key.phase not in {KeyPhase.REVOKED, KeyPhase.GONE})


class FaultRow(Struct, frozen=True, kw_only=True):
    """One cause of failures, in the service's own word and in what it means."""

    cause: str
    kind: FaultKind
    count: int
    last_at: str


class ServiceFacts(Struct, frozen=True, kw_only=True):
    """How a service is doing and did lately; "" where there is nothing to tell."""

    condition: Condition
    state: ServiceState
    since: str
    last_answer: str
    p50: str
    p95: str
    counted: int
    faults: tuple[FaultRow, ...]


class RegisterRow(Struct, frozen=True, kw_only=True):
    """One register, its service, what waits for it, and how far its feed was applied."""

    name: RegisterName
    host: str
    in_service: bool
    seconds: int
    facts: ServiceFacts
    waiting: int
    oldest: str
    feed: str
    reads_on: str


class RegistersPage(AdminFormPage, frozen=True, kw_only=True):
    """The registers that the settings name."""

    template: ClassVar[str] = "admin/infrastructure/registers.html"
    registers: tuple[RegisterRow, ...]
    may_change: bool
    problems: tuple[FieldProblem, ...]


class UpstreamRow(Struct, frozen=True, kw_only=True):
    """One upstream provider; its name is an operator's, not a text of ours."""

    id: str
    name: str
    issuer: str
    trust: Trust
    offered: bool
    facts: ServiceFacts
    metadata_at: str
    keys_at: str


class UpstreamsPage(AdminFormPage, frozen=True, kw_only=True):
    """The upstream providers of the operator's file; there may be none."""

    template: ClassVar[str] = "admin/infrastructure/upstreams.html"
    upstreams: tuple[UpstreamRow, ...]
    may_change: bool
    problems: tuple[FieldProblem, ...]
