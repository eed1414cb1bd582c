"""Giving a consent: exactly these scopes, for this client, with this text."""

from datetime import datetime

from msgspec import Struct

from clients.model import ClientId
from idp.account.model import Consent, GiveConsent
from idp.audit.model import EventName, Origin, RecordEvent
from idp.kernel.clock import Clock
from idp.kernel.effects import Effect, Ledger
from idp.kernel.ids import EventId, new_id
from idp.kernel.locales import Locale
from idp.protocol.stated_purposes import is_agreed_purpose
from idp.sessions.model import SessionView

# Raised whenever the words of the consent page change: the receipt says which words were agreed to (NĐ 356 Đ6).
TEXT_VERSION = "2026-12-04"


class Consents(Struct, frozen=True):
    """Records consents."""

    ledger: Ledger
    clock: Clock

    async def give(
        self, view: SessionView, client_id: ClientId, scope: tuple[str, ...], locale: Locale, origin: Origin
    ) -> None:
        """Remember that the person allowed the client these scopes and claims, besides what was allowed before."""
        now = self.clock.now()
        await self.ledger.commit(*consent_effects(view, client_id, scope, locale, origin, now, TEXT_VERSION))


def consent_effects(
    view: SessionView,
    client_id: ClientId,
    scope: tuple[str, ...],
    locale: Locale,
    origin: Origin,
    now: datetime,
    text: str,
) -> tuple[Effect, ...]:
    """Return a consent to these scopes, besides what was allowed before, with its event; `text` names the words."""
    # Purposes are the client's own texts: the last ones take the place of earlier ones, so that they do not pile up.
    before = (word for word in sorted(view.consented_scope or ()) if not is_agreed_purpose(word))
    both = dict.fromkeys((*before, *scope))
    event = RecordEvent(
        id=EventId(new_id()),
        name=EventName.CONSENT_GIVEN,
        at=now,
        origin=origin,
        person_id=view.session.person_id,
        client_id=client_id,
        session_id=view.session.id,
        details={"scope": " ".join(scope), "text": text, "language": locale},
    )
    return GiveConsent(consent=Consent(view.session.person_id, client_id, tuple(both), text, locale, now)), event
