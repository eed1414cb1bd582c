"""Opening an account after the register has answered; the answer to the person is the same if there was one."""

from dataclasses import dataclass
from datetime import datetime

import orjson

from idp.accounts.closing import FormerPersons
from idp.accounts.model import (
    NUMBER_PLACE,
    PHONE_PLACE,
    PROFILE_PLACE,
    Account,
    AccountStatus,
    OpenAccount,
    ProofState,
    RecordProof,
    SealedValue,
    SignInRecord,
)
from idp.accounts.notices import NoticeKind
from idp.accounts.ports import AccountReader
from idp.audit.model import EventName, Origin, RecordEvent
from idp.authentication.methods.password.ports import PasswordHasher
from idp.kernel.effects import Effect, Ledger
from idp.kernel.ids import new_id
from idp.kernel.locales import Locale, choose_locale
from idp.kernel.secrets import HashKey, Sealer
from idp.proofing.model import ClaimedIdentity, ProofOutcome, Verdict
from idp.proofing.policy import CONSEQUENCES
from idp.selfservice.applications import Applicant, queued_application
from idp.selfservice.closing import Closing
from idp.selfservice.messages import NOTICE_LIFE, Messages
from idp.selfservice.notices import Notices, Reachable
from idp.selfservice.profiles import first_profile
from idp.selfservice.receipts import ReceiptBook
from idp.selfservice.register_purposes import REGISTER_PURPOSE
from idp.selfservice.upstream_arrivals import UpstreamArrival, opening_effects
from idp.selfservice.waiting_proofs import queued_claim

ENDED_BY_PROOF = "ended_by_proof"
# A register that may still answer leaves the proof waiting; one that answered "near" does not.
_STATES = {Verdict.NO_ANSWER: ProofState.WAITING, Verdict.GARBLED: ProofState.WAITING}


@dataclass(frozen=True, slots=True)
class AccountOpening:
    """Writes a new person with everything that belongs to the beginning, in one transaction."""

    accounts: AccountReader
    former: FormerPersons
    ledger: Ledger
    hasher: PasswordHasher
    messages: Messages
    notices: Notices
    closing: Closing
    receipts: ReceiptBook
    sealer: Sealer
    number_index: HashKey
    phone_index: HashKey

    async def conclude(
        self,
        claimed: ClaimedIdentity,
        phone: str,
        password: str,
        outcome: ProofOutcome,
        locale: Locale,
        origin: Origin,
        now: datetime,
        upstream: UpstreamArrival | None = None,
    ) -> None:
        """Open the account, or tell the owner of the one there is that somebody tried (EN-1)."""
        # Hashed in every case: a refusal by the register takes as long as a welcome.
        applicant = Applicant(claimed, phone, await self.hasher.hash(password), locale, upstream)
        if not CONSEQUENCES[outcome.verdict].account_opens:
            await self.ledger.commit(
                _event(EventName.IDENTITY_NOT_PROVED, None, outcome, origin, now),
                *self.receipts.keep(claimed, REGISTER_PURPOSE, outcome, None),
            )
            return
        former = await self.former.former_person(self.number_index.digest(claimed.number.digits))
        if former is not None and outcome.verdict in _STATES:
            await self.ledger.commit(
                queued_application(applicant, former, self.sealer, now),
                _event(EventName.IDENTITY_NOT_PROVED, former, outcome, origin, now),
                *self.receipts.keep(claimed, REGISTER_PURPOSE, outcome, former),
            )
            return
        # Only the register's yes brings somebody back to what they had: their subjects at the portals are the same.
        person_id = former if former and CONSEQUENCES[outcome.verdict].proved else new_id()
        await self.open(applicant, person_id, new_id(), outcome, origin, now)

    async def open(
        self,
        applicant: Applicant,
        person_id: str,
        account_id: str,
        outcome: ProofOutcome,
        origin: Origin,
        now: datetime,
        *first: Effect,
    ) -> bool:
        """Open an account, or tell the owner of the one there is; `first` is committed with either.

        A proof takes the number from an account that was never proved.

        False if a claim among `first` was too late: then nothing was written.
        """
        claimed, phone = applicant.claimed, applicant.phone
        opening = self._opening(person_id, account_id, applicant, outcome, now)
        proved = CONSEQUENCES[outcome.verdict].proved
        written = (
            opening,
            RecordProof(new_id(), person_id, outcome.verdict, outcome.request_id, "registration", outcome.at),
            _event(EventName.ACCOUNT_OPENED, person_id, outcome, origin, now),
            _event(
                EventName.IDENTITY_PROVED if proved else EventName.IDENTITY_NOT_PROVED, person_id, outcome, origin, now
            ),
            self.messages.sms("account_opened", phone, applicant.locale, {}, now, NOTICE_LIFE),
            *self.receipts.keep(claimed, REGISTER_PURPOSE, outcome, person_id),
            *self._waiting(opening.account, claimed, now),
            *opening_effects(applicant.upstream, opening.account, origin, now),
        )
        if await self.ledger.commit(*first, *written):
            return True
        holder = await self.accounts.for_sign_in(opening.number.blind_index)
        if proved and holder is not None and _gives_way(holder.account):
            ended = await self._end_unproved(holder, origin, now)
            if await self.ledger.commit(*first, *ended, *written):
                return True
        return await self._tell_owner(opening.number.blind_index, claimed, outcome, origin, now, *first)

    async def _end_unproved(self, holder: SignInRecord, origin: Origin, now: datetime) -> tuple[Effect, ...]:
        """Return what ends an account that the register never proved: who is proved now is not kept out by it.

        Anybody may have opened it who knew the number, while the register was away. So nothing of it passes on, not
        even the person's subjects at the portals (case AL-1).
        """
        effects = await self.closing.effects(holder.account, ENDED_BY_PROOF, origin, now)
        if holder.phone_sealed is None:
            return effects
        phone = self.sealer.open(holder.phone_sealed, PHONE_PLACE).decode()
        locale = choose_locale(holder.account.locale)
        return (*effects, self.messages.sms("account_replaced", phone, locale, {}, now, NOTICE_LIFE))

    def _waiting(self, account: Account, claimed: ClaimedIdentity, now: datetime) -> tuple[Effect, ...]:
        """Return the verification that goes on without the person, where the register gave no usable answer."""
        return (queued_claim(account, claimed, self.sealer, now),) if account.proof is ProofState.WAITING else ()

    def _opening(
        self, person_id: str, account_id: str, applicant: Applicant, outcome: ProofOutcome, now: datetime
    ) -> OpenAccount:
        proved = CONSEQUENCES[outcome.verdict].proved
        state = ProofState.PROVED if proved else _STATES.get(outcome.verdict, ProofState.NOT_PROVED)
        proved_at = outcome.at if proved else None
        phone, digits = applicant.phone, applicant.claimed.number.digits
        profile = first_profile(applicant.claimed, outcome.record, phone, applicant.locale, now)
        return OpenAccount(
            account=Account(account_id, person_id, AccountStatus.OPEN, state, applicant.locale, now, proved_at),
            number=SealedValue(self.number_index.digest(digits), self.sealer.seal(digits.encode(), NUMBER_PLACE)),
            phone=SealedValue(self.phone_index.digest(phone), self.sealer.seal(phone.encode(), PHONE_PLACE)),
            profile_sealed=self.sealer.seal(orjson.dumps(profile), PROFILE_PLACE),
            password_hash=applicant.password_hash,
        )

    async def _tell_owner(
        self,
        number_index: bytes,
        claimed: ClaimedIdentity,
        outcome: ProofOutcome,
        origin: Origin,
        now: datetime,
        *first: Effect,
    ) -> bool:
        record = await self.accounts.for_sign_in(number_index)
        person_id = record.account.person_id if record else None
        effects: list[Effect] = [
            *first,
            _event(EventName.ACCOUNT_OPEN_REFUSED, person_id, outcome, origin, now),
            # The register was asked about the owner, whoever asked: they see the receipt among their own.
            *self.receipts.keep(claimed, REGISTER_PURPOSE, outcome, person_id),
        ]
        if record is not None:
            owner = Reachable(record.account, record.phone_sealed, record.email_sealed)
            effects.extend(self.notices.tell(owner, NoticeKind.SECOND_ACCOUNT_TRIED, now))
        return await self.ledger.commit(*effects)


def _gives_way(account: Account) -> bool:
    """Say whether an account ends when somebody else proves to be the person of its number."""
    return account.never_proved and account.status is not AccountStatus.CLOSED


def _event(name: EventName, person_id: str | None, outcome: ProofOutcome, origin: Origin, now: datetime) -> RecordEvent:
    return RecordEvent(
        id=new_id(),
        name=name,
        at=now,
        origin=origin,
        person_id=person_id,
        reason=outcome.verdict,
        details={"register_request": outcome.request_id},
    )
