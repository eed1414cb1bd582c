"""What one process opens from its settings: stores, outside lines, keys."""

from contextlib import AsyncExitStack
from dataclasses import dataclass

import structlog

from clients.registry import ClientRegistry
from idp.adapters.egress.allow import parse_allow
from idp.adapters.egress.guarded import GuardedCaller
from idp.adapters.hashing.argon2_pool import Argon2Pool, PoolLimits
from idp.adapters.memory.shortlived import MemoryShortLivedStore
from idp.adapters.messaging.channels import ByChannel
from idp.adapters.redis.address import parse_address
from idp.adapters.redis.link import RedisLink
from idp.adapters.redis.shortlived import RedisShortLivedStore
from idp.adapters.sql.database import Database, open_database
from idp.app.gateways import compose_gateways
from idp.app.registers import Registers, compose_registers
from idp.app.upstreams import Upstreams, compose_upstreams
from idp.authentication.level_table import read_levels
from idp.authentication.levels import FACTORS, use_levels
from idp.endpoints.live_keys import LiveKeys
from idp.kernel.clock import Clock, SystemClock
from idp.kernel.egress import CertificateReader, HttpCaller
from idp.kernel.errors import TemporarilyUnavailableError
from idp.kernel.root_key import RootKey, open_root_key
from idp.kernel.shortlived import ShortLivedStore
from idp.national.live import LiveSettings
from idp.observability.quality.counter import QualityCounter
from idp.settings import Settings
from idp.web.message_texts import message_catalogue
from keys.policy import RotationPolicy
from keys.providers.file import load_or_create_master_key
from keys.service import KeyService

_log = structlog.get_logger("idp.app")
# The purposes of keys that the operator's command derives too.
CLIENT_SECRETS, NUMBER_INDEX, PHONE_INDEX = "client secrets", "personal numbers", "phones"


@dataclass(frozen=True, slots=True)
class Foundation:
    """The stores and outside lines of one process, opened from the settings."""

    settings: Settings
    clock: Clock
    database: Database
    shortlived: ShortLivedStore
    caller: HttpCaller
    certificates: CertificateReader
    hasher: Argon2Pool
    root_key: RootKey
    keys: KeyService
    live_keys: LiveKeys
    registry: ClientRegistry
    national: LiveSettings
    registers: Registers
    upstreams: Upstreams
    quality: QualityCounter
    gateway: ByChannel

    async def check(self) -> dict[str, bool]:
        """Return whether each store answers."""
        return {"database": await self.database.ready(), "short_lived_store": await self._store_answers()}

    async def _store_answers(self) -> bool:
        try:
            await self.shortlived.get("health")
        except TemporarilyUnavailableError:
            return False
        return True

    async def refresh(self) -> None:
        """Take over what other processes changed: clients, settings and keys."""
        now = self.clock.now()
        await self.national.refresh(self.database.settings)
        await self.registry.refresh(self.database.clients)
        changed = await self.keys.current(now)
        self.live_keys.follow(changed, now)


async def open_foundation(settings: Settings, stack: AsyncExitStack) -> Foundation:
    """Open everything; `stack` closes it again in the opposite order."""
    if settings.levels_file is not None:
        use_levels(read_levels(settings.levels_file, FACTORS))
    clock = SystemClock()
    master_key = load_or_create_master_key(settings.master_key_file)
    database = await open_database(settings.database_url)
    stack.push_async_callback(database.close)
    caller = await stack.enter_async_context(GuardedCaller(parse_allow(settings.egress_allow), settings.extra_ca_file))
    hasher = Argon2Pool(limits=PoolLimits(threads=settings.hash_threads) if settings.hash_threads else None)
    stack.callback(hasher.close)
    now = clock.now()
    keys = KeyService(database.keys, master_key, RotationPolicy())
    await keys.ensure_first(now)
    shortlived = await _short_lived_store(settings, clock, stack)
    registry = ClientRegistry()
    await registry.refresh(database.clients)
    national = LiveSettings(clock, message_catalogue)
    await national.refresh(database.settings)
    return Foundation(
        settings=settings,
        clock=clock,
        database=database,
        shortlived=shortlived,
        caller=caller,
        certificates=caller,
        hasher=hasher,
        root_key=await open_root_key(database.data_keys, master_key.secret, now),
        keys=keys,
        live_keys=LiveKeys(await keys.current(now), now),
        registry=registry,
        national=national,
        registers=compose_registers(settings, caller, clock, shortlived, national),
        upstreams=compose_upstreams(settings, caller, clock, shortlived, national),
        quality=QualityCounter(clock),
        gateway=await compose_gateways(settings, stack),
    )


async def _short_lived_store(settings: Settings, clock: Clock, stack: AsyncExitStack) -> ShortLivedStore:
    if not settings.redis_url:
        return MemoryShortLivedStore(clock)
    link = RedisLink(parse_address(settings.redis_url), on_failure=lambda why: _log.warning("redis_away", reason=why))
    stack.push_async_callback(link.close)
    return RedisShortLivedStore(link)
