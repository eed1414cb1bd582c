"""Showing an account to be one's own beside the one that is signed in: its password, then the best factor it has."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from idp.account.merging.joining_model import JoiningReader
from idp.account.model import NUMBER_PLACE, SignInRecord
from idp.account.ports import AccountReader
from idp.audit.model import EventName, Origin, RecordEvent
from idp.factors.answers import Refused, Shown, Why
from idp.factors.checks import FactorChecks
from idp.factors.drafts import AuthenticationMethod, Claimant, FactorChallenge, FactorDraft
from idp.factors.password.effects import AcceptPassword
from idp.factors.password.ports import EvenPasswordHasher, Lane
from idp.kernel.clock import Clock
from idp.kernel.effects import Ledger
from idp.kernel.ids import AccountId, EventId, PersonId, SessionId, new_id
from idp.kernel.secrets import HashKey, Sealer
from idp.proofing.proof_ports import Identities
from idp.proofing.values.errors import InvalidPersonalNumberError
from idp.proofing.values.personal_numbers import PersonalNumber
from idp.sessions.model import SessionView
from idp.sign_in.drafts import AgeingDrafts
from idp.sign_in.limits import SignInLimits
from records.structs import replace

# Ways that no telephone company and no other device hands on: where an account has one, nothing less shows it.
_OWN_METHODS = frozenset({AuthenticationMethod.PASSKEY, AuthenticationMethod.TOTP})


class ShowRefusal(StrEnum):
    """Why an account was not shown. None there, or one that may not be joined, looks like a wrong password."""

    WRONG = "wrong_credentials"
    NETWORK_BUSY = "too_many_tries"


class ShowingDraft(Struct, frozen=True):
    """What was shown of another account so far, in a session of `account_id`. `factor` is empty before the second."""

    account_id: AccountId
    other_person_id: PersonId
    other_account_id: AccountId
    epoch: int
    challenge: str
    began_at: datetime
    factor: str = ""


class ShownAccount(Struct, frozen=True):
    """Another account as it is, with its epoch at the moment when its password was shown."""

    record: SignInRecord
    epoch: int


class OtherAccounts(Struct, frozen=True):
    """Judges what is shown of another account, by the counters and the words of sign-in."""

    accounts: AccountReader
    identities: Identities
    reader: JoiningReader
    hasher: EvenPasswordHasher
    limits: SignInLimits
    checks: FactorChecks
    drafts: AgeingDrafts[ShowingDraft]
    ledger: Ledger
    sealer: Sealer
    number_index: HashKey
    clock: Clock

    async def show(
        self, view: SessionView, number: str, password: str, browser: str, origin: Origin
    ) -> str | ShowRefusal:
        """Judge number and password, as typed, and return the draft's name. Without a number one's own is meant.

        Raises `BusyError` as a sign-in does.
        """
        lane = await self.limits.admits(None, origin)
        if lane is None:
            return ShowRefusal.NETWORK_BUSY
        with self.limits.place(lane):
            record = await self._shown(view, number.strip()[:64], password, lane, origin)
        if record is None:
            return ShowRefusal.WRONG
        account, now = record.account, self.clock.now()
        accepted = _event(EventName.PASSWORD_ACCEPTED, record, origin, now)
        standing = AcceptPassword(
            account_id=account.id,
            person_id=account.person_id,
            password_hash=record.password.hash,
            renewed=None,
            short=record.password.short,
        )
        if not await self.ledger.commit(standing, accepted):
            return ShowRefusal.WRONG
        # Of no session and of no sign-in: no other page goes on with it.
        asked = await self.checks.drafts.start(FactorDraft(account.person_id, account.id, SessionId("")), browser)
        draft = ShowingDraft(view.account.id, account.person_id, account.id, record.epoch, asked, now)
        return await self.drafts.start(draft, browser)

    async def load(self, name: str, view: SessionView, browser: str) -> ShowingDraft | None:
        """Return a draft of this browser and this account."""
        draft = await self.drafts.load(name, browser)
        return draft if draft is not None and draft.account_id == view.account.id else None

    async def challenge(self, draft: ShowingDraft, browser: str) -> FactorChallenge | None:
        """Return what is asked of the other account; None if that is gone. Without ways its password is all it has."""
        record = await self._record(draft)
        asked = await self.checks.drafts.load(draft.challenge, browser)
        if record is None or asked is None or asked.account_id != draft.other_account_id:
            return None
        claimant = Claimant(record.account, record.phone_sealed, record.email_sealed)
        ways = await self.checks.methods_of(claimant, SessionId(""))
        best = tuple(way for way in ways if way in _OWN_METHODS)
        return FactorChallenge(draft.challenge, asked, claimant, best or ways)

    async def take(self, name: str, draft: ShowingDraft, shown: Shown, browser: str) -> Refused | None:
        """Accept the second factor; refused when it is used up, or waits to count."""
        if shown.waits or not await self.ledger.commit(*shown.effects):
            return Refused(Why.USED)
        await self.drafts.save(name, replace(draft, factor=shown.factor), browser)
        return None

    async def complete(self, draft: ShowingDraft, browser: str) -> ShownAccount | None:
        """Return the account if all that it has was shown."""
        record, challenge = await self._record(draft), await self.challenge(draft, browser)
        if record is None or challenge is None or (challenge.ways and not draft.factor):
            return None
        return ShownAccount(record, draft.epoch)

    async def _record(self, draft: ShowingDraft) -> SignInRecord | None:
        record = await self.accounts.by_id(draft.other_person_id, draft.other_account_id)
        return record if record is not None and record.epoch == draft.epoch else None

    async def _shown(
        self, view: SessionView, number: str, password: str, lane: Lane, origin: Origin
    ) -> SignInRecord | None:
        """Return the account whose password this is. One hash at least, whether there is an account or not (EN-1)."""
        found, next_hash = await self._candidates(view, number)
        right, tried = None, False
        for record in found:
            refused = _event(EventName.PASSWORD_REFUSED, record, origin, self.clock.now())
            if not await self.limits.count(record, None, refused, self.clock.now()):
                continue
            tried = True
            account = record.account
            may = await self.reader.may_join(account.person_id, account.id)
            if await self.hasher.verify(record.password.hash, password, lane) and may:
                right = record
                break
            self.ledger.enqueue(refused)
        if not found:
            # As much is written as for an account.
            now = self.clock.now()
            await self.limits.count(None, None, _event(EventName.PASSWORD_REFUSED, None, origin, now), now)
        if not tried:
            await self.hasher.pretend(found[0].password.hash if found else next_hash, password, lane)
        return right

    async def _candidates(self, view: SessionView, typed: str) -> tuple[Sequence[SignInRecord], str | None]:
        """Return the accounts that are meant, and the hash of the account next to a number that has none.

        Under one's own number these are the ones that were set aside; nobody learns of somebody else's.
        """
        own = await self._own_number(view)
        try:
            digits = PersonalNumber.parse(typed).digits if typed else own
        except InvalidPersonalNumberError:
            return (), None
        index = self.number_index.digest(digits)
        if digits == own:
            names = await self.reader.aside(index)
            records = [await self.accounts.by_id(*name) for name in names]
            return [one for one in records if one is not None], None
        record, next_hash = await self.accounts.for_password(index)
        return ((record,) if record is not None else ()), next_hash

    async def _own_number(self, view: SessionView) -> str:
        person_id = view.account.person_id
        held = await self.identities.of_account(person_id, view.account.id)
        return self.sealer.open(held.number_sealed, NUMBER_PLACE.of(person_id)).decode() if held else ""


def _event(name: EventName, record: SignInRecord | None, origin: Origin, now: datetime) -> RecordEvent:
    person_id = record.account.person_id if record else None
    return RecordEvent(id=EventId(new_id()), name=name, at=now, origin=origin, person_id=person_id)
