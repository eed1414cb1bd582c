"""What one process opens from its settings: stores, outbound services, keys."""

import os
from contextlib import AsyncExitStack

import structlog
from msgspec import Struct

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
from idp.app.foundation.gateways import compose_gateways
from idp.app.foundation.registers import Registers, compose_registers
from idp.app.foundation.shared import Shared, compose_shared
from idp.app.foundation.upstreams import Upstreams, compose_upstreams
from idp.environment import Settings
from idp.kernel.clock import Clock, SystemClock
from idp.kernel.generations import Generations
from idp.kernel.installation import settle
from idp.kernel.key_purposes import KeyPurpose
from idp.kernel.root_key import RootKey
from idp.kernel.shortlived import ShortLivedStore
from idp.metrics.counter import MetricsCounter
from idp.oauth.live_keys import LiveKeys
from idp.outbound.http import CertificateReader, HttpCaller
from idp.proofing.evidence import read_evidence, use_evidence
from idp.settings.live import LiveSettings
from idp.sign_in.admission import Admission
from idp.sign_in.level_table import read_levels
from idp.sign_in.levels import FACTORS, use_levels
from idp.web.messages.catalogue import message_catalogue
from keys.policy import RotationPolicy
from keys.providers.file import load_master_key, load_master_keys, load_or_create_master_key
from keys.seal import MasterKey
from keys.service import KeyService

_log = structlog.get_logger("idp.app")


class Foundation(Struct, frozen=True):
    """The stores and outside lines of one process, opened from the settings."""

    settings: Settings
    clock: Clock
    database: Database
    shortlived: ShortLivedStore
    caller: HttpCaller
    certificates: CertificateReader
    hasher: Argon2Pool
    admission: Admission
    root_key: RootKey
    generations: Generations
    keys: KeyService
    live_keys: LiveKeys
    registry: ClientRegistry
    national_settings: LiveSettings
    registers: Registers
    upstreams: Upstreams
    metrics: MetricsCounter
    gateway: ByChannel
    shared: Shared

    async def refresh(self) -> None:
        """Take over what other processes changed: clients, settings and keys."""
        now = self.clock.now()
        await self.national_settings.refresh(self.database.settings)
        await self.registry.refresh(self.database.clients)
        changed = await self.keys.current(now)
        self.live_keys.follow(changed, now)
        await self.generations.refresh()


async def open_foundation(settings: Settings, stack: AsyncExitStack) -> Foundation:
    """Open everything; `stack` closes it again in the opposite order."""
    if settings.levels_file is not None:
        use_levels(read_levels(settings.levels_file, FACTORS))
    if settings.evidence_file is not None:
        use_evidence(read_evidence(settings.evidence_file))
    clock = SystemClock()
    database = await open_database(settings.database_url)
    stack.push_async_callback(database.close)
    await settle(database.installation, settings.issuer)
    master_key = await _master_key(settings, database)
    caller = await stack.enter_async_context(GuardedCaller(parse_allow(settings.egress_allow), settings.extra_ca_file))
    masters = (master_key.secret, *(one.secret for one in master_key.older))
    generations = Generations(database.data_keys, masters)
    root_key = await generations.open(clock.now())
    hasher = Argon2Pool(
        limits=PoolLimits(threads=settings.hash_threads) if settings.hash_threads else None,
        pepper=root_key.raw(KeyPurpose.PASSWORDS),
    )
    stack.callback(hasher.close)
    # The processes of one host share its cores.
    admission = Admission.of_rate(hasher.per_second((os.cpu_count() or 1) / settings.processes))
    now = clock.now()
    keys = KeyService(database.keys, master_key, RotationPolicy())
    await keys.ensure_first(now)
    shortlived = await _short_lived_store(settings, clock, stack)
    registry = ClientRegistry()
    await registry.refresh(database.clients)
    national_settings = LiveSettings(clock, message_catalogue)
    await national_settings.refresh(database.settings)
    live_keys = LiveKeys(await keys.current(now), now)
    upstreams = compose_upstreams(settings, caller, clock, shortlived, national_settings)
    return Foundation(
        settings=settings,
        clock=clock,
        database=database,
        shortlived=shortlived,
        caller=caller,
        certificates=caller,
        hasher=hasher,
        admission=admission,
        root_key=root_key,
        generations=generations,
        keys=keys,
        live_keys=live_keys,
        registry=registry,
        national_settings=national_settings,
        registers=compose_registers(settings, caller, clock, shortlived, national_settings),
        upstreams=upstreams,
        metrics=MetricsCounter(clock),
        gateway=await compose_gateways(settings, stack),
        shared=compose_shared(settings, root_key, live_keys, national_settings, upstreams),
    )


async def _master_key(settings: Settings, database: Database) -> MasterKey:
    """Return the master key; made only for a system that has nothing sealed yet.

    A second one beside sealed keys would open none of them, and hide that the right one is gone.
    """
    if settings.old_master_key_file is not None:
        return load_master_keys(settings.master_key_file, settings.old_master_key_file)
    if settings.master_key_file.exists() or not await database.sealed_already():
        return load_or_create_master_key(settings.master_key_file)
    # Looked for once more: another process may have made it, and the first keys with it, in between.
    return load_master_key(settings.master_key_file)


async def _short_lived_store(settings: Settings, clock: Clock, stack: AsyncExitStack) -> ShortLivedStore:
    if not settings.redis_url:
        return MemoryShortLivedStore(clock)
    link = RedisLink(parse_address(settings.redis_url), on_failure=lambda why: _log.warning("redis_away", reason=why))
    stack.push_async_callback(link.close)
    return RedisShortLivedStore(link)
