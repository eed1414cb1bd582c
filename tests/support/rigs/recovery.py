"""Recovery over a real store: a register that is a dictionary, a clock set by hand, messages read from the outbox."""

import re
from datetime import timedelta
from hashlib import sha256
from typing import Final

import orjson
from msgspec import Struct

from idp.account.merging.unmerging import Unmerging
from idp.account.model import EMAIL_PLACE, PHONE_PLACE, PROFILE_PLACE, Account, ProofState, SealedValue, SignInRecord
from idp.account.notices.message_ceilings import Asker, MessageCeilings, TooManyCodesError
from idp.account.notices.messages import Messages, OutgoingMessage, open_message
from idp.account.notices.service import Notices
from idp.adapters.memory.shortlived import MemoryShortLivedStore
from idp.adapters.passwords.bloom_file import NoBreachedPasswords
from idp.adapters.sql.database import Database
from idp.app.recovery import DRAFT_LIFE
from idp.audit.model import Origin
from idp.factors.contacts.model import SetContact
from idp.factors.contacts.phone_ownership import PhoneOwnership
from idp.factors.one_time_codes.service import CodeVerdict, OneTimeCodes
from idp.factors.password.ports import Lane
from idp.factors.password.service import PasswordRules
from idp.factors.saved import SavedFactors
from idp.kernel.ids import new_id
from idp.kernel.messages import MessageChannel
from idp.kernel.secrets import HashKey
from idp.proofing.model import Verdict
from idp.proofing.registers.questions import RegisterQuestions
from idp.proofing.service import ProofingService
from idp.proofing.values.birth_dates import BirthDate
from idp.proofing.values.personal_numbers import PersonalNumber
from idp.proofing.values.phones import PhoneNumber
from idp.recovery.drafts import RecoveryDraft, RecoverySubjects
from idp.recovery.end import RecoveryEnd
from idp.recovery.holdings import RecoveryHoldings
from idp.recovery.limits import RecoveryLimits
from idp.recovery.not_me import NotMe
from idp.recovery.policy import Evidence, RecoveryPolicy
from idp.recovery.references import RecoveryReferences
from idp.recovery.reminders import RecoveryReminders
from idp.recovery.service import Recoveries, RecoveryRefusal
from idp.recovery.start import RecoveryStarts
from idp.recovery.started import Started
from idp.recovery.waiting import NewPhones, PhoneCodes, RecoveryReturns, ReturnBegun, ReturnDraft
from idp.sign_in.devices import KnownDevices
from idp.sign_in.drafts import AgeingDrafts
from idp.web.messages.catalogue import email_text, sms_text
from records.structs import replace
from tests.support.builders.protocol import PROVIDER
from tests.support.rigs.proof import BORN, NAME, NUMBER, NUMBER_INDEX, ProofRig

CODES_HASH: Final = HashKey(b"c" * 32)
PHONE_HASH: Final = HashKey(b"p" * 32)
DEVICE_HASH: Final = HashKey(b"d" * 32)


def origin(address: str = "192.0.2.7") -> Origin:
    """Return where a request of the tests comes from."""
    return Origin(new_id(), address, 50123, "Firefox, Windows")


class PlainHasher:
    """Hashes at once what the real one takes its time for."""

    async def hash(self, password: str, lane: Lane = Lane.ANYBODY) -> str:
        """Return a digest."""
        return sha256(password.encode()).hexdigest()

    async def verify(
        self,
        hash: str | None,  # noqa: A002 - the port's word
        password: str,
        lane: Lane = Lane.ANYBODY,
    ) -> bool:
        """Compare digests."""
        return hash == sha256(password.encode()).hexdigest()

    def needs_rehash(self, hash: str) -> bool:  # noqa: A002 - likewise
        """Say no: there is one way only."""
        return False


class RecoveryRig:
    """The use cases of recovery, composed as the provider composes them."""

    def __init__(self, database: Database) -> None:
        """Take the store."""
        self.proof = ProofRig(database)
        self.database, self.clock, self.register = database, self.proof.clock, self.proof.register
        ledger, sealer, store = database.ledger, PROVIDER.sealer, MemoryShortLivedStore(self.clock)
        messages = Messages(sealer, sms_text, email_text)
        notices = Notices(messages, sealer, HashKey(b"a" * 32))
        subjects = RecoverySubjects(database.accounts, NUMBER_INDEX, HashKey(b"o" * 32))
        ceilings = MessageCeilings(store, PHONE_HASH)
        codes = OneTimeCodes(ledger, store, HashKey(b"1" * 32), messages, ceilings)
        phone_codes = PhoneCodes(codes, ledger, self.clock)
        references, self.policy = RecoveryReferences(HashKey(b"f" * 32)), RecoveryPolicy()
        devices = KnownDevices(database.devices, DEVICE_HASH, notices)
        recovery_limits = RecoveryLimits(store, HashKey(b"l" * 32))
        self.drafts = AgeingDrafts(store, sealer, "recovery", RecoveryDraft, DRAFT_LIFE, self.clock)
        self.returning = AgeingDrafts(store, sealer, "return", ReturnDraft, DRAFT_LIFE, self.clock)
        saved = SavedFactors(database.factors, CODES_HASH, sealer)
        self.recoveries = Recoveries(
            subjects, self.drafts, codes, saved, ledger, store, sealer, devices, recovery_limits, self.clock
        )
        self.phones = NewPhones(self.drafts, phone_codes)
        self.starts = RecoveryStarts(
            subjects=subjects,
            reader=database.recoveries,
            drafts=self.drafts,
            proofing=ProofingService(self.register),
            phones=PhoneOwnership(self.proof.carriers),
            questions=RegisterQuestions(ledger, HashKey(b"q" * 32), 1_000, 1_000, 1_000),
            notices=notices,
            references=references,
            receipts=self.proof.receipts,
            ledger=ledger,
            sealer=sealer,
            phone_index=PHONE_HASH,
            policy=self.policy,
            clock=self.clock,
            ties=database.ties,
            apart_for=timedelta(days=30),
        )
        self.returns = RecoveryReturns(
            database.recoveries, self.returning, references, phone_codes, store, sealer, self.clock
        )
        rules = PasswordRules(NoBreachedPasswords())
        self.end = RecoveryEnd(
            database.accounts,
            database.recoveries,
            rules,
            PlainHasher(),
            notices,
            ledger,
            sealer,
            self.policy,
            self.clock,
            RecoveryHoldings(database.passkeys, database.factors, database.mandates, sealer),
            database.contact_changes,
        )
        self.not_me = NotMe(
            database.accounts,
            database.notices,
            database.recoveries,
            notices,
            ledger,
            store,
            HashKey(b"a" * 32),
            self.clock,
            database.contact_changes,
            sealer,
            Unmerging(database.merges, ledger, sealer),
        )
        self.reminders = RecoveryReminders(
            database.recoveries, database.accounts, notices, ledger, self.policy, self.clock
        )
        self.sent: list[OutgoingMessage] = []

    async def open_account(self) -> Account:
        """Open the account of the one person whom the register knows."""
        return await self.proof.open_account(ProofState.PROVED)

    async def record(self, account: Account) -> SignInRecord:
        """Return an account as it stands."""
        return await self.proof.record_of(account)

    async def add_email(self, account: Account, email: str) -> None:
        """Give an account a confirmed e-mail address."""
        sealed = SealedValue(
            PHONE_HASH.digest(email), PROVIDER.sealer.seal(email.encode(), EMAIL_PLACE.of(account.person_id))
        )
        contact = SetContact(
            account_id=account.id,
            person_id=account.person_id,
            kind="email",
            contact=sealed,
            confirmed_at=self.clock.now(),
        )
        assert await self.database.ledger.commit(contact)

    async def phone_of(self, account: Account) -> str:
        """Return the account's phone."""
        sealed = (await self.record(account)).phone_sealed
        assert sealed is not None
        return PROVIDER.sealer.open(sealed, PHONE_PLACE.of(account.person_id)).decode()

    async def profile_of(self, account: Account) -> dict[str, object]:
        """Return the claims of the account's person."""
        profile: dict[str, object] = orjson.loads(
            PROVIDER.sealer.open((await self.record(account)).profile_sealed, PROFILE_PLACE.of(account.person_id))
        )
        return profile

    async def texts_to(self, phone: str) -> list[str]:
        """Return every message to a phone or an e-mail address so far."""
        now = self.clock.now()
        for message in await self.database.outbox.lease(now, now + timedelta(days=400), 1_000):
            if message.kind in {"sms", "email"}:
                channel: MessageChannel = "sms" if message.kind == "sms" else "email"
                self.sent.append(open_message(PROVIDER.sealer, channel, message.payload))
        return [message.text for message in self.sent if message.to == phone]

    async def code_to(self, phone: str) -> str:
        """Return the newest six-digit code to a phone; an impossible one if there is none."""
        codes: list[str] = re.findall(r"\b[0-9]{6}\b", "\n".join(await self.texts_to(phone)))
        return (codes or ["none"])[-1]

    async def not_me_code_to(self, phone: str) -> str:
        """Return the code of the newest notice to a phone; an impossible one if there is none."""
        codes: list[str] = re.findall(r"nhap ([A-Z0-9]{10})\b", "\n".join(await self.texts_to(phone)))
        return (codes or ["none"])[-1]


class Claimant(Struct):
    """Somebody who wants the account: what they can read, and how far their browser has come."""

    rig: RecoveryRig
    # The phone they hold, and whether its messages reach them.
    phone: str
    browser: str
    name: str = ""
    reference: str = ""
    address: str = "192.0.2.7"
    # The secrets of the browser's cookie.
    devices: tuple[str, ...] = ()

    async def draft(self) -> RecoveryDraft | None:
        """Return the browser's draft."""
        return await self.rig.drafts.load(self.name, self.browser)

    async def begin(self, number: str = NUMBER) -> bool:
        """Name the account."""
        name = await self.rig.recoveries.begin(PersonalNumber(number), self.browser, origin(self.address), self.devices)
        self.name = "" if isinstance(name, RecoveryRefusal) else str(name)
        return bool(self.name)

    async def show(self, evidence: Evidence, code: str | None = None) -> RecoveryDraft | CodeVerdict | None:
        """Show evidence; without a code given, the newest one on the phone at hand is tried."""
        draft = await self.draft()
        if draft is None:
            return None
        at = origin(self.address)
        if await self.rig.recoveries.ask(self.name, draft, evidence, self.browser, "vi", at) is not None:
            return None
        asked = await self.draft()
        assert asked is not None
        entered = code or await self.rig.code_to(self.phone)
        return await self.rig.recoveries.check(self.name, asked, entered, self.browser, origin(self.address))

    async def name_phone(self) -> bool:
        """Name the phone at hand as the new one, and confirm it."""
        draft, phone = await self.draft(), PhoneNumber(self.phone)
        if draft is None:
            return False
        try:
            await self.rig.phones.ask(self.name, draft, phone, self.browser, "vi", Asker(self.address))
        except TooManyCodesError:
            return False
        asked = await self.draft()
        assert asked is not None
        code = await self.rig.code_to(self.phone)
        return (
            await self.rig.phones.confirm(self.name, asked, code, self.browser, origin(self.address))
            is CodeVerdict.RIGHT
        )

    async def prove(self, full_name: str = NAME) -> Started | Verdict | None:
        """Be asked who one is."""
        draft, born = await self.draft(), BirthDate.parse(BORN)
        if draft is None:
            return None
        return await self.rig.starts.prove(self.name, draft, full_name, born, self.browser, origin(self.address))

    async def set_password(self, password: str) -> bool:
        """Set a password with whatever the draft has earned."""
        draft = await self.draft()
        if draft is None:
            return False
        return await self.rig.end.finish(draft.person_id, draft.recovery_id, password, origin(self.address))

    async def come_back(self, password: str) -> bool:
        """Come back with the reference and the new phone, and set a password."""
        begun = await self.rig.returns.begin(self.reference, self.browser, "vi", origin(self.address))
        if not isinstance(begun, ReturnBegun):
            return False
        draft = await self.rig.returning.load(begun.name, self.browser)
        assert draft is not None
        code = await self.rig.code_to(self.phone)
        if (
            await self.rig.returns.confirm(begun.name, draft, code, self.browser, origin(self.address))
            is not CodeVerdict.RIGHT
        ):
            return False
        return await self.rig.end.finish(draft.person_id, draft.recovery_id, password, origin(self.address))

    def elsewhere(self) -> "Claimant":
        """Return the same person at another browser."""
        return replace(self, browser=f"{self.browser}-2", name="")
