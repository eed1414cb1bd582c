"""The portals a person is connected to: what each gets, on which basis, and the way to take it back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from clients.model import ClientId
from idp.account.own_choices import ConsentRecord, WithdrawConsent
from idp.audit.model import EventName, Origin, RecordEvent
from idp.grants.revocation import RevokeClientGrants, StopCodes, TellPortal
from idp.kernel.clock import Clock
from idp.kernel.effects import Effect, Ledger
from idp.kernel.ids import AccountId, EventId, LogoutNoticeId, PersonId, new_id
from idp.protocol.agreed_apis import resources_among
from idp.protocol.extensions.acting_choice import scopes_among
from idp.protocol.requested_claims import claims_among, claims_of
from idp.sessions.model import SessionView
from idp.sessions.policy import TELL_FOR

WITHDRAWN, ACCESS_ENDED = "consent_withdrawn", "access_ended"


class ClientUse(Struct, frozen=True):
    """How a client has been used: over all grants, and what the live ones release."""

    client_id: ClientId
    first_at: datetime
    last_at: datetime
    live_scope: tuple[str, ...]
    # For whom, where the live ones were given under a mandate: sealed as `ACTING_PLACE`.
    live_acting: tuple[bytes, ...] = ()
    # What the live ones were granted claim by claim (`idp.protocol.requested_claims`).
    live_claims: tuple[str, ...] = ()
    # For which APIs the live ones' tokens may be.
    live_resources: tuple[str, ...] = ()


class Release(Struct, frozen=True):
    """One sign-in at a portal: what it could read of the person, from when until when."""

    client_id: ClientId
    scope: tuple[str, ...]
    at: datetime
    until: datetime
    acting_sealed: bytes | None = None
    claims: tuple[str, ...] = ()
    # The APIs that its tokens may be for, where it named some.
    resources: tuple[str, ...] = ()


class Connection(Struct, frozen=True):
    """A portal that may read something now, or was allowed to: `consent` is None where a law is the basis."""

    client_id: ClientId
    scope: tuple[str, ...]
    consent: ConsentRecord | None
    use: ClientUse | None
    # The claims that it may read besides those of the scopes.
    claims: tuple[str, ...] = ()
    # The APIs that it may call for the person.
    resources: tuple[str, ...] = ()

    @property
    def live(self) -> bool:
        """Say whether the portal holds anything that still works."""
        return self.use is not None and bool(self.use.live_scope)


class OwnPortalReader(Protocol):
    """Reads consents and grants of one account."""

    async def consents_of(self, person_id: PersonId) -> Sequence[ConsentRecord]:
        """Return the consents that stand."""

    async def uses_of(self, person_id: PersonId, account_id: AccountId, now: datetime) -> Sequence[ClientUse]:
        """Return how each client has been used, the one used last first."""

    async def releases_of(self, person_id: PersonId, account_id: AccountId, limit: int) -> Sequence[Release]:
        """Return the newest releases."""


class OwnPortals(Struct, frozen=True):
    """Shows and ends connections to portals."""

    reader: OwnPortalReader
    ledger: Ledger
    clock: Clock

    async def connections(self, view: SessionView) -> Sequence[Connection]:
        """Return the portals with a consent or a live grant, the one used last first."""
        account = view.account
        uses = await self.reader.uses_of(account.person_id, account.id, self.clock.now())
        consents = {consent.client_id: consent for consent in await self.reader.consents_of(account.person_id)}
        used = [_connection(use, consents.get(use.client_id)) for use in uses]
        never_used = [
            _agreed(consent, None)
            for consent in consents.values()
            if consent.client_id not in {use.client_id for use in uses}
        ]
        return [one for one in (*used, *never_used) if one.live or one.consent is not None]

    async def releases(self, view: SessionView, limit: int) -> Sequence[Release]:
        """Return the newest releases to portals."""
        return await self.reader.releases_of(view.account.person_id, view.account.id, limit)

    async def withdraw(self, view: SessionView, client_id: ClientId, origin: Origin) -> bool:
        """Take a consent back: the portal's tokens end, and it is told to sign the person out. False if none stands."""
        done = WithdrawConsent(person_id=view.account.person_id, client_id=client_id)
        return await self._disconnect(view, client_id, origin, EventName.CONSENT_WITHDRAWN, WITHDRAWN, done)

    async def end_access(self, view: SessionView, client_id: ClientId, origin: Origin) -> bool:
        """End what a portal holds on a legal basis. It may ask anew at the next sign-in, which the page says."""
        live = {one.client_id for one in await self.connections(view) if one.live}
        if client_id not in live:
            return False
        return await self._disconnect(view, client_id, origin, EventName.ACCESS_ENDED, ACCESS_ENDED)

    async def _disconnect(
        self, view: SessionView, client_id: ClientId, origin: Origin, name: EventName, reason: str, *first: Effect
    ) -> bool:
        now, account = self.clock.now(), view.account
        return await self.ledger.commit(
            *first,
            StopCodes(account_id=account.id, person_id=account.person_id, at=now),
            TellPortal(
                account_id=account.id,
                person_id=account.person_id,
                client_id=client_id,
                notice_id=LogoutNoticeId(new_id()),
                at=now,
                gives_up_at=now + TELL_FOR,
            ),
            RevokeClientGrants(
                account_id=account.id, person_id=account.person_id, client_id=client_id, at=now, reason=reason
            ),
            RecordEvent(
                id=EventId(new_id()),
                name=name,
                at=now,
                origin=origin,
                person_id=account.person_id,
                client_id=client_id,
                session_id=view.session.id,
                reason=reason,
            ),
        )


def _connection(use: ClientUse, consent: ConsentRecord | None) -> Connection:
    if use.live_scope or consent is None:
        claims = claims_of(use.live_claims)
        return Connection(use.client_id, use.live_scope, consent, use, claims, use.live_resources)
    return _agreed(consent, use)


def _agreed(consent: ConsentRecord, use: ClientUse | None) -> Connection:
    """Return what a consent allows where nothing is live."""
    words = consent.scope
    claims, resources = claims_among(words), tuple(resources_among(words))
    return Connection(consent.client_id, scopes_among(words), consent, use, claims, resources)
