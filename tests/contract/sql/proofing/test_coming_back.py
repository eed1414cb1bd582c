"""Closing one's account and coming back: erased at once, told, and the same person again after the register's yes."""

from datetime import timedelta

import orjson
import pytest

from clients.model import ClientId
from idp.account.closing import Closing
from idp.account.closing_effects import ERASE_AFTER
from idp.account.merging.setting_aside import SettingAside
from idp.account.model import NUMBER_PLACE, PROFILE_PLACE, AccountStatus, ProofState, SignInRecord
from idp.account.notices.messages import Messages, open_message
from idp.account.notices.service import Notices
from idp.account.portal_news import PortalNews
from idp.adapters.sql.database import Database
from idp.audit.model import EventName, Origin
from idp.delegation.mandates.ends import MandateEnds
from idp.delegation.mandates.news import MandateNews
from idp.factors.contacts.phone_ownership import PhoneOwnership
from idp.factors.password.ports import Lane
from idp.kernel.ids import new_id
from idp.kernel.secrets import HashKey
from idp.proofing.evidence import Evidence, EvidenceKind, SetEvidence
from idp.proofing.jobs import GIVE_UP_AFTER
from idp.proofing.model import ProofOutcome, Verdict
from idp.proofing.proof import JobPurpose, RegisterJob
from idp.proofing.registers.ports import NoAnswer
from idp.proofing.service import ProofingService
from idp.registration.coming_back import ComingBack
from idp.registration.opening import AccountOpening
from idp.sessions.model import Session, StartSession
from idp.web.messages.catalogue import email_text, sms_text
from tests.contract.sql.direct import rows, run
from tests.support.builders.protocol import NOW, PROVIDER
from tests.support.rigs.proof import CLAIMED, NUMBER, NUMBER_INDEX, PHONE, KnownClients, ProofRig, registered
from tests.support.running.sql_stores import session_of

# What use cases decide: every statement that they cause runs on both databases in other files.
pytestmark = pytest.mark.one_engine("sqlite")

ORIGIN = Origin("correlation", "192.0.2.7", 40000)
SHOWN = Evidence(kind=EvidenceKind.SUBSCRIBER, at=NOW, source="request-2")
AT_A_DESK = Evidence(kind=EvidenceKind.DESK, at=NOW, source="G15")


class PlainHasher:
    """Answers as the hasher does, without its cost."""

    async def hash(self, password: str, lane: Lane = Lane.ANYBODY) -> str:
        return f"hash of {password}"

    async def verify(
        self,
        hash: str | None,  # noqa: A002 - the port's name
        password: str,
        lane: Lane = Lane.ANYBODY,
    ) -> bool:
        return hash == f"hash of {password}"

    def needs_rehash(self, hash: str) -> bool:  # noqa: A002 - likewise
        return False


class Leaving:
    """A person who closes their account and may register again."""

    def __init__(self, database: Database) -> None:
        self.database, self.rig = database, ProofRig(database)
        messages = Messages(PROVIDER.sealer, sms_text, email_text)
        notices = Notices(messages, PROVIDER.sealer, HashKey(b"a" * 32))
        news = PortalNews(database.identities, KnownClients())
        ends = MandateEnds(
            database.mandates,
            database.ledger,
            MandateNews(database.accounts, database.mandates, notices),
            self.rig.clock,
        )
        self.closing = Closing(
            database.ledger, notices, news, ends, PROVIDER.sealer, self.rig.clock, database.closed_accounts
        )
        self.aside = SettingAside(database.accounts, database.ledger, notices, ends)
        self.opening = AccountOpening(
            database.accounts,
            database.own_account,
            database.ledger,
            PlainHasher(),
            messages,
            notices,
            self.closing,
            self.aside,
            self.rig.receipts,
            PROVIDER.sealer,
            NUMBER_INDEX,
            HashKey(b"h" * 32),
        )
        proofing = ProofingService(self.rig.register)
        self.coming_back = ComingBack(
            self.opening,
            proofing,
            PhoneOwnership(self.rig.carriers),
            database.ledger,
            PROVIDER.sealer,
            self.rig.clock,
        )

    async def closed(self, evidence: Evidence | None = None) -> Session:
        """Open an account, sign in and close it; return the session that was."""
        account = await self.rig.open_account(ProofState.PROVED, proved_at=NOW)
        if evidence is not None:
            known = SetEvidence(person_id=account.person_id, account_id=account.id, evidence=evidence)
            assert await self.database.ledger.commit(known)
        session = session_of(account, expires_at=NOW + timedelta(hours=12))
        assert await self.database.ledger.commit(StartSession(session=session))
        view = await self.database.sessions.live(session.secret_hash, ClientId(""), NOW)
        assert view is not None
        assert await self.closing.close(view, ORIGIN)
        assert not await self.closing.close(view, ORIGIN)
        self.rig.clock.pass_by(ERASE_AFTER)
        assert await self.closing.erase_due(10) == 1
        assert await self.closing.erase_due(10) == 0
        return session

    async def register_again(self, verdict: Verdict, evidence: Evidence | None = SHOWN) -> SignInRecord | None:
        """Register with the same number; return the account it leads to at once."""
        matched = verdict in {Verdict.IDENTICAL, Verdict.SAME}
        outcome = ProofOutcome(verdict, new_id(), NOW, registered() if matched else None)
        now = self.rig.clock.at
        await self.opening.conclude(CLAIMED, PHONE, "a-new-Passphrase", outcome, "vi", ORIGIN, now, evidence=evidence)
        return await self.holder()

    async def holder(self) -> SignInRecord | None:
        """Return the account that the number leads to."""
        return await self.database.accounts.for_sign_in(NUMBER_INDEX.digest(NUMBER))

    async def wait_over(self) -> SignInRecord | None:
        """Let the wait pass and the worker run; return the account that the number leads to then."""
        clock = self.rig.clock
        clock.pass_by(self.opening.takeover_wait)
        for job in await self.database.register_jobs.lease(clock.at, clock.at + timedelta(minutes=1), 10):
            assert await self.coming_back.run(job)
        return await self.holder()


@pytest.fixture
def leaving(database: Database) -> Leaving:
    return Leaving(database)


@pytest.mark.parametrize("verdict", [Verdict.IDENTICAL, Verdict.SAME])
async def test_who_proves_to_be_the_same_person_gets_their_subjects_back(leaving: Leaving, verdict: Verdict) -> None:
    """docs/architecture.md: the pairwise subject survives a re-created account."""
    session = await leaving.closed()
    assert await leaving.register_again(verdict) is None
    record = await leaving.wait_over()
    assert record is not None
    assert (record.account.person_id, record.account.status) == (session.person_id, AccountStatus.OPEN)
    assert record.account.id != session.account_id
    profile = orjson.loads(PROVIDER.sealer.open(record.profile_sealed, PROFILE_PLACE.of(session.person_id)))
    # Nothing that was erased has come back.
    assert ("email" in profile, "name" in profile) == (False, True)


@pytest.mark.parametrize("verdict", [Verdict.NO_ANSWER, Verdict.GARBLED, Verdict.NEAR, Verdict.DIFFERENT])
async def test_without_the_registers_yes_nobody_takes_over_what_a_person_left(
    leaving: Leaving, verdict: Verdict
) -> None:
    await leaving.closed()
    assert await leaving.register_again(verdict) is None
    leaving.rig.register.records = {CLAIMED.number: registered(name="TRẦN VĂN BÌNH")}
    assert await leaving.wait_over() is None


@pytest.mark.parametrize("verdict", [Verdict.IDENTICAL, Verdict.SAME])
async def test_who_only_knows_the_data_gets_nobodys_subjects_back(leaving: Leaving, verdict: Verdict) -> None:
    await leaving.closed()
    assert await leaving.register_again(verdict, None) is None
    assert await leaving.wait_over() is None


async def test_a_weaker_proof_than_the_persons_own_brings_nobody_back(leaving: Leaving) -> None:
    await leaving.closed(AT_A_DESK)
    assert await leaving.register_again(Verdict.IDENTICAL) is None
    assert await leaving.wait_over() is None


async def test_a_proof_as_strong_as_the_persons_own_brings_them_back(leaving: Leaving) -> None:
    session = await leaving.closed(AT_A_DESK)
    assert await leaving.register_again(Verdict.IDENTICAL, AT_A_DESK) is None
    record = await leaving.wait_over()
    assert record is not None
    assert record.account.person_id == session.person_id


async def test_nobody_comes_back_before_the_wait_is_over(leaving: Leaving) -> None:
    await leaving.closed()
    assert await leaving.register_again(Verdict.IDENTICAL) is None
    leaving.rig.clock.pass_by(leaving.opening.takeover_wait - timedelta(seconds=1))
    now = leaving.rig.clock.at
    assert await leaving.database.register_jobs.lease(now, now + timedelta(minutes=1), 10) == []


async def waiting_job(leaving: Leaving, verdict: Verdict = Verdict.NO_ANSWER) -> RegisterJob:
    """Close, register again while the register is silent, and lease the job when the wait is over."""
    await leaving.closed()
    assert await leaving.register_again(verdict) is None
    return await leased(leaving)


async def leased(leaving: Leaving) -> RegisterJob:
    leaving.rig.clock.pass_by(leaving.opening.takeover_wait)
    now = leaving.rig.clock.at
    (job,) = await leaving.database.register_jobs.lease(now, now + timedelta(minutes=1), 10)
    return job


async def account_of(leaving: Leaving) -> SignInRecord | None:
    return await leaving.database.accounts.for_sign_in(NUMBER_INDEX.digest(NUMBER))


async def texts(leaving: Leaving) -> list[str]:
    now = leaving.rig.clock.at
    leased = await leaving.database.outbox.lease(now, now + timedelta(minutes=1), 10)
    return [open_message(PROVIDER.sealer, "sms", message.payload).text for message in leased]


@pytest.mark.parametrize("verdict", [Verdict.NO_ANSWER, Verdict.GARBLED])
async def test_who_comes_back_while_the_register_is_silent_is_the_same_person_when_it_has_said_yes(
    leaving: Leaving, verdict: Verdict
) -> None:
    session = await leaving.closed()
    assert await leaving.register_again(verdict) is None
    job = await leased(leaving)
    assert (job.purpose, job.person_id) == (JobPurpose.COMING_BACK, session.person_id)
    assert await leaving.coming_back.run(job)
    record = await account_of(leaving)
    assert record is not None
    assert (record.account.person_id, record.account.proof) == (session.person_id, ProofState.PROVED)
    assert record.password.hash == "hash of a-new-Passphrase"
    assert any("Tai khoan cua ban da duoc mo" in text for text in await texts(leaving))


async def test_what_waits_is_sealed_and_gone_when_it_is_done(leaving: Leaving, store: str) -> None:
    job = await waiting_job(leaving)
    assert job.claim_sealed is not None
    assert not any(secret in job.claim_sealed for secret in (NUMBER.encode(), PHONE.encode(), b"a-new-Passphrase"))
    assert await leaving.coming_back.run(job)
    assert await rows(store, "SELECT claim_sealed, result FROM register_jobs") == [(None, "identical")]


async def test_nobody_takes_over_what_a_person_left_by_waiting_for_a_no(leaving: Leaving) -> None:
    job = await waiting_job(leaving)
    leaving.rig.register.records = {CLAIMED.number: registered(name="TRẦN VĂN BÌNH")}
    assert await leaving.coming_back.run(job)
    assert await account_of(leaving) is None
    assert any("Chua mo duoc tai khoan" in text for text in await texts(leaving))


async def test_near_opens_nothing_for_who_comes_back(leaving: Leaving) -> None:
    """A name without accents and a year of birth can be guessed."""
    job = await waiting_job(leaving)
    leaving.rig.register.records = {CLAIMED.number: registered(name="NGUYỄN THỊ HOA")}
    assert await leaving.coming_back.run(job)
    assert await account_of(leaving) is None


async def test_silence_waits_on_and_ends_in_words_after_a_month(leaving: Leaving) -> None:
    job = await waiting_job(leaving)
    leaving.rig.register.trouble = NoAnswer("timeout")
    assert await leaving.coming_back.run(job)
    assert [text for text in await texts(leaving) if "Chua mo" in text] == []
    leaving.rig.clock.pass_by(GIVE_UP_AFTER)
    assert await leaving.coming_back.run(await leased(leaving))
    assert any("Chua mo duoc tai khoan" in text for text in await texts(leaving))
    assert await account_of(leaving) is None


async def test_a_worker_that_lost_its_lease_opens_nothing(leaving: Leaving, store: str) -> None:
    job = await waiting_job(leaving)
    await leased(leaving)
    assert not await leaving.coming_back.run(job)
    assert await account_of(leaving) is None
    assert await rows(store, "SELECT 1 FROM notices WHERE kind = 'second_account_tried'") == []


async def test_of_two_who_wait_the_second_finds_the_account_of_the_first(leaving: Leaving, store: str) -> None:
    first = await waiting_job(leaving)
    assert await leaving.register_again(Verdict.IDENTICAL) is None
    assert await leaving.coming_back.run(first)
    record = await account_of(leaving)
    assert record is not None
    found = await leaving.wait_over()
    assert found is not None
    assert found.account.id == record.account.id
    assert await rows(store, "SELECT 1 FROM notices WHERE kind = 'second_account_tried'") == [(1,)]


async def test_closing_is_told_to_the_contacts_that_were_and_recorded(leaving: Leaving, store: str) -> None:
    session = await leaving.closed()
    await leaving.database.ledger.flush()
    (message,) = await leaving.database.outbox.lease(NOW, NOW + timedelta(hours=1), 10)
    reported = open_message(PROVIDER.sealer, "sms", message.payload)
    assert (message.kind, reported.to) == ("sms", PHONE)
    assert "Tai khoan da dong" in reported.text
    found = await leaving.database.activity.activity_of(session.person_id, "", 10)
    assert [event.name for event in found] == [EventName.ACCOUNT_CLOSED]
    # The notice that told of it went with the rest; until then its code opened the account again.
    assert await rows(store, "SELECT kind FROM notices") == []


async def test_a_closed_account_leaves_no_name_phone_or_number_in_clear_or_sealed_but_the_number(
    leaving: Leaving, store: str
) -> None:
    """Luật 91/2025 Đ14; vietnam.md 6.7."""
    await leaving.closed()
    ((person_id, profile),) = await rows(store, "SELECT person_id, profile_sealed FROM persons")
    assert isinstance(profile, bytes)
    assert PROVIDER.sealer.open(profile, PROFILE_PLACE.of(str(person_id))) == b"{}"
    assert await rows(store, "SELECT count(*) FROM contacts") == [(0,)]
    ((number,),) = await rows(store, "SELECT sealed FROM identifiers WHERE valid_to IS NOT NULL")
    assert isinstance(number, bytes)
    assert PROVIDER.sealer.open(number, NUMBER_PLACE.of(str(person_id))) == NUMBER.encode()


@pytest.mark.parametrize(("later", "comes_back"), [(timedelta(days=29), True), (timedelta(days=30), False)])
async def test_a_closed_account_is_erased_after_its_month_and_not_before(
    leaving: Leaving, later: timedelta, comes_back: bool
) -> None:
    """Closed at once: nobody signs in. Whoever took a session may have closed it, so that nothing is gone yet."""
    account = await leaving.rig.open_account(ProofState.PROVED, proved_at=NOW)
    session = session_of(account, expires_at=NOW + timedelta(hours=12))
    assert await leaving.database.ledger.commit(StartSession(session=session))
    view = await leaving.database.sessions.live(session.secret_hash, ClientId(""), NOW)
    assert view is not None
    assert await leaving.closing.close(view, ORIGIN)
    assert await leaving.database.sessions.live(session.secret_hash, ClientId(""), NOW) is None
    leaving.rig.clock.pass_by(later)
    assert await leaving.closing.erase_due(10) == (0 if comes_back else 1)
    record = await leaving.database.accounts.by_id(account.person_id, account.id)
    assert (record is not None) is comes_back
    assert record is None or (record.account.status, record.gone) == (AccountStatus.CLOSED, False)


@pytest.mark.parametrize(("shown", "comes_back"), [(SHOWN, False), (AT_A_DESK, True)])
async def test_a_phone_alone_brings_back_nobody_who_came_with_an_import(
    leaving: Leaving, store: str, shown: Evidence, comes_back: bool
) -> None:
    """Their subjects are worth as much as in the former system: an authority's look at the person, not a phone."""
    session = await leaving.closed()
    await run(store, f"UPDATE accounts SET imported_at = created_at WHERE account_id = '{session.account_id}'")
    assert await leaving.register_again(Verdict.IDENTICAL, shown) is None
    assert (await leaving.wait_over() is not None) is comes_back
