"""The composition root: its list of parts is the list of features."""

import asyncio
import gc
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

import structlog
from starlette.types import ASGIApp, Receive, Scope, Send

from clients.registry import ClientRegistry
from idp.adapters.egress.allow import parse_allow
from idp.adapters.egress.guarded import GuardedCaller
from idp.adapters.hashing.argon2_pool import Argon2Pool, PoolLimits
from idp.adapters.memory.shortlived import MemoryShortLivedStore
from idp.adapters.messaging.gateway import HttpMessageGateway
from idp.adapters.redis.address import parse_address
from idp.adapters.redis.link import RedisLink
from idp.adapters.redis.shortlived import RedisShortLivedStore
from idp.adapters.registers.breaker import CircuitBreaker
from idp.adapters.registers.bulkhead import Bulkhead
from idp.adapters.registers.population import RegisterCredentials, SoapPopulationRegister
from idp.adapters.sql.database import Database, open_database
from idp.endpoints.authorize import AuthorizeEndpoint
from idp.endpoints.back_channel import BackChannel
from idp.endpoints.client_keys import ClientKeys
from idp.endpoints.codes import CodeShelf
from idp.endpoints.inspection import InspectionEndpoint
from idp.endpoints.live_keys import LiveKeys
from idp.endpoints.logout import LogoutEndpoint
from idp.endpoints.token import TokenEndpoint
from idp.endpoints.userinfo import UserinfoEndpoint
from idp.kernel.clock import Clock, SystemClock
from idp.kernel.egress import HttpCaller
from idp.kernel.errors import IdpError, TemporarilyUnavailableError
from idp.kernel.root_key import RootKey, open_root_key
from idp.kernel.secrets import HashKey
from idp.kernel.shortlived import ShortLivedStore
from idp.proofing.service import ProofingService
from idp.protocol.house import House
from idp.protocol.policy import ProtocolPolicy
from idp.protocol.refresh_tokens import RefreshTokenMint
from idp.protocol.subjects import SubjectKey
from idp.selfservice.account_opening import AccountOpening
from idp.selfservice.browser_sessions import BrowserSessions
from idp.selfservice.consents import Consents
from idp.selfservice.drafts import DraftShelf
from idp.selfservice.interactions import Interaction
from idp.selfservice.one_time_codes import CodeDraft, OneTimeCodes
from idp.selfservice.registration import Registration, Registrations
from idp.selfservice.sign_in import SignIn
from idp.selfservice.step_up import StepUp
from idp.settings import Settings
from idp.web.parts import Parts
from idp.web.rendering import Pages, Site
from idp.web.routes import web_application
from idp.web.sms_texts import sms_text
from keys.policy import RotationPolicy
from keys.providers.file import load_or_create_master_key
from keys.service import KeyService

_log = structlog.get_logger("idp.app")
T = TypeVar("T")
# The purposes of keys that the operator's command derives too.
CLIENT_SECRETS, NUMBER_INDEX, PHONE_INDEX = "client secrets", "personal numbers", "phones"
# A person who fetches the phone from another room finds the registration where it was.
REGISTRATION_LIFE = timedelta(minutes=30)
# A disabled client stops, and a rotated key is published, within this time on every process.
REFRESH_EVERY = timedelta(milliseconds=400)


@dataclass(frozen=True, slots=True)
class Foundation:
    """The stores and outside lines of one process, opened from the settings."""

    settings: Settings
    clock: Clock
    database: Database
    shortlived: ShortLivedStore
    caller: HttpCaller
    hasher: Argon2Pool
    root_key: RootKey
    keys: KeyService
    live_keys: LiveKeys
    registry: ClientRegistry

    @property
    def gateway(self) -> HttpMessageGateway:
        """Return the line that SMS leave by."""
        return HttpMessageGateway(self.caller, self.settings.message_gateway_url)

    @property
    def register(self) -> SoapPopulationRegister:
        """Return the population register, behind its breaker and bulkhead."""
        settings = self.settings
        credentials = RegisterCredentials(
            user=settings.population_register_user,
            secret=settings.population_register_secret.get_secret_value(),
            x_road_client=settings.population_register_client,
        )
        return SoapPopulationRegister(
            self.caller,
            settings.population_register_url,
            credentials,
            clock=self.clock,
            breaker=CircuitBreaker(self.clock),
            bulkhead=Bulkhead(),
        )

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
        """Take over what other processes changed: clients and keys."""
        now = self.clock.now()
        await self.registry.refresh(self.database.clients)
        changed = await self.keys.current(now)
        self.live_keys.follow(changed, now)


Background = Callable[[Foundation], Awaitable[None]]


async def open_foundation(settings: Settings, stack: AsyncExitStack) -> Foundation:
    """Open everything; `stack` closes it again in the opposite order."""
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
    registry = ClientRegistry()
    await registry.refresh(database.clients)
    return Foundation(
        settings=settings,
        clock=clock,
        database=database,
        shortlived=await _short_lived_store(settings, clock, stack),
        caller=caller,
        hasher=hasher,
        root_key=await open_root_key(database.data_keys, master_key.secret, now),
        keys=keys,
        live_keys=LiveKeys(await keys.current(now), now),
        registry=registry,
    )


async def _short_lived_store(settings: Settings, clock: Clock, stack: AsyncExitStack) -> ShortLivedStore:
    if not settings.redis_url:
        return MemoryShortLivedStore(clock)
    link = RedisLink(parse_address(settings.redis_url), on_failure=lambda why: _log.warning("redis_away", reason=why))
    stack.push_async_callback(link.close)
    return RedisShortLivedStore(link)


class Provider:
    """The ASGI application: opens its parts when the server starts, closes them when it stops."""

    def __init__(self, settings: Settings, background: tuple[Background, ...]) -> None:
        """Take the settings and the jobs that run beside the requests."""
        self._settings = settings
        self._background = background
        self._web: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request, or the server's start and stop."""
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif self._web is not None:
            await self._web(scope, receive, send)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        await receive()
        async with AsyncExitStack() as stack:
            try:
                foundation = await open_foundation(self._settings, stack)
                self._web = web_application(compose_web(foundation))
            except Exception as error:
                await send({"type": "lifespan.startup.failed", "message": str(error)})
                raise
            for job in (keep_fresh, *self._background):
                stack.push_async_callback(_stop, asyncio.create_task(forever(job, foundation)))
            # What lives from here on was made for requests: the collector need not look at the rest again.
            gc.collect()
            gc.freeze()
            gc.set_threshold(50_000, 20, 100)
            await send({"type": "lifespan.startup.complete"})
            await receive()
        await send({"type": "lifespan.shutdown.complete"})


async def keep_fresh(foundation: Foundation) -> None:
    """Follow the changes of other processes."""
    while True:
        await asyncio.sleep(REFRESH_EVERY.total_seconds())
        await foundation.refresh()


async def forever(job: Background, foundation: Foundation) -> None:
    """Run a job; when it fails, say so and begin it again."""
    while True:
        try:
            await job(foundation)
        except IdpError as error:
            _log.warning("background_job_interrupted", job=job.__name__, code=error.code)
        except Exception as error:  # noqa: BLE001 - the last guard of a job that must go on
            _log.exception("background_job_failed", job=job.__name__, kind=type(error).__name__)
        await asyncio.sleep(1)


async def _stop(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


def build(settings: Settings, background: tuple[Background, ...] = ()) -> Provider:
    """Return the provider as an ASGI application."""
    return Provider(settings, background)


SITE = Site(
    name={"vi": "Đăng nhập một lần - Dịch vụ công quốc gia", "en": "National public service sign-on"},
    operator={"vi": "Cổng Dịch vụ công quốc gia", "en": "National Public Service Portal of Viet Nam"},
    help_line="18001096",
)


def compose_house(foundation: Foundation) -> House:
    """Return the provider as the rules see it."""
    root = foundation.root_key
    return House(
        issuer=foundation.settings.issuer,
        signer=foundation.live_keys,
        verifier=foundation.live_keys,
        token_hash=root.hash_key("tokens"),
        client_secret_hash=HashKey(root.raw(CLIENT_SECRETS)),
        sealer=root.sealer(),
        subjects=SubjectKey(root.raw("subjects")),
        refresh_tokens=RefreshTokenMint(root.raw("refresh tokens")),
        policy=ProtocolPolicy(),
    )


def compose_web(foundation: Foundation) -> Parts:
    """Return every use case that the web edge calls."""
    house, database, clock = compose_house(foundation), foundation.database, foundation.clock
    keys = ClientKeys(foundation.caller)
    channel = BackChannel(house, foundation.registry, keys, database.ledger, clock)
    codes = CodeShelf(foundation.shortlived, house.policy.code_memory)
    citizens = compose_citizens(foundation, house)
    return Parts(
        issuer=house.issuer,
        clock=clock,
        pages=Pages(SITE),
        form_key=foundation.root_key.hash_key("forms"),
        cookie_hash=house.token_hash,
        sealer=house.sealer,
        registry=foundation.registry,
        sessions=database.sessions,
        outbox=database.outbox,
        authorize=AuthorizeEndpoint(house, foundation.registry, database.sessions, codes, database.ledger, clock),
        token=TokenEndpoint(channel, codes, database.grants),
        inspection=InspectionEndpoint(channel, database.grants),
        userinfo=UserinfoEndpoint(house, foundation.registry, database.grants, clock),
        logout=LogoutEndpoint(house, foundation.registry, database.sessions, database.ledger, clock),
        sign_in=citizens.sign_in,
        step_up=citizens.step_up,
        registrations=citizens.registrations,
        consents=Consents(database.ledger, clock),
        interactions=_drafts(foundation, house, "interaction", Interaction, house.policy.interaction_life),
        registration_drafts=citizens.registrations.drafts,
        public_keys=foundation.live_keys,
        readiness=foundation,
    )


@dataclass(frozen=True, slots=True)
class Citizens:
    """The use cases for citizens that share parts."""

    sign_in: SignIn
    step_up: StepUp
    registrations: Registrations


def compose_citizens(foundation: Foundation, house: House) -> Citizens:
    """Return signing in, stepping up and registering."""
    database, clock, store, root = foundation.database, foundation.clock, foundation.shortlived, foundation.root_key
    number_index, phone_index = root.hash_key(NUMBER_INDEX), root.hash_key(PHONE_INDEX)
    sessions = BrowserSessions(database.ledger, house.token_hash, house.policy.session_life)
    codes = OneTimeCodes(database.ledger, store, root.hash_key("one-time codes"), house.sealer, sms_text)
    opening = AccountOpening(
        database.accounts, database.ledger, foundation.hasher, codes, house.sealer, number_index, phone_index
    )
    drafts = _drafts(foundation, house, "registration", Registration, REGISTRATION_LIFE)
    code_drafts = _drafts(foundation, house, "step-up", CodeDraft, REGISTRATION_LIFE)
    proofing = ProofingService(foundation.register)
    return Citizens(
        sign_in=SignIn(database.accounts, foundation.hasher, database.ledger, store, sessions, number_index, clock),
        step_up=StepUp(codes, code_drafts, database.ledger, sessions, house.sealer, clock),
        registrations=Registrations(drafts, codes, store, phone_index, proofing, opening, clock),
    )


def _drafts(foundation: Foundation, house: House, kind: str, draft: type[T], life: timedelta) -> DraftShelf[T]:
    return DraftShelf(foundation.shortlived, house.sealer, kind, draft, life)
