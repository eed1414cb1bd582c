"""Everything that proves for life, over a real store, a register that is a dictionary, and a clock set by hand."""

from datetime import datetime, timedelta
from typing import Final

import orjson

from clients.model import Client, ClientId
from idp.account.model import (
    NUMBER_PLACE,
    PHONE_PLACE,
    PROFILE_PLACE,
    Account,
    AccountStatus,
    OpenAccount,
    ProofState,
    SealedValue,
    SignInRecord,
)
from idp.account.notices.messages import Messages
from idp.account.notices.service import Notices
from idp.account.portal_news import PortalNews
from idp.account.profiles import MASKED_NUMBER
from idp.adapters.memory.shortlived import MemoryShortLivedStore
from idp.adapters.sql.database import Database
from idp.delegation.mandates.ends import MandateEnds
from idp.delegation.mandates.news import MandateNews
from idp.factors.contacts.phone_ownership import PhoneOwnership
from idp.kernel.ids import AccountId, PersonId, new_id
from idp.kernel.secrets import HashKey
from idp.proofing.feed_reading import RegisterFeed
from idp.proofing.identity_changes import IdentityChanges
from idp.proofing.jobs import ProofJobs
from idp.proofing.kept_receipts import ReceiptBook
from idp.proofing.model import ClaimedIdentity, RegisterRecord
from idp.proofing.proof import RegisterJob
from idp.proofing.service import ProofingService
from idp.proofing.values.birth_dates import BirthDate
from idp.proofing.values.personal_numbers import PersonalNumber, masked_number
from idp.proofing.waiting import WaitingProofs
from idp.web.messages.catalogue import email_text, sms_text
from tests.support.builders.protocol import ISSUER, NOTARY, NOW, PROVIDER
from tests.support.plain.register import PlainRegister
from tests.support.plain.subscribers import LONG_AGO, PlainSubscribers

NUMBER: Final = "001899000001"
NAME: Final = "Nguyễn Thị Hoà"
BORN: Final = "2399-05-17"
PHONE: Final = "+84912345678"
CLAIMED: Final = ClaimedIdentity(PersonalNumber(NUMBER), NAME, BirthDate.parse(BORN))
NUMBER_INDEX: Final = HashKey(b"n" * 32)


class HandClock:
    """A clock that stands until it is moved."""

    def __init__(self, at: datetime = NOW) -> None:
        """Begin at an instant."""
        self.at = at

    def now(self) -> datetime:
        """Return the instant that was set."""
        return self.at

    def pass_by(self, time: timedelta) -> None:
        """Let time pass."""
        self.at += time


class KnownClients:
    """Clients by id."""

    def __init__(self, *clients: Client) -> None:
        """Take the clients."""
        self.clients = {client.client_id: client for client in clients}

    def get(self, client_id: ClientId) -> Client | None:
        """Return one."""
        return self.clients.get(client_id)


def registered(number: str = NUMBER, name: str = "NGUYỄN THỊ HOÀ", born: str = BORN) -> RegisterRecord:
    """Return what the register holds of a person."""
    return RegisterRecord(PersonalNumber(number), name, BirthDate.parse(born))


class ProofRig:
    """The use cases, composed as the provider composes them."""

    def __init__(self, database: Database, *clients: Client) -> None:
        """Take the store and the clients that the registry knows."""
        self.database, self.clock, self.register = database, HandClock(), PlainRegister([registered()])
        self.carriers = PlainSubscribers({(NUMBER, PHONE): LONG_AGO})
        ledger, sealer = database.ledger, PROVIDER.sealer
        self.notices = notices = Notices(Messages(sealer, sms_text, email_text), sealer, HashKey(b"a" * 32))
        self.receipts = ReceiptBook(ISSUER, NOTARY)
        self.waiting = WaitingProofs(
            database.register_jobs, database.identities, ledger, MemoryShortLivedStore(self.clock)
        )
        self.jobs = ProofJobs(
            database.accounts,
            database.identities,
            ProofingService(self.register),
            PhoneOwnership(self.carriers),
            ledger,
            notices,
            self.receipts,
            sealer,
            self.clock,
        )
        news = PortalNews(database.identities, KnownClients(*clients))
        self.changes = IdentityChanges(
            database.accounts,
            database.identities,
            ledger,
            notices,
            news,
            MandateEnds(
                database.mandates,
                database.ledger,
                MandateNews(database.accounts, database.mandates, notices),
                self.clock,
            ),
            sealer,
            NUMBER_INDEX,
            HashKey(b"r" * 32),
            self.clock,
        )
        self.feed = RegisterFeed(self.register, database.feed_positions, self.changes, ledger, self.clock)

    async def open_account(
        self, proof: ProofState = ProofState.WAITING, number: str = NUMBER, proved_at: datetime | None = None
    ) -> Account:
        """Open an account with a phone."""
        account = Account(AccountId(new_id()), PersonId(new_id()), AccountStatus.OPEN, proof, "vi", NOW, proved_at)
        assert await self.database.ledger.commit(account_opening(account, number))
        return account

    async def run_due(self) -> list[RegisterJob]:
        """Run every job that is due and return what was leased."""
        leased = await self.database.register_jobs.lease(self.clock.at, self.clock.at + timedelta(minutes=1), 10)
        for job in leased:
            assert await self.jobs.run(job)
        return leased

    async def job_of(self, account: Account) -> RegisterJob:
        """Return an account's newest job."""
        return (await self.database.register_jobs.of_account(account.person_id, account.id))[0]

    async def record_of(self, account: Account) -> SignInRecord:
        """Return an account as it stands."""
        record = await self.database.accounts.by_id(account.person_id, account.id)
        assert record is not None
        return record

    async def profile_of(self, account: Account) -> dict[str, object]:
        """Return a person's claims."""
        record = await self.record_of(account)
        profile: dict[str, object] = orjson.loads(
            PROVIDER.sealer.open(record.profile_sealed, PROFILE_PLACE.of(account.person_id))
        )
        return profile


def account_opening(account: Account, number: str = NUMBER) -> OpenAccount:
    """Return the effect that opens an account with everything really sealed."""
    seal = PROVIDER.sealer.seal
    profile = {
        "name": NAME,
        "given_name": "Hoà",
        "birthdate": BORN,
        "email": "hoa@people.example",
        MASKED_NUMBER: masked_number(number),
    }
    return OpenAccount(
        account=account,
        number=SealedValue(NUMBER_INDEX.digest(number), seal(number.encode(), NUMBER_PLACE.of(account.person_id))),
        phone=SealedValue(b"p" * 32, seal(PHONE.encode(), PHONE_PLACE.of(account.person_id))),
        profile_sealed=seal(orjson.dumps(profile), PROFILE_PLACE.of(account.person_id)),
        password_hash="$argon2id$placed-by-a-test",
    )
