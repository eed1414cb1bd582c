"""The outbound services of upstream providers, each behind its own gate, and what keeps their
health from growing old.
"""

import asyncio
from collections.abc import Mapping
from datetime import timedelta

from msgspec import Struct

from idp.adapters.upstream.service import HttpUpstreamService
from idp.environment import Settings
from idp.kernel.clock import Clock
from idp.kernel.shortlived import ShortLivedStore
from idp.outbound.breaker import CircuitBreaker
from idp.outbound.bulkhead import Bulkhead
from idp.outbound.gate import ServiceGate
from idp.outbound.health_board import HealthBoard
from idp.outbound.heartbeat import Heartbeat
from idp.outbound.http import HttpCaller
from idp.settings.live import LiveSettings
from idp.sign_in.levels import FACTORS
from idp.upstream.providers_file import read_providers
from idp.upstream.service import Federation

_LOOK_EVERY = timedelta(seconds=5)
# Sign-in by it stands on a page that everybody sees: fewer failures than a register's hide it.
_FAILURES_TO_OPEN = 3


class Upstreams(Struct, frozen=True):
    """The providers of one process: made once, so that all its questions share a breaker and a bulkhead."""

    federation: Federation
    heartbeats: tuple[Heartbeat, ...]

    @property
    def reuse(self) -> Mapping[str, frozenset[str]]:
        """Return by provider the service classes that may use its result again."""
        return {name: service.provider.reuse for name, service in self.federation.services.items()}

    async def keep_watch(self) -> None:
        """Ask each about nobody, for ever, whenever it was not asked for a while; one that is slow delays no other."""
        await asyncio.gather(*(_watch(heartbeat) for heartbeat in self.heartbeats))


async def _watch(heartbeat: Heartbeat) -> None:
    while True:
        await heartbeat.beat()
        await asyncio.sleep(_LOOK_EVERY.total_seconds())


def compose_upstreams(
    settings: Settings, caller: HttpCaller, clock: Clock, store: ShortLivedStore, national_settings: LiveSettings
) -> Upstreams:
    """Return the providers that the settings name; there may be none."""
    providers = read_providers(settings.upstreams_file, FACTORS) if settings.upstreams_file else ()
    services: dict[str, HttpUpstreamService] = {}
    heartbeats: list[Heartbeat] = []
    for provider in providers:
        board = HealthBoard(f"upstream-{provider.id}", store, clock)
        gate = ServiceGate(board, CircuitBreaker(clock, failures_to_open=_FAILURES_TO_OPEN), Bulkhead())
        service = services[provider.id] = HttpUpstreamService(provider, caller, gate, clock)
        heartbeats.append(Heartbeat(gate, service.ask_about_nobody, store, clock))
    federation = Federation(
        services, settings.issuer, clock, lambda name: name not in national_settings.upstreams.value
    )
    return Upstreams(federation, tuple(heartbeats))
