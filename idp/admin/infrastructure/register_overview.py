"""Use case: administrators look at the State's registers and at what waits for them."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from msgspec import Struct

from idp.admin.actor import Actor
from idp.admin.infrastructure.ports import FeedPosition, FeedReader, Waiting, WaitingJobs
from idp.admin.permissions import Permission
from idp.outbound.health import ServiceHealth, WatchedService
from idp.outbound.record import ServiceRecord
from idp.proofing.proof import JobPurpose
from idp.proofing.registers.health import RegisterName
from idp.settings.outbound_services import RegisterService

# Jobs wait for the register that answers them; its feed bears the register's name.
_ASKED_AT: Mapping[JobPurpose, RegisterName] = MappingProxyType({JobPurpose.ORGANISATION: RegisterName.ENTERPRISE})
_WITH_FEED = frozenset({RegisterName.POPULATION})


class WatchedRegister(Struct, frozen=True):
    """One register as the settings name it, and its watch. `host` is empty where no address is set."""

    name: RegisterName
    host: str
    watch: WatchedService
    # What administrators allow now.
    service: Callable[[], RegisterService]


class RegisterSeen(Struct, frozen=True):
    """One register: what is allowed, how it is doing and did lately, what waits, how far its feed was applied."""

    name: RegisterName
    host: str
    service: RegisterService
    health: ServiceHealth
    record: ServiceRecord
    waiting: Waiting | None
    feed: FeedPosition | None


class RegisterOverview(Struct, frozen=True):
    """Shows the registers to who reads settings of the country."""

    services: tuple[WatchedRegister, ...]
    jobs: WaitingJobs
    feeds: FeedReader

    async def show(self, actor: Actor) -> tuple[RegisterSeen, ...]:
        """Return the registers that the settings name, in their order: two reads. Raises what `demand` raises."""
        actor.demand(Permission.SETTINGS_READ, ())
        waiting = waiting_by_register(await self.jobs.waiting())
        return tuple([await self._seen(register, waiting.get(register.name)) for register in self.services])

    async def _seen(self, register: WatchedRegister, waiting: Waiting | None) -> RegisterSeen:
        return RegisterSeen(
            name=register.name,
            host=register.host,
            service=register.service(),
            health=await register.watch.health(),
            record=await register.watch.record(),
            waiting=waiting,
            feed=await self.feeds.position(register.name) if register.name in _WITH_FEED else None,
        )


def register_of(purpose: JobPurpose) -> RegisterName:
    """Return the register that answers the jobs of a purpose."""
    return _ASKED_AT.get(purpose, RegisterName.POPULATION)


def waiting_by_register(by_purpose: Mapping[JobPurpose, Waiting]) -> dict[RegisterName, Waiting]:
    """Return what waits for each register."""
    found: dict[RegisterName, Waiting] = {}
    for purpose, one in by_purpose.items():
        name = register_of(purpose)
        other = found.get(name)
        found[name] = Waiting(other.count + one.count, min(other.oldest_at, one.oldest_at)) if other else one
    return found
