"""The outbound services of the State's registers, each behind its own gate, and what keeps their health from growing
old.
"""

import asyncio
from datetime import timedelta
from urllib.parse import urlsplit

from msgspec import Struct

from idp.adapters.registers.enterprise import ExchangeEnterpriseRegister
from idp.adapters.registers.gate import RegisterGate
from idp.adapters.registers.rest.register import RestCredentials, RestPopulationRegister
from idp.adapters.registers.soap.register import SoapCredentials, SoapPopulationRegister
from idp.adapters.registers.subscribers import CarriersSubscriberMatch
from idp.admin.infrastructure.register_overview import WatchedRegister
from idp.environment import Settings
from idp.kernel.clock import Clock
from idp.kernel.ids import new_id
from idp.kernel.secrets import Secret
from idp.kernel.shortlived import ShortLivedStore
from idp.outbound.breaker import CircuitBreaker
from idp.outbound.bulkhead import Bulkhead
from idp.outbound.health import ServiceWatch
from idp.outbound.health_board import HealthBoard
from idp.outbound.heartbeat import Heartbeat
from idp.outbound.http import HttpCaller
from idp.proofing.model import SYSTEM
from idp.proofing.policy import HEARTBEAT_PURPOSE, NOBODY, REGISTER_DEADLINE
from idp.proofing.registers.enterprise_ports import EnterpriseRegister
from idp.proofing.registers.health import RegisterName
from idp.proofing.registers.subscribers import NoSubscriberMatch, SubscriberMatch
from idp.settings.live import LiveSettings

PopulationService = SoapPopulationRegister | RestPopulationRegister
_LOOK_EVERY = timedelta(seconds=5)


class Registers(Struct, frozen=True):
    """The registers of one process: made once, so that all its questions share a breaker and a bulkhead."""

    population: PopulationService
    # None where no address is set: then nobody can prove to represent an organisation.
    enterprise: EnterpriseRegister | None
    # Answers nothing where no address is set: then no phone is evidence.
    subscribers: SubscriberMatch
    services: tuple[WatchedRegister, ...]
    heartbeats: tuple[Heartbeat, ...]

    @property
    def watches(self) -> tuple[ServiceWatch, ...]:
        """Return the watch over each."""
        return tuple(register.watch for register in self.services)

    async def keep_watch(self) -> None:
        """Ask about nobody, for ever, whenever a register was not asked for a while."""
        while True:
            for heartbeat in self.heartbeats:
                await heartbeat.beat()
            await asyncio.sleep(_LOOK_EVERY.total_seconds())


def compose_registers(
    settings: Settings, caller: HttpCaller, clock: Clock, store: ShortLivedStore, national_settings: LiveSettings
) -> Registers:
    """Return the registers that the settings name; the population register is always one of them."""
    gate = _gate(RegisterName.POPULATION, clock, store, national_settings)
    population = _population(settings, caller, clock, gate)
    services = [_service(RegisterName.POPULATION, settings.population_register_url, gate, national_settings)]
    heartbeats = list[Heartbeat]()

    async def match_nobody() -> None:
        await population.match(
            NOBODY,
            request_id=new_id(),
            purpose=HEARTBEAT_PURPOSE,
            on_behalf_of=SYSTEM,
            deadline=REGISTER_DEADLINE,
        )

    if settings.population_register_url:
        heartbeats.append(Heartbeat(gate, match_nobody, store, clock))
    enterprise = None
    if settings.enterprise_register_url:
        own_gate = _gate(RegisterName.ENTERPRISE, clock, store, national_settings)
        register = enterprise = ExchangeEnterpriseRegister(caller, settings.enterprise_register_url, own_gate)
        services.append(
            _service(RegisterName.ENTERPRISE, settings.enterprise_register_url, own_gate, national_settings)
        )
        heartbeats.append(Heartbeat(own_gate, lambda: register.answers(deadline=REGISTER_DEADLINE), store, clock))
    subscribers: SubscriberMatch = NoSubscriberMatch()
    if settings.subscriber_match_url:
        gate = _gate(RegisterName.SUBSCRIBERS, clock, store, national_settings)
        secret = Secret(settings.subscriber_match_secret.get_secret_value())
        carriers = subscribers = CarriersSubscriberMatch(caller, settings.subscriber_match_url, secret, gate)
        services.append(_service(RegisterName.SUBSCRIBERS, settings.subscriber_match_url, gate, national_settings))
        heartbeats.append(
            Heartbeat(gate, lambda: carriers.answers(request_id=new_id(), deadline=REGISTER_DEADLINE), store, clock)
        )
    return Registers(population, enterprise, subscribers, tuple(services), tuple(heartbeats))


def _service(name: RegisterName, url: str, gate: RegisterGate, national_settings: LiveSettings) -> WatchedRegister:
    host = urlsplit(url).netloc.rpartition("@")[2]
    return WatchedRegister(name, host, gate, lambda: national_settings.registers.value[name])


def _gate(name: RegisterName, clock: Clock, store: ShortLivedStore, national_settings: LiveSettings) -> RegisterGate:
    board = HealthBoard(name, store, clock)
    return RegisterGate(board, CircuitBreaker(clock), Bulkhead(), lambda: national_settings.registers.value[name])


def _population(settings: Settings, caller: HttpCaller, clock: Clock, gate: RegisterGate) -> PopulationService:
    user, url = settings.population_register_user, settings.population_register_url
    secret = settings.population_register_secret.get_secret_value()
    key = settings.population_register_api_key.get_secret_value()
    if settings.population_register_kind == "rest":
        return RestPopulationRegister(caller, url, RestCredentials(user, secret, key), gate, clock)
    credentials = SoapCredentials(user, secret, settings.population_register_client, key)
    return SoapPopulationRegister(caller, url, credentials, gate, clock)
