"""Use cases of administrators: start a run of a client, open it in a browser, end it, read its report."""

from datetime import datetime

from msgspec import Struct

from clients.model import Client, ClientId
from clients.trial_client import TrialAddresses, trial_client_of
from idp.admin.actor import Actor
from idp.admin.clients.registrations import ClientRegistrations
from idp.admin.errors import ConflictError, NotFoundError
from idp.admin.permissions import Permission, allows
from idp.audit.model import ACTOR, EventName, Origin, RecordEvent
from idp.client_trials.model import BACK_PATH, RUN_LIFE, SIGNED_OUT_PATH, Attempt, Running, TrialRun
from idp.client_trials.stand_ins import StandIns
from idp.client_trials.store import TrialRunStore
from idp.kernel.clock import Clock
from idp.kernel.effects import Ledger
from idp.kernel.ids import ID_LENGTH, EventId, new_id
from idp.kernel.secrets import HashKey, new_secret
from idp.officers.roles import RoleReader
from records.structs import Unprinted

_SECRET_LENGTH = 43
_NEEDED = Permission.CLIENTS_CHANGE


class Report(Struct, frozen=True):
    """A run with the client it is of, and what was tried."""

    run: TrialRun
    client: Client
    attempts: tuple[Attempt, ...]
    over: bool


class Trials(Unprinted, Struct, frozen=True):
    """Starts and ends runs. Who may change a client may try it out."""

    issuer: str
    store: TrialRunStore
    registrations: ClientRegistrations
    roles: RoleReader
    stand_ins: StandIns
    cookie_hash: HashKey
    ledger: Ledger
    clock: Clock

    @property
    def addresses(self) -> TrialAddresses:
        """Return where outcomes are told: addresses of the provider itself."""
        return TrialAddresses(self.issuer + BACK_PATH, self.issuer + SIGNED_OUT_PATH)

    async def may_try(self, actor: Actor, client_id: ClientId) -> Client:
        """Return the client that the actor may try out. Raises what `Actor.demand` raises."""
        return await self.registrations.find(actor, client_id, _NEEDED)

    async def start(self, actor: Actor, client_id: ClientId) -> TrialRun:
        """Start a run of a client. Raises `ConflictError` for one that is stopped or signs nobody in."""
        client = await self.may_try(actor, client_id)
        if not client.active or "authorization_code" not in client.grant_types:
            raise ConflictError("the client is stopped, or signs nobody in")
        if not await self.store.may_start(actor.account_id):
            raise ConflictError("too many runs in an hour")
        now = self.clock.now()
        run = TrialRun(new_id(), client_id, actor.person_id, actor.account_id, now, now + RUN_LIFE)
        event = actor.event(EventName.CLIENT_TRY_STARTED, now, client_id=client_id, details={"run": run.id})
        if not await self.ledger.commit(event):
            raise ConflictError("the start could not be recorded")
        await self.store.put(run)
        return run

    async def open(self, actor: Actor, run_id: str) -> str:
        """Return the cookie by which one browser, once, holds a run that the actor started."""
        run = await self.store.run(run_id) if _is_id(run_id) else None
        if run is None or run.account_id != actor.account_id or self.clock.now() >= run.ends_at:
            raise NotFoundError("no such run of this account")
        secret = new_secret()
        if not await self.store.bind(run.id, self.cookie_hash.digest(secret)):
            raise ConflictError("the run was opened before, or is over")
        return f"{run.id}.{secret}"

    async def running(self, cookie: str) -> Running | None:
        """Return the run that a browser holds, with the trial client; None once anything of it stands no longer.

        Roles are read anew, so that a run ends with the right of whoever started it.
        """
        run_id, _, secret = cookie.partition(".")
        if not _is_id(run_id) or len(secret) != _SECRET_LENGTH:
            return None
        run, bound, now = await self.store.run(run_id), await self.store.browser(run_id), self.clock.now()
        if run is None or not bound or now >= run.ends_at or not self.cookie_hash.matches(secret, bound):
            return None
        client = await self._client(run, now)
        if client is None or not client.active:
            return None
        return Running(run, secret, client, trial_client_of(client, self.addresses, self.stand_ins.of(secret, run)))

    async def _client(self, run: TrialRun, now: datetime) -> Client | None:
        client = await self.registrations.store.find(run.client_id)
        grants = await self.roles.held(run.person_id, run.account_id, now)
        lineage = await self.registrations.lineage(client.agency if client else None)
        return client if allows(grants, _NEEDED, lineage) else None

    async def end(self, running: Running, origin: Origin) -> None:
        """End a run when the browser asks that holds it."""
        await self.store.end(running.run.id)
        run = running.run
        details = {ACTOR: run.account_id, "run": run.id}
        event = RecordEvent(
            id=EventId(new_id()),
            name=EventName.CLIENT_TRY_ENDED,
            at=self.clock.now(),
            origin=origin,
            client_id=run.client_id,
            details=details,
        )
        self.ledger.enqueue(event)

    async def report(self, actor: Actor, client_id: ClientId, run_id: str) -> Report:
        """Return what was tried in a run of a client of the actor's."""
        client = await self.may_try(actor, client_id)
        run = await self.store.run(run_id) if _is_id(run_id) else None
        if run is None or run.client_id != client_id:
            raise NotFoundError("no such run of this client")
        ended = await self.store.browser(run.id) == b""
        over = ended or self.clock.now() >= run.ends_at
        return Report(run, client, tuple(await self.store.attempts(run.id)), over)


def _is_id(text: str) -> bool:
    return len(text) == ID_LENGTH and text.isascii() and text.isalnum()
