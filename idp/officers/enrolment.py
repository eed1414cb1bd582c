"""Setting an officer's account up: name and one-time code, a password, then an app or a passkey, in one commit."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from idp.account.model import Account
from idp.agencies.model import SignInName
from idp.audit.model import EventName, Origin, RecordEvent
from idp.factors.model import TOTP_PLACE, AddTotp
from idp.factors.passkey.challenges import PasskeyChallenges
from idp.factors.passkey.credentials import LABEL_PLACE, AddPasskey, Passkey
from idp.factors.passkey.errors import PasskeyRefusedError
from idp.factors.passkey.model import CreatedKey, KeyOwner
from idp.factors.passkey.own_passkeys import CREATE, tidy_label
from idp.factors.passkey.ports import PasskeyCeremonies
from idp.factors.passkey.service import PasskeyPrompt, handle_of
from idp.factors.password.model import PasswordContext, PasswordProblem
from idp.factors.password.ports import PasswordHasher
from idp.factors.password.service import PasswordRules
from idp.factors.totp.codes import matching_step, new_totp_secret
from idp.kernel.clock import Clock
from idp.kernel.effects import Effect, Ledger
from idp.kernel.ids import EventId, new_id
from idp.kernel.locales import Locale
from idp.kernel.secrets import Sealer, Secret
from idp.kernel.shortlived import ShortLivedStore
from idp.officers.model import EnrolOfficer, account_of
from idp.officers.people import OfficerPeople
from idp.officers.service import OfficerAccounts
from idp.sessions.model import SessionView
from idp.settings.limits import STANDARD, Limit, LimitReader
from idp.sign_in.drafts import DraftStore
from idp.sign_in.networks import network_admits
from records.structs import Unprinted, replace


class EnrolRefusal(StrEnum):
    """Why an account cannot be set up: the key of the text that says so."""

    # Wrong, used, replaced, too old, withdrawn, or no such name: which of them is nobody's to learn.
    WRONG = "enrolment_wrong"
    TOO_MANY = "too_many_enrolments"
    TOTP_WRONG = "totp_wrong"
    PASSKEY = "passkey_not_added"


class EnrolmentDraft(Unprinted, Struct, frozen=True):
    """What a browser has shown and chosen. Nothing of it counts before the end."""

    name: str
    account: Account
    enrolment_hash: bytes
    totp_secret: str
    password_hash: str = ""


class OfficerEnrolment(Struct, frozen=True):
    """Leads an officer from the printed code to an account with two factors."""

    accounts: OfficerAccounts
    drafts: DraftStore[EnrolmentDraft]
    rules: PasswordRules
    hasher: PasswordHasher
    ceremonies: PasskeyCeremonies
    challenges: PasskeyChallenges
    ledger: Ledger
    store: ShortLivedStore
    sealer: Sealer
    clock: Clock
    people: OfficerPeople
    limits: LimitReader = STANDARD

    async def begin(self, name: str, code: str, browser: str, locale: Locale, origin: Origin) -> str | EnrolRefusal:
        """Return the name of the draft that goes on, or why not."""
        typed = SignInName.parse(name[:64])
        if await self._too_many(origin):
            return EnrolRefusal.TOO_MANY
        now, hashed = self.clock.now(), self.accounts.hashed(code)
        # A name that cannot be one is looked up too, so that it is answered no sooner.
        index = self.accounts.index_of(typed or SignInName(""))
        officer = await self.accounts.reader.enrolling(index, hashed, now)
        if officer is None or typed is None:
            self.ledger.enqueue(_event(EventName.OFFICER_ENROLMENT_REFUSED, None, origin, now))
            return EnrolRefusal.WRONG
        account = account_of(officer, locale)
        draft = EnrolmentDraft(typed.text, account, hashed, new_totp_secret().reveal())
        return await self.drafts.start(draft, browser)

    async def choose_password(
        self, name: str, draft: EnrolmentDraft, password: str, browser: str
    ) -> PasswordProblem | None:
        """Keep the hash of a password; return why it is refused. It never stands alone, so it may be shorter."""
        problem = await self.rules.judge(password, PasswordContext((draft.name,), two_steps=True))
        if problem is None:
            await self.drafts.spend(name)
            await self.drafts.save(name, replace(draft, password_hash=await self.hasher.hash(password)), browser)
        return problem

    def prompt(self, draft: EnrolmentDraft, browser: str) -> PasskeyPrompt:
        """Return a challenge to make a passkey for the account."""
        challenge, sealed = self.challenges.begin(CREATE, browser, draft.account, self.clock.now())
        owner = KeyOwner(handle_of(draft.account), draft.name, draft.name)
        return PasskeyPrompt(sealed, self.ceremonies.creation_options(owner, challenge.value, ()))

    async def with_app(
        self, name: str, draft: EnrolmentDraft, entered: str, origin: Origin, citizen: SessionView | None = None
    ) -> EnrolRefusal | None:
        """Finish with an authenticator app, once it shows a code; the step that confirmed it is used up.

        `citizen`, here and below, is the session that the browser has: it says whose the account is.
        """
        now, account = self.clock.now(), draft.account
        step = matching_step(Secret(draft.totp_secret), entered, now)
        if step is None:
            return EnrolRefusal.TOTP_WRONG
        sealed = self.sealer.seal(draft.totp_secret.encode(), TOTP_PLACE.of(account.person_id))
        return await self._finish(
            name,
            draft,
            (
                AddTotp(
                    person_id=account.person_id,
                    account_id=account.id,
                    secret_sealed=sealed,
                    last_step=step,
                    created_at=now,
                ),
            ),
            origin,
            citizen,
        )

    async def with_passkey(
        self,
        name: str,
        draft: EnrolmentDraft,
        challenge_name: str,
        answer: str,
        browser: str,
        origin: Origin,
        citizen: SessionView | None = None,
    ) -> EnrolRefusal | None:
        """Finish with a passkey that answers the challenge."""
        now = self.clock.now()
        challenge = self.challenges.open(challenge_name, CREATE, browser, draft.account)
        if challenge is None or now >= challenge.expires_at:
            return EnrolRefusal.PASSKEY
        try:
            created = self.ceremonies.read_created(answer, challenge.value)
        except PasskeyRefusedError:
            return EnrolRefusal.PASSKEY
        added = AddPasskey(passkey=self._passkey(draft.account, created, tidy_label(origin.browser), now))
        return await self._finish(name, draft, (challenge.claim, added), origin, citizen)

    async def _finish(
        self,
        name: str,
        draft: EnrolmentDraft,
        factor: tuple[Effect, ...],
        origin: Origin,
        citizen: SessionView | None,
    ) -> EnrolRefusal | None:
        account, now = draft.account, self.clock.now()
        number = await self.people.number_of(citizen, draft.account.person_id, now)
        enrolled = EnrolOfficer(
            person_id=account.person_id,
            account_id=account.id,
            enrolment_hash=draft.enrolment_hash,
            password_hash=draft.password_hash,
            now=now,
            number=number,
        )
        event = _event(EventName.OFFICER_ENROLLED, account, origin, now)
        done = bool(draft.password_hash) and await self.ledger.commit(enrolled, *factor, event)
        await self.drafts.drop(name)
        return None if done else EnrolRefusal.WRONG

    def _passkey(self, account: Account, created: CreatedKey, label: str, now: datetime) -> Passkey:
        return Passkey(
            person_id=account.person_id,
            account_id=account.id,
            credential_id=created.credential_id,
            public_key=created.public_key,
            sign_count=created.sign_count,
            transports=created.transports,
            backup_eligible=created.backup_eligible,
            backed_up=created.backed_up,
            label_sealed=self.sealer.seal(label.encode(), LABEL_PLACE.of(account.person_id)),
            created_at=now,
        )

    async def _too_many(self, origin: Origin) -> bool:
        """Count by network alone: codes of 79 bits are not guessed, and no stranger shuts out a name."""
        most = self.limits.limit(Limit.NETWORK_ENROLMENTS)
        return not await network_admits(self.store, "officer-enrolments", origin.address, most)


def _event(name: EventName, account: Account | None, origin: Origin, now: datetime) -> RecordEvent:
    return RecordEvent(
        id=EventId(new_id()), name=name, at=now, origin=origin, person_id=account.person_id if account else None
    )
