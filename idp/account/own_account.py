"""What the head of every page of the account shows, and the choices that are the person's own."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

import msgspec
from msgspec import Struct

from idp.account.model import PROFILE_PLACE
from idp.account.own_choices import ReplaceProfile, SetLocale
from idp.account.own_claims import OWN_CLAIMS, fault_of
from idp.audit.model import EventName, Origin, RecordEvent
from idp.kernel.clock import Clock
from idp.kernel.effects import Ledger
from idp.kernel.ids import AccountId, EventId, PersonId, new_id
from idp.kernel.locales import Locale
from idp.kernel.secrets import Sealer
from idp.sessions.model import SessionView


class Standing(Struct, frozen=True):
    """What waits for the person: notices not read yet, sign-ins elsewhere that ask for approval."""

    unread_notices: int
    open_approvals: int


class StandingReader(Protocol):
    """Reads what waits for a person."""

    async def standing_of(self, person_id: PersonId, account_id: AccountId, now: datetime) -> Standing:
        """Return how the account stands, in one round trip."""


class OwnAccount(Struct, frozen=True):
    """Changes what people may change of their account without asking anybody."""

    reader: StandingReader
    ledger: Ledger
    sealer: Sealer
    clock: Clock

    async def standing(self, view: SessionView) -> Standing:
        """Return what waits for the person."""
        return await self.reader.standing_of(view.account.person_id, view.account.id, self.clock.now())

    async def choose_language(self, view: SessionView, locale: Locale, origin: Origin) -> None:
        """Keep the language with the account: messages come in it, and pages on every browser begin in it."""
        await self.ledger.commit(
            SetLocale(account_id=view.account.id, person_id=view.account.person_id, locale=locale),
            self._event(EventName.LANGUAGE_CHANGED, view, origin, {"language": locale}),
        )

    async def change_claims(self, view: SessionView, wanted: Mapping[str, str], origin: Origin) -> bool:
        """Store the person's own claims; an empty one is removed. False if one is faulty, or of an old profile.

        Pages ask `fault_of` before, to say which it is.
        """
        if any(wanted.get(name) and fault_of(name, wanted[name]) for name in OWN_CLAIMS):
            return False
        profile: dict[str, object] = msgspec.json.decode(
            self.sealer.open(view.profile_sealed, PROFILE_PLACE.of(view.account.person_id))
        )
        kept = {name: value for name, value in profile.items() if name not in OWN_CLAIMS}
        own = {name: wanted[name] for name in OWN_CLAIMS if wanted.get(name)}
        updated = {**kept, **own, "updated_at": int(self.clock.now().timestamp())}
        sealed = self.sealer.seal(msgspec.json.encode(updated), PROFILE_PLACE.of(view.account.person_id))
        changed = sorted(name for name in OWN_CLAIMS if own.get(name) != profile.get(name))
        return await self.ledger.commit(
            ReplaceProfile(person_id=view.account.person_id, profile_before=view.profile_sealed, profile_sealed=sealed),
            self._event(EventName.PROFILE_CHANGED, view, origin, {"claims": " ".join(changed)}),
        )

    def _event(self, name: EventName, view: SessionView, origin: Origin, details: dict[str, str]) -> RecordEvent:
        return RecordEvent(
            id=EventId(new_id()),
            name=name,
            at=self.clock.now(),
            origin=origin,
            person_id=view.account.person_id,
            session_id=view.session.id,
            details=details,
        )
