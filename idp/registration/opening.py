"""Opens an account after the register has answered; the person reads the same answer if one existed already."""

from datetime import datetime, timedelta

import orjson
from msgspec import Struct, field

from idp.account.closing import Closing
from idp.account.closing_effects import FormerPerson, FormerPersons
from idp.account.merging.joining_model import gives_way, is_kept
from idp.account.merging.setting_aside import SettingAside
from idp.account.model import (
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
from idp.account.notices.messages import NOTICE_LIFE, Messages
from idp.account.notices.model import NoticeKind
from idp.account.notices.service import Notices, Reachable
from idp.account.ports import AccountReader
from idp.account.profiles import first_profile
from idp.audit.model import EventName, Origin, RecordEvent
from idp.factors.password.ports import PasswordHasher
from idp.kernel.effects import Effect, Ledger
from idp.kernel.ids import AccountId, EventId, PersonId, new_id
from idp.kernel.locales import Locale, choose_locale
from idp.kernel.secrets import HashKey, Sealer
from idp.proofing.evidence import Evidence, EvidenceKind, SetEvidence, evidence_rules, rank
from idp.proofing.kept_receipts import ReceiptBook
from idp.proofing.model import ClaimedIdentity, ProofOutcome
from idp.proofing.policy import CONSEQUENCES
from idp.proofing.registers.purposes import REGISTER_PURPOSE
from idp.proofing.states import proof_state
from idp.proofing.waiting import queued_claim, wait_after
from idp.recovery.policy import RecoveryPolicy
from idp.registration.applications import Applicant, queued_application
from idp.upstream.arrivals import UpstreamArrival, opening_effects

ENDED_BY_PROOF = "ended_by_proof"


class AccountOpening(Struct, frozen=True):
    """Writes a new person with everything that belongs to the beginning, in one transaction."""

    accounts: AccountReader
    former: FormerPersons
    ledger: Ledger
    hasher: PasswordHasher
    messages: Messages
    notices: Notices
    closing: Closing
    aside: SettingAside
    receipts: ReceiptBook
    sealer: Sealer
    number_index: HashKey
    phone_index: HashKey
    policy: RecoveryPolicy = field(default_factory=RecoveryPolicy)

    @property
    def takeover_wait(self) -> timedelta:
        """Return how long whoever is told may prove themself before another proof takes the number."""
        return self.policy.waiting_time(reached=True)

    def index_of(self, applicant: Applicant) -> bytes:
        """Return the blind index of an applicant's number."""
        return self.number_index.digest(applicant.claimed.number.digits)

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
        evidence: Evidence | None = None,
    ) -> None:
        """Open the account, let it wait, or tell the owner of the one there is that somebody tried (EN-1).

        What came of it is told to nobody here: only to a phone that is the number's by the carriers' word.
        """
        # Hashed in every case: a refusal by the register takes as long as a welcome.
        password_hash = await self.hasher.hash(password)
        applicant = Applicant(claimed, phone, password_hash, locale, upstream, evidence)
        if not CONSEQUENCES[outcome.verdict].account_opens:
            await self.ledger.commit(
                _event(EventName.IDENTITY_NOT_PROVED, None, outcome, origin, now),
                *self.receipts.keep(claimed, REGISTER_PURPOSE, outcome, None),
                *self.reported("account_not_opened", applicant, now),
            )
            return
        former = await self.former.former_person(self.index_of(applicant))
        if former is not None:
            await self._come_back(applicant, former, outcome, origin, now)
            return
        await self.open(applicant, PersonId(new_id()), AccountId(new_id()), outcome, origin, now)

    async def _come_back(
        self, applicant: Applicant, former: FormerPerson, outcome: ProofOutcome, origin: Origin, now: datetime
    ) -> None:
        """Make somebody wait who says to be a person that left: their subjects at the portals would be the same.

        Only a proof not weaker than theirs was may bring them back, and not before the wait is over. Data alone brings
        back nobody; a register that is silent may still answer.
        """
        state = proof_state(outcome.verdict, applicant.evidence)
        waits = state is ProofState.WAITING or (state is ProofState.PROVED and not outranked(applicant, former))
        due_at = now + (wait_after(1) if state is ProofState.WAITING else self.takeover_wait)
        queued = queued_application(applicant, former.person_id, self.sealer, now, due_at)
        await self.ledger.commit(
            *((queued,) if waits else ()),
            _event(EventName.IDENTITY_NOT_PROVED, former.person_id, outcome, origin, now),
            *self.receipts.keep(applicant.claimed, REGISTER_PURPOSE, outcome, former.person_id),
            *self.reported("account_waits" if waits else "account_not_opened", applicant, now),
        )

    async def open(
        self,
        applicant: Applicant,
        person_id: PersonId,
        account_id: AccountId,
        outcome: ProofOutcome,
        origin: Origin,
        now: datetime,
        *first: Effect,
        waited: bool = False,
    ) -> bool:
        """Open an account, or tell the owner of the one there is; `first` is committed with either.

        A proof takes the number from an account that was never proved, once it has `waited`: whoever has that account
        is told, and may prove themself meanwhile.

        False if a claim among `first` was too late: then nothing was written.
        """
        opening = self._opening(person_id, account_id, applicant, outcome, now)
        written = self._written(applicant, opening, outcome, origin, now)
        if await self.ledger.commit(*first, *written):
            return True
        holder = await self.accounts.for_sign_in(opening.number.blind_index)
        if holder is not None and opening.account.proof is ProofState.PROVED and await self._gives_way(holder):
            if not waited:
                return await self._let_wait(applicant, holder, outcome, origin, now)
            ended = await self._end_unproved(holder, origin, now)
            if await self.ledger.commit(*first, *ended, *written):
                return True
        return await self._tell_owner(applicant, outcome, origin, now, *first)

    def reported(self, key: str, applicant: Applicant, now: datetime) -> tuple[Effect, ...]:
        """Return the message of what came of it, where the phone is the number's own: a stranger's learns nothing."""
        if applicant.evidence is None or applicant.evidence.kind is not EvidenceKind.SUBSCRIBER:
            return ()
        return (self.messages.sms(key, applicant.phone, applicant.locale, {}, now, NOTICE_LIFE),)

    def _written(
        self, applicant: Applicant, opening: OpenAccount, outcome: ProofOutcome, origin: Origin, now: datetime
    ) -> tuple[Effect, ...]:
        account, evidence = opening.account, applicant.evidence
        person_id, proved = account.person_id, account.proof is ProofState.PROVED
        known = EventName.IDENTITY_PROVED if proved else EventName.IDENTITY_NOT_PROVED
        return (
            opening,
            RecordProof(
                id=new_id(),
                person_id=person_id,
                verdict=outcome.verdict,
                request_id=outcome.request_id,
                purpose="registration",
                at=outcome.at,
            ),
            *((SetEvidence(person_id=person_id, account_id=account.id, evidence=evidence),) if evidence else ()),
            _event(EventName.ACCOUNT_OPENED, person_id, outcome, origin, now),
            _event(known, person_id, outcome, origin, now),
            *self.reported("account_opened", applicant, now),
            *self.receipts.keep(applicant.claimed, REGISTER_PURPOSE, outcome, person_id, evidence=evidence),
            *self._waiting(account, applicant.claimed, now),
            *opening_effects(applicant.upstream, account, origin, now),
        )

    async def _gives_way(self, holder: SignInRecord) -> bool:
        known = await self.former.known_to_portals(holder.account.person_id)
        return gives_way(holder, known_to_portals=known)

    async def _let_wait(
        self, applicant: Applicant, holder: SignInRecord, outcome: ProofOutcome, origin: Origin, now: datetime
    ) -> bool:
        """Make a proved person wait for the number of an account that was never proved, and tell that account."""
        # Another person's row: nothing of the account before passes on, not even its subjects at the portals.
        queued = queued_application(applicant, PersonId(new_id()), self.sealer, now, now + self.takeover_wait)
        return await self.ledger.commit(
            queued,
            _event(EventName.ACCOUNT_OPEN_REFUSED, holder.account.person_id, outcome, origin, now),
            *self.receipts.keep(applicant.claimed, REGISTER_PURPOSE, outcome, None),
            *self.notices.tell(Reachable.of(holder), NoticeKind.NUMBER_CLAIMED, now),
            *self.reported("account_waits", applicant, now),
        )

    async def _end_unproved(self, holder: SignInRecord, origin: Origin, now: datetime) -> tuple[Effect, ...]:
        """Return what ends an account that was never proved: who is proved now is not kept out by it.

        Anybody may have opened it who knew the number. So nothing of it passes on, not even the person's subjects at
        the portals (case AL-1). One with a factor of its own is not erased without it, but set aside.
        """
        if is_kept(holder, now):
            return await self.aside.effects(holder, origin, now)
        effects = await self.closing.effects(holder.account, ENDED_BY_PROOF, origin, now)
        if holder.phone_sealed is None:
            return effects
        phone = self.sealer.open(holder.phone_sealed, PHONE_PLACE.of(holder.account.person_id)).decode()
        locale = choose_locale(holder.account.locale)
        return (*effects, self.messages.sms("account_replaced", phone, locale, {}, now, NOTICE_LIFE))

    def _waiting(self, account: Account, claimed: ClaimedIdentity, now: datetime) -> tuple[Effect, ...]:
        """Return the verification that goes on without the person, where the register gave no usable answer."""
        return (queued_claim(account, claimed, self.sealer, now),) if account.proof is ProofState.WAITING else ()

    def _opening(
        self, person_id: PersonId, account_id: AccountId, applicant: Applicant, outcome: ProofOutcome, now: datetime
    ) -> OpenAccount:
        state = proof_state(outcome.verdict, applicant.evidence)
        proved_at = outcome.at if state is ProofState.PROVED else None
        phone, digits = applicant.phone, applicant.claimed.number.digits
        profile = first_profile(applicant.claimed, outcome.record, phone, applicant.locale, now)
        seal = self.sealer.seal
        return OpenAccount(
            account=Account(account_id, person_id, AccountStatus.OPEN, state, applicant.locale, now, proved_at),
            number=SealedValue(self.number_index.digest(digits), seal(digits.encode(), NUMBER_PLACE.of(person_id))),
            phone=SealedValue(self.phone_index.digest(phone), seal(phone.encode(), PHONE_PLACE.of(person_id))),
            profile_sealed=seal(orjson.dumps(profile), PROFILE_PLACE.of(person_id)),
            password_hash=applicant.password_hash,
        )

    async def _tell_owner(
        self, applicant: Applicant, outcome: ProofOutcome, origin: Origin, now: datetime, *first: Effect
    ) -> bool:
        record = await self.accounts.for_sign_in(self.index_of(applicant))
        person_id = record.account.person_id if record else None
        effects: list[Effect] = [
            *first,
            _event(EventName.ACCOUNT_OPEN_REFUSED, person_id, outcome, origin, now),
            # The register was asked about the owner, whoever asked: they see the receipt among their own.
            *self.receipts.keep(applicant.claimed, REGISTER_PURPOSE, outcome, person_id),
        ]
        if record is not None:
            effects.extend(self.notices.tell(Reachable.of(record), NoticeKind.SECOND_ACCOUNT_TRIED, now))
        return await self.ledger.commit(*effects)


def outranked(applicant: Applicant, former: FormerPerson) -> bool:
    """Say whether what somebody shows is weaker than what the person's own proof rested on.

    Of who came with an import that is not known: a phone is never enough for what portals know them by.
    """
    floor = evidence_rules()[EvidenceKind.UPSTREAM].rank if former.imported else 0
    return rank(applicant.evidence) < max(floor, rank(former.evidence))


def _event(
    name: EventName, person_id: PersonId | None, outcome: ProofOutcome, origin: Origin, now: datetime
) -> RecordEvent:
    return RecordEvent(
        id=EventId(new_id()),
        name=name,
        at=now,
        origin=origin,
        person_id=person_id,
        reason=outcome.verdict,
        details={"register_request": outcome.request_id},
    )
