"""Client registrations: from the sandbox to production, secrets, and the emergency stop."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal

from msgspec import Struct

from clients.client_secret import new_client_secret
from clients.document import Document
from clients.errors import Problem, RuleBrokenError
from clients.local_days import day_of
from clients.model import SECRET_METHODS, Client, ClientId
from clients.policy import SECRET_OVERLAP
from clients.ports import ClientStore
from clients.public_digest import public_digest
from clients.resources import with_owner
from clients.service import with_new_secret
from clients.services.apis import api_problems
from idp.admin.actor import Actor
from idp.admin.changes.model import (
    OPEN_FOR,
    REVIEW_WITHIN,
    By,
    Change,
    ChangeKind,
    ChangeState,
    KeepApplied,
    ObjectKind,
    ProposeChange,
)
from idp.admin.clients.approval import approval_of, asked_agency, change_document, demand_nothing_else
from idp.admin.clients.documents import read_change, read_new
from idp.admin.clients.effects import RegisterClient, ReplaceClient
from idp.admin.clients.field_rules import changed_members
from idp.admin.clients.health import CheckState, Judged
from idp.admin.clients.key_set import KeySetCheck, problem_of
from idp.admin.clients.logo import KeepLogo, LogoFetch
from idp.admin.clients.logo import problem_of as logo_problem
from idp.admin.clients.moves import demand_alone, giving, moved, moved_document
from idp.admin.clients.officer_agencies import officer_agency_problems
from idp.admin.clients.sector_document import OF_THE_SECTOR, SectorCheck, contradictions
from idp.admin.errors import (
    ConflictError,
    InvalidInputError,
    NotFoundError,
    SecondPersonNeededError,
    SecondPersonNotNeededError,
    StaleVersionError,
)
from idp.admin.permissions import Permission
from idp.admin.programs import demand_of_program
from idp.admin.reasons import read_reason
from idp.agencies.ports import AgencyLineages
from idp.audit.model import EventName
from idp.kernel.clock import Clock
from idp.kernel.effects import Ledger
from idp.kernel.ids import ChangeId, new_id
from idp.officers.roles import NATIONAL
from idp.transparency.published import AGENCY, METADATA_DIGEST
from records.structs import Unprinted, replace

# A stop that meets another save of the same client looks again: it is an emergency.
_TRIES = 5
# What asks for a key set that works, where production is meant.
_NEED_KEYS = frozenset({"jwks_uri", "jwks", "stage", "token_endpoint_auth_method"})


# By how many people a change may be made: by one, by two, or by as many as it takes.
Hands = Literal["as_needed", "one", "two"]


class WithSecret(Unprinted, Struct, frozen=True):
    """A saved client and its new secret, which is shown once; None where it has none."""

    client: Client
    secret: str | None = None
    # When the secrets before it end.
    earlier_end_at: datetime | None = None
    # What is wrong with the key set that was registered.
    key_set: Judged | None = None


class Previewed(Struct, frozen=True):
    """What is wrong with a document; else what it would change, and what that takes (None: nobody else)."""

    problems: tuple[Problem, ...]
    members: frozenset[str] = frozenset()
    needs: Permission | None = None
    # What would be told after saving, and hinders nobody.
    warnings: tuple[Problem, ...] = ()


class ClientRegistrations(Unprinted, Struct, frozen=True):
    """Changes clients for administrators."""

    store: ClientStore
    ledger: Ledger
    lineages: AgencyLineages
    clock: Clock
    pepper: bytes
    key_sets: KeySetCheck
    logos: LogoFetch
    sectors: SectorCheck
    # Whether the provider is on this machine alone.
    local: bool = False

    async def find(self, actor: Actor, client_id: ClientId, permission: Permission = Permission.CLIENTS_READ) -> Client:
        """Return a client of the actor's, as it is stored now. Raises `NotFoundError` and what `demand` raises."""
        client = await self.store.find(client_id)
        actor.demand(permission, await self.lineage(client.agency if client else None))
        if client is None:
            raise NotFoundError(client_id)
        return client

    async def lineage(self, agency: str | None) -> tuple[str, ...]:
        """Return where an agency stands today; a client without one is the country's own."""
        return await self.lineages.lineage(agency, day_of(self.clock.now())) if agency else ()

    async def preview(self, actor: Actor, client_id: ClientId, document: Document, *, live: bool = False) -> Previewed:
        """Return what is wrong with a document, and what applying it would take; nothing is written.

        `live`: its key set is tried too. What is typed is not: each letter more is another address.
        """
        now = self.clock.now()
        known = await self.find(actor, client_id, Permission.CLIENTS_CHANGE) if client_id else None
        try:
            wanted = read_change(known, document, now, local=self.local) if known else read_new(document, now)
        except InvalidInputError as error:
            return Previewed(error.problems)
        if known is None:
            stands = await self.lineage(wanted.agency)
            members, need = frozenset[str](), None
            problems = (*(() if stands else (_no_agency(wanted),)), *await self._unknown(wanted))
        else:
            clients = await self.store.load_all()
            wanted = with_owner(wanted, clients)
            members = changed_members(known, wanted)
            if "agency" in members:
                return _looked_at_move(members)
            try:
                demand_nothing_else(known, wanted, clients)
            except InvalidInputError as error:
                return Previewed(error.problems)
            problems = (*await self._unknown(wanted, known), *api_problems(wanted, clients, known))
            need = approval_of(known, wanted, clients)
        if not live:
            return Previewed(problems, members, need)
        return await self._tried(wanted, Previewed(problems, members, need), new=known is None)

    async def _tried(self, wanted: Client, previewed: Previewed, *, new: bool) -> Previewed:
        """Return what is wrong besides with what a client's addresses answer now."""
        problems, warnings = list(previewed.problems), list[Problem]()
        if new or OF_THE_SECTOR & previewed.members:
            finding = await self.sectors.check(wanted)
            problems += contradictions(finding)
            warnings += [finding.problem] if finding is not None and not finding.contradicts else []
        if (judged := await self.key_sets.check(wanted)) is not None:
            hinders = previewed.needs is not None and _hinders(judged, previewed.members)
            (problems if hinders else warnings).append(problem_of(judged))
        return replace(previewed, problems=tuple(problems), warnings=tuple(warnings))

    async def check_key_set(self, client: Client) -> Judged | None:
        """Return what is wrong with a client's key set now."""
        return await self.key_sets.check(client)

    async def register(self, actor: Actor, document: Document) -> WithSecret:
        """Register a client in the sandbox and return its secret. Raises `InvalidInputError`, `ConflictError`."""
        now = self.clock.now()
        client = read_new(document, now)
        lineage = await self.lineage(client.agency)
        if problems := [*([] if lineage else [_no_agency(client)]), *await self._unknown(client)]:
            raise InvalidInputError(problems)
        actor.demand(Permission.CLIENTS_CHANGE, lineage)
        if problems := contradictions(await self.sectors.check(client)):
            raise InvalidInputError(problems)
        secret = None
        if client.token_endpoint_auth_method in SECRET_METHODS:
            secret, kept = new_client_secret(client.token_endpoint_auth_method, self.pepper, now)
            client = replace(client, secrets=(kept,))
        client, pictures = await self._with_logo(client, now, demanded=True)
        event = actor.event(EventName.CLIENT_REGISTERED, now, client_id=client.client_id, details=_about(client))
        if not await self.ledger.commit(RegisterClient(client=client), *pictures, event):
            raise ConflictError("the client id is taken")
        return WithSecret(client, secret, key_set=await self.key_sets.check(client))

    async def change(
        self,
        actor: Actor,
        client_id: ClientId,
        expected_version: int,
        document: Document,
        reason: str,
        hands: Hands = "as_needed",
    ) -> Client | Change:
        """Change a client, or propose the change where a second person must approve it.

        Raises `InvalidInputError`, `StaleVersionError` where it is not the version that was read, `ConflictError` where
        another proposal waits, or nothing would change; one below it where it does not take as many people as `hands`.
        """
        known = await self.find(actor, client_id, Permission.CLIENTS_CHANGE)
        now = self.clock.now()
        wanted = read_change(known, document, now, local=self.local)
        if known.version != expected_version:
            raise StaleVersionError(client_id)
        members = changed_members(known, wanted)
        if not members:
            raise ConflictError("nothing would change")
        if "agency" in members:
            _demand_hands(hands, takes_two=True)
            return await self._give_away(actor, known, wanted, reason)
        clients = await self.store.load_all()
        if problems := [*await self._unknown(wanted, known), *api_problems(wanted, clients, known)]:
            raise InvalidInputError(problems)
        wanted = with_owner(wanted, clients)
        demand_nothing_else(known, wanted, clients)
        demand_of_program(actor, known, wanted)
        if OF_THE_SECTOR & members and (problems := contradictions(await self.sectors.check(wanted))):
            raise InvalidInputError(problems)
        wanted, pictures = await self._with_logo(wanted, now, demanded="logo_uri" in members)
        need = approval_of(known, wanted, clients)
        _demand_hands(hands, takes_two=need is not None)
        if need is not None:
            judged = await self.key_sets.check(wanted) if _NEED_KEYS & members else None
            if judged is not None and _hinders(judged, members):
                raise InvalidInputError([problem_of(judged)])
            asked = asked_agency(known, wanted, clients)
            change = _change(actor, ChangeKind.UPDATE, known, wanted, need, read_reason(reason), now, asked)
            return await self._keep(actor, change, {"members": " ".join(sorted(members))}, *pictures)
        details = {"members": " ".join(sorted(members)), METADATA_DIGEST: public_digest(wanted)}
        event = actor.event(EventName.CLIENT_EDITED, now, client_id=client_id, details=details)
        if not await self.ledger.commit(ReplaceClient(client=wanted, expected_version=known.version), *pictures, event):
            raise StaleVersionError(client_id)
        return wanted

    async def _unknown(self, wanted: Client, known: Client | None = None) -> list[Problem]:
        return await officer_agency_problems(self.lineages, wanted, day_of(self.clock.now()), known)

    async def _give_away(self, actor: Actor, known: Client, wanted: Client, reason: str) -> Change:
        """Propose that another agency takes a client up: an administrator of that agency decides."""
        demand_alone(changed_members(known, wanted))
        if wanted.agency is None or not await self.lineage(wanted.agency):
            raise InvalidInputError([_no_agency(wanted)])
        actor.demand(giving(known, wanted), await self.lineage(known.agency))
        now = self.clock.now()
        need, why, to = Permission.CLIENTS_APPROVE, read_reason(reason), wanted.agency
        proposal = _change(actor, ChangeKind.MOVE, known, known, need, why, now, to)
        taken_up = with_owner(moved(known, to, now), await self.store.load_all())
        change = replace(proposal, after=moved_document(taken_up))
        return await self._keep(actor, change, {"members": "agency", AGENCY: wanted.agency})

    async def ask_to_enable(self, actor: Actor, client_id: ClientId, reason: str) -> Change:
        """Propose that a stopped client works again. Raises `ConflictError` for one that does."""
        known = await self.find(actor, client_id, Permission.CLIENTS_CHANGE)
        if known.active:
            raise ConflictError("the client works")
        demand_of_program(actor, known, known)
        now = self.clock.now()
        change = _change(
            actor, ChangeKind.ENABLE, known, known, Permission.CLIENTS_APPROVE, read_reason(reason), now, None
        )
        return await self._keep(actor, change, {"members": ""})

    async def stop(self, actor: Actor, client_id: ClientId, reason: str) -> Change:
        """Stop a client at once: within a second no server does anything for it. Raises `ConflictError` if stopped."""
        for _ in range(_TRIES):
            known = await self.find(actor, client_id, Permission.CLIENTS_STOP)
            reason = read_reason(reason)
            if not known.active:
                raise ConflictError("the client is stopped already")
            now = self.clock.now()
            change = replace(
                _change(actor, ChangeKind.STOP, known, known, Permission.CLIENTS_APPROVE, reason, now, None),
                state=ChangeState.APPLIED,
                decided_by=By.of(actor),
                decided_at=now,
                review_by=now + REVIEW_WITHIN,
            )
            stopped = replace(known, disabled_at=now, updated_at=now)
            details = {"change": change.id, METADATA_DIGEST: public_digest(stopped)}
            event = actor.event(EventName.CLIENT_STOPPED, now, client_id=client_id, details=details)
            if await self.ledger.commit(
                ReplaceClient(client=stopped, expected_version=known.version), KeepApplied(change=change), event
            ):
                return change
        raise StaleVersionError(client_id)

    async def rotate_secret(
        self, actor: Actor, client_id: ClientId, expected_version: int, overlap: timedelta = SECRET_OVERLAP
    ) -> WithSecret:
        """Give a client a new secret; the old ones work for `overlap` more.

        Raises `ConflictError` for a client that authenticates otherwise.
        """
        known = await self.find(actor, client_id, Permission.CLIENTS_SECRET)
        if known.version != expected_version:
            raise StaleVersionError(client_id)
        if known.token_endpoint_auth_method not in SECRET_METHODS:
            raise ConflictError("the client uses no secret")
        if not timedelta(0) <= overlap <= SECRET_OVERLAP * 10:
            raise InvalidInputError(
                [Problem("overlap", "too-long", "old secrets would work for too long", "choose up to 30 days")]
            )
        now = self.clock.now()
        rotated, secret = with_new_secret(known, self.pepper, now, overlap)
        details = {"overlap_seconds": str(int(overlap.total_seconds())), METADATA_DIGEST: public_digest(rotated)}
        event = actor.event(EventName.CLIENT_SECRET_ROTATED, now, client_id=client_id, details=details)
        if not await self.ledger.commit(ReplaceClient(client=rotated, expected_version=known.version), event):
            raise StaleVersionError(client_id)
        return WithSecret(rotated, secret, now + overlap)

    async def _keep(self, actor: Actor, change: Change, said: Mapping[str, str], *pictures: KeepLogo) -> Change:
        details = {"change": change.id, "kind": change.kind, **said}
        event = actor.event(EventName.CHANGE_PROPOSED, change.proposed_at, client_id=change.client_id, details=details)
        if not await self.ledger.commit(ProposeChange(change=change), *pictures, event):
            raise ConflictError("another change of this client waits for its decision")
        return change

    async def _with_logo(self, client: Client, now: datetime, *, demanded: bool) -> tuple[Client, tuple[KeepLogo, ...]]:
        """Return a client with its picture. Raises `InvalidInputError` where its address has none to show.

        Not for an address from before pictures were fetched: what is changed now has nothing to do with it.
        """
        try:
            return await self.logos.with_logo(client, now)
        except RuleBrokenError as error:
            if not demanded:
                return client, ()
            raise InvalidInputError([logo_problem(error)]) from error


def _demand_hands(hands: Hands, *, takes_two: bool) -> None:
    if hands == "one" and takes_two:
        raise SecondPersonNeededError("a second person must approve it")
    if hands == "two" and not takes_two:
        raise SecondPersonNotNeededError("nobody else need approve it")


def _looked_at_move(members: frozenset[str]) -> Previewed:
    try:
        demand_alone(members)
    except InvalidInputError as error:
        return Previewed(error.problems)
    return Previewed((), members, Permission.CLIENTS_APPROVE)


def _hinders(judged: Judged, members: frozenset[str]) -> bool:
    """Say whether a key set keeps a change from being proposed: in production it would lock the client out.

    Whoever approves sees the address only. In the sandbox it is a warning: the server may come later.
    """
    return judged.state is CheckState.FAILS and bool(_NEED_KEYS & members)


def _change(
    actor: Actor,
    kind: ChangeKind,
    known: Client,
    wanted: Client,
    need: Permission,
    reason: str,
    now: datetime,
    asked: str | None,
) -> Change:
    return Change(
        id=ChangeId(new_id()),
        kind=kind,
        object_kind=ObjectKind.CLIENT,
        object_id=known.client_id,
        agency=known.agency or NATIONAL,
        asked_agency=asked,
        before=change_document(known),
        after=change_document(wanted),
        needs=need,
        reason=reason,
        proposed_by=By.of(actor),
        proposed_at=now,
        expires_at=now + OPEN_FOR,
    )


def _about(client: Client) -> dict[str, str]:
    said = {"agency": client.agency or NATIONAL, "kind": client.kind or "", "stage": client.stage}
    return {**said, METADATA_DIGEST: public_digest(client)}


def _no_agency(client: Client) -> Problem:
    return Problem("agency", "unknown-agency", f"{client.agency} is no agency today", "choose one of your agencies")
