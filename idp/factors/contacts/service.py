"""Changing one's own contacts: confirmed by a code at the new one before it counts, told at the old ones too."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from idp.account.contact_claims import CONTACT_PLACES
from idp.account.model import SealedValue
from idp.account.notices.message_ceilings import Asker
from idp.account.notices.model import NoticeKind
from idp.account.notices.service import Notices, Reachable
from idp.audit.model import EventName, Origin, RecordEvent
from idp.factors.change_model import (
    CHANGE_WAIT,
    BeginChange,
    ChangeReader,
    ContactChange,
    ProposeContact,
    WithdrawContact,
)
from idp.factors.contacts.email_addresses import EmailAddress
from idp.factors.contacts.model import ContactKind
from idp.factors.contacts.phone_ages import PhoneAge, PhoneAgeReader
from idp.factors.one_time_codes.service import CodeDraft, CodeVerdict, OneTimeCodes
from idp.factors.waits_ended import OwnPhones
from idp.grants.model import ClaimOnce
from idp.kernel.clock import Clock
from idp.kernel.effects import Effect, Ledger
from idp.kernel.ids import AccountId, ContactChangeId, EventId, new_id
from idp.kernel.locales import Locale
from idp.kernel.messages import MessageChannel
from idp.kernel.secrets import HashKey, Sealer
from idp.kernel.shortlived import ShortLivedStore
from idp.proofing.values.phones import PhoneNumber
from idp.sessions.model import SessionView
from idp.settings.limits import BOUNDS, STANDARD, Limit, LimitReader
from idp.sign_in.drafts import DraftStore
from records.structs import Unprinted, replace

# Codes to new addresses, for each account and for each address: SMS pumping and harassment (vietnam.md 5.2).
CODES_AN_HOUR = BOUNDS[Limit.CONTACT_CODES].default
HOUR = timedelta(hours=1)
_PURPOSES: Mapping[ContactKind, str] = {"phone": "phone", "email": "email"}
_CHANNELS: Mapping[ContactKind, MessageChannel] = {"phone": "sms", "email": "email"}

Address = PhoneNumber | EmailAddress


class ContactDraft(Unprinted, Struct, frozen=True):
    """A new contact on its way: whose, which, and the code that was sent to it."""

    account_id: AccountId
    kind: ContactKind
    address: str
    indexed: str
    code: CodeDraft

    def masked(self) -> str:
        """Return what a page may show of the address."""
        return PhoneNumber(self.address).masked() if self.kind == "phone" else EmailAddress(self.address).masked()


class ContactRefusal(StrEnum):
    """Why a contact was not changed, besides a wrong code."""

    TOO_MANY = "code_sends_used"
    # The account changed in another window meanwhile: nothing was written.
    CHANGED_MEANWHILE = "contact_changed_meanwhile"


class OwnContacts(Struct, frozen=True):
    """Changes contacts of somebody who has just shown two factors. E-mail reaches people and never signs them in."""

    drafts: DraftStore[ContactDraft]
    codes: OneTimeCodes
    store: ShortLivedStore
    ledger: Ledger
    notices: Notices
    sealer: Sealer
    phone_index: HashKey
    email_index: HashKey
    clock: Clock
    changes: ChangeReader
    phones: OwnPhones
    ages: PhoneAgeReader
    limits: LimitReader = STANDARD
    wait: timedelta = CHANGE_WAIT

    async def begin(self, view: SessionView, address: Address, browser: str, locale: Locale) -> str | ContactRefusal:
        """Send a code to a new phone or e-mail address and return the draft's name."""
        kind, text, indexed = _read(address)
        if await self._too_many(view, kind, indexed):
            return ContactRefusal.TOO_MANY
        asker = Asker.of_account(view.account.id)
        code = await self.codes.send(_PURPOSES[kind], text, locale, self.clock.now(), _CHANNELS[kind], asker=asker)
        return await self.drafts.start(ContactDraft(view.account.id, kind, text, indexed, code), browser)

    async def load(self, name: str, view: SessionView, browser: str) -> ContactDraft | None:
        """Return a draft of this browser and this account."""
        draft = await self.drafts.load(name, browser)
        return draft if draft is not None and draft.account_id == view.account.id else None

    async def resend(self, name: str, draft: ContactDraft, view: SessionView, browser: str, locale: Locale) -> bool:
        """Send another code, which ends the one before; False when enough were sent."""
        if await self._too_many(view, draft.kind, draft.indexed):
            return False
        code = await self.codes.resend(draft.code, locale, self.clock.now())
        if code is not None:
            await self.drafts.save(name, replace(draft, code=code), browser)
        return code is not None

    async def confirm(
        self, name: str, draft: ContactDraft, entered: str, view: SessionView, origin: Origin
    ) -> CodeVerdict | ContactRefusal:
        """Judge the code. RIGHT: the contact waits, and takes its place unless its person objects.

        A phone that the carriers know as the person's own does not wait.
        """
        now = self.clock.now()
        verdict = await self.codes.check(draft.code, entered, now)
        if verdict is not CodeVerdict.RIGHT:
            self.ledger.enqueue(_event(EventName.CODE_REFUSED, draft.kind, view, origin, now))
            return verdict
        # The claim is durable, so that a code works once even if the short-lived store forgets (I12).
        once = ClaimOnce(purpose="one_time_code", value_hash=draft.code.code_hash, expires_at=draft.code.expires_at)
        # The old phone is told with a code that brings it back, whether the new one waits or not.
        own = draft.kind == "phone" and await self.phones.owns(view, draft.address, now)
        now = self.clock.now()
        wait = timedelta(0) if own else self.wait
        if not await self.ledger.commit(once, *self._change(draft, view, origin, now, wait)):
            return ContactRefusal.CHANGED_MEANWHILE
        await self.drafts.drop(name)
        return CodeVerdict.RIGHT

    async def remove_email(self, view: SessionView, origin: Origin) -> bool:
        """Remove the e-mail address once the wait is over; False if there is none or the account changed meanwhile."""
        if view.email_sealed is None:
            return False
        now = self.clock.now()
        return await self.ledger.commit(
            *self._proposed(view, "email", None, now, self.wait),
            _event(EventName.CONTACT_REMOVED, "email", view, origin, now),
            *self.notices.tell(_reach(view), NoticeKind.CONTACT_CHANGED, now, {"contact": "email"}),
        )

    async def waiting(self, view: SessionView) -> Sequence[ContactChange]:
        """Return the contacts that wait to take their place."""
        known = await self.changes.of_account(view.account.person_id, view.account.id)
        return [one for one in known if one.settled_at is None]

    async def phone_age(self, view: SessionView) -> PhoneAge | None:
        """Return when the phone was confirmed; None without a phone."""
        return await self.ages.of_account(view.account.person_id, view.account.id)

    async def withdraw(self, view: SessionView, kind: ContactKind, origin: Origin) -> bool:
        """Forget a contact that waits; False if none of this kind does."""
        found = next((one for one in await self.waiting(view) if one.kind == kind), None)
        if found is None:
            return False
        return await self.ledger.commit(
            WithdrawContact(person_id=found.person_id, account_id=found.account_id, change_id=found.id),
            _event(EventName.CONTACT_CHANGED, kind, view, origin, self.clock.now(), "withdrawn"),
        )

    def _change(
        self, draft: ContactDraft, view: SessionView, origin: Origin, now: datetime, wait: timedelta
    ) -> tuple[Effect, ...]:
        kind = draft.kind
        key = self.phone_index if kind == "phone" else self.email_index
        sealed = self.sealer.seal(draft.address.encode(), CONTACT_PLACES[kind].of(view.account.person_id))
        contact = SealedValue(key.digest(draft.indexed), sealed)
        # The new contact is told nothing: a notice carries the code that locks the account, and it does not count yet.
        return (
            *self._proposed(view, kind, contact, now, wait),
            _event(EventName.CONTACT_CHANGED, kind, view, origin, now, "waits"),
            *self.notices.tell(_reach(view), NoticeKind.CONTACT_CHANGED, now, {"contact": kind}),
        )

    def _proposed(
        self, view: SessionView, kind: ContactKind, contact: SealedValue | None, now: datetime, wait: timedelta
    ) -> tuple[Effect, ...]:
        account, from_then = view.account, now + wait
        change = ContactChange(
            ContactChangeId(new_id()), account.person_id, account.id, kind, contact, now, from_then, from_then
        )
        return BeginChange(person_id=account.person_id, account_id=account.id, now=now), ProposeContact(change=change)

    async def _too_many(self, view: SessionView, kind: ContactKind, indexed: str) -> bool:
        by_account = await self.store.count(f"contact-codes:{view.account.id}", HOUR)
        digest = (self.phone_index if kind == "phone" else self.email_index).digest(indexed).hex()
        by_address = await self.store.count(f"contact-codes-to:{digest}", HOUR)
        return max(by_account, by_address) > self.limits.limit(Limit.CONTACT_CODES)


def _read(address: Address) -> tuple[ContactKind, str, str]:
    match address:
        case PhoneNumber():
            return "phone", address.e164, address.e164
        case EmailAddress():
            return "email", address.text, address.indexed


def _reach(view: SessionView) -> Reachable:
    return Reachable.of(view)


def _event(
    name: EventName, kind: ContactKind, view: SessionView, origin: Origin, now: datetime, reason: str = ""
) -> RecordEvent:
    return RecordEvent(
        id=EventId(new_id()),
        name=name,
        at=now,
        origin=origin,
        person_id=view.account.person_id,
        session_id=view.session.id,
        reason=reason,
        details={"contact": kind},
    )
