"""A person's own passkeys: list, add, rename, remove. Each change is recorded and told to the person."""

import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from idp.account.notices.model import NoticeKind
from idp.account.notices.service import Notices, Reachable
from idp.audit.model import EventName, Origin, RecordEvent
from idp.factors.change_model import CHANGE_WAIT, BeginChange, SetAside
from idp.factors.passkey.challenges import PasskeyChallenges
from idp.factors.passkey.credentials import (
    LABEL_PLACE,
    PASSKEY_LIMIT,
    AddPasskey,
    Passkey,
    PasskeyReader,
    RemovePasskey,
    RenamePasskey,
)
from idp.factors.passkey.errors import PasskeyRefusedError
from idp.factors.passkey.model import CreatedKey, KeyOwner
from idp.factors.passkey.ports import PasskeyCeremonies
from idp.factors.passkey.service import PasskeyPrompt, handle_of
from idp.kernel.clock import Clock
from idp.kernel.effects import Effect, Ledger
from idp.kernel.ids import EventId, new_id
from idp.kernel.secrets import Sealer
from idp.sessions.model import SessionView

CREATE = "create"
MAX_LABEL = 60
_REPORTED = {"factor": "passkey"}


class AddRefusal(StrEnum):
    """Why a passkey was not added: the key of the text that says so."""

    REFUSED = "passkey_not_added"
    EXPIRED = "passkey_expired"
    LIMIT = "passkey_limit"


class RemoveRefusal(StrEnum):
    """Why a passkey was not removed: the key of the text that says so and what to do first."""

    GONE = "passkey_gone"
    LAST = "last_second_factor"


class NamedPasskey(Struct, frozen=True):
    """A passkey as its owner knows it. `shared` ones follow the person to other devices."""

    reference: str
    label: str
    shared: bool
    created_at: datetime
    last_used_at: datetime | None


class OwnPasskeys(Struct, frozen=True):
    """Changes the passkeys of a session's account. Whether the session may is the caller's question."""

    reader: PasskeyReader
    ceremonies: PasskeyCeremonies
    challenges: PasskeyChallenges
    ledger: Ledger
    sealer: Sealer
    notices: Notices
    clock: Clock
    wait: timedelta = CHANGE_WAIT

    async def all(self, view: SessionView) -> Sequence[NamedPasskey]:
        """Return the account's passkeys, oldest first."""
        return [self._named(one) for one in await self._of(view)]

    async def find(self, view: SessionView, reference: str) -> NamedPasskey | None:
        """Return one of the account's passkeys; None if it is gone or another's."""
        passkey = await self._find(view, reference)
        return self._named(passkey) if passkey else None

    async def begin(self, view: SessionView, browser: str, name: str, display_name: str) -> PasskeyPrompt:
        """Return a challenge to make a passkey. The names are what the device shows when it asks which one to use."""
        account = view.account
        known = [one.credential_id for one in await self._of(view)]
        challenge, sealed = self.challenges.begin(CREATE, browser, account, self.clock.now())
        owner = KeyOwner(handle_of(account), name, display_name)
        return PasskeyPrompt(sealed, self.ceremonies.creation_options(owner, challenge.value, known))

    async def add(
        self, view: SessionView, name: str, answer: str, label: str, browser: str, origin: Origin
    ) -> AddRefusal | None:
        """Keep the passkey that answers the challenge `name`; without a label it is called like the browser.

        The form sent twice adds one passkey and is answered twice as done.
        """
        now, challenge = self.clock.now(), self.challenges.open(name, CREATE, browser, view.account)
        if challenge is None or now >= challenge.expires_at:
            return AddRefusal.EXPIRED
        try:
            created = self.ceremonies.read_created(answer, challenge.value)
        except PasskeyRefusedError as refusal:
            self.ledger.enqueue(_event(EventName.PASSKEY_REFUSED, view, origin, now, reason=refusal.reason))
            return AddRefusal.REFUSED
        passkey = self._made(view, created, tidy_label(label) or tidy_label(origin.browser), now)
        effects = (
            challenge.claim,
            BeginChange(person_id=passkey.person_id, account_id=passkey.account_id, now=now),
            AddPasskey(passkey=passkey),
            _event(EventName.PASSKEY_ADDED, view, origin, now, passkey),
        )
        if await self.ledger.commit(*effects, *self._reported(view, NoticeKind.FACTOR_ADDED, now)):
            return None
        return await self._why_not_added(view, passkey)

    async def rename(self, view: SessionView, reference: str, label: str, origin: Origin) -> bool:
        """Give a passkey another name; False if it is gone. An empty name changes nothing."""
        passkey, wanted = await self._find(view, reference), tidy_label(label)
        if passkey is None or not wanted:
            return passkey is not None
        sealed = self.sealer.seal(wanted.encode(), LABEL_PLACE.of(view.account.person_id))
        return await self.ledger.commit(
            RenamePasskey(
                person_id=passkey.person_id,
                account_id=passkey.account_id,
                credential_id=passkey.credential_id,
                label_sealed=sealed,
            ),
            _event(EventName.PASSKEY_RENAMED, view, origin, self.clock.now(), passkey),
        )

    async def remove(self, view: SessionView, reference: str, origin: Origin) -> RemoveRefusal | None:
        """Forget a passkey; return why not."""
        passkey, now = await self._find(view, reference), self.clock.now()
        if passkey is None:
            return RemoveRefusal.GONE
        removed = await self.ledger.commit(
            BeginChange(person_id=passkey.person_id, account_id=passkey.account_id, now=now),
            SetAside(
                person_id=passkey.person_id,
                account_id=passkey.account_id,
                at=now,
                passkeys=True,
                credential_id=passkey.credential_id,
            ),
            RemovePasskey(
                person_id=passkey.person_id, account_id=passkey.account_id, credential_id=passkey.credential_id
            ),
            _event(EventName.PASSKEY_REMOVED, view, origin, now, passkey),
            *self._reported(view, NoticeKind.FACTOR_REMOVED, now),
        )
        if removed:
            return None
        return RemoveRefusal.LAST if await self._find(view, reference) else RemoveRefusal.GONE

    async def _of(self, view: SessionView) -> Sequence[Passkey]:
        return await self.reader.of_account(view.account.person_id, view.account.id)

    async def _find(self, view: SessionView, reference: str) -> Passkey | None:
        return next((one for one in await self._of(view) if one.reference == reference), None)

    async def _why_not_added(self, view: SessionView, passkey: Passkey) -> AddRefusal | None:
        known = await self._of(view)
        if any(one.credential_id == passkey.credential_id for one in known):
            return None
        return AddRefusal.LIMIT if len(known) >= PASSKEY_LIMIT else AddRefusal.REFUSED

    def _made(self, view: SessionView, created: CreatedKey, label: str, now: datetime) -> Passkey:
        return Passkey(
            person_id=view.account.person_id,
            account_id=view.account.id,
            credential_id=created.credential_id,
            public_key=created.public_key,
            sign_count=created.sign_count,
            transports=created.transports,
            backup_eligible=created.backup_eligible,
            backed_up=created.backed_up,
            label_sealed=self.sealer.seal(label.encode(), LABEL_PLACE.of(view.account.person_id)),
            created_at=now,
            pending_until=now + self.wait,
        )

    def _named(self, passkey: Passkey) -> NamedPasskey:
        return NamedPasskey(
            reference=passkey.reference,
            label=self.sealer.open(passkey.label_sealed, LABEL_PLACE.of(passkey.person_id)).decode(),
            shared=passkey.backup_eligible,
            created_at=passkey.created_at,
            last_used_at=passkey.last_used_at,
        )

    def _reported(self, view: SessionView, kind: NoticeKind, now: datetime) -> tuple[Effect, ...]:
        return self.notices.tell(Reachable.of(view), kind, now, _REPORTED)


def tidy_label(label: str) -> str:
    """Return a name as it is kept: composed, on one line, without what cannot be seen, and not too long."""
    seen = "".join(letter if letter.isprintable() else " " for letter in unicodedata.normalize("NFC", label[:400]))
    return " ".join(seen.split())[:MAX_LABEL].strip()


def _event(
    name: EventName,
    view: SessionView,
    origin: Origin,
    now: datetime,
    passkey: Passkey | None = None,
    *,
    reason: str = "",
) -> RecordEvent:
    return RecordEvent(
        id=EventId(new_id()),
        name=name,
        at=now,
        origin=origin,
        person_id=view.session.person_id,
        session_id=view.session.id,
        reason=reason,
        details={"passkey": passkey.reference} if passkey else {},
    )
