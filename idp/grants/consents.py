"""Giving a consent: exactly these scopes, for this client, with this text."""

from msgspec import Struct

from clients.model import ClientId
from idp.account.model import Consent, GiveConsent
from idp.audit.model import EventName, Origin, RecordEvent
from idp.kernel.clock import Clock
from idp.kernel.effects import Ledger
from idp.kernel.ids import EventId, new_id
from idp.kernel.locales import Locale
from idp.sessions.model import SessionView

# Raised whenever the words of the consent page change: the receipt says which words were agreed to (NĐ 356 Đ6).
TEXT_VERSION = "2026-11-25-2"


class Consents(Struct, frozen=True):
    """Records consents."""

    ledger: Ledger
    clock: Clock

    async def give(
        self, view: SessionView, client_id: ClientId, scope: tuple[str, ...], locale: Locale, origin: Origin
    ) -> None:
        """Remember that the person allowed the client these scopes, besides what was allowed before."""
        now = self.clock.now()
        both = dict.fromkeys((*sorted(view.consented_scope or ()), *scope))
        consent = Consent(view.session.person_id, client_id, tuple(both), TEXT_VERSION, locale, now)
        await self.ledger.commit(
            GiveConsent(consent=consent),
            RecordEvent(
                id=EventId(new_id()),
                name=EventName.CONSENT_GIVEN,
                at=now,
                origin=origin,
                person_id=view.session.person_id,
                client_id=client_id,
                session_id=view.session.id,
                details={"scope": " ".join(scope), "text": TEXT_VERSION, "language": locale},
            ),
        )
