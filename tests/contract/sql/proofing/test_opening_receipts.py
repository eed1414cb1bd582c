"""Registration writes receipts in its own commit, and lets what the register left open wait."""

from datetime import timedelta

import pytest

from idp.account.closing import Closing
from idp.account.merging.setting_aside import SettingAside
from idp.account.model import ProofState
from idp.account.notices.messages import Messages
from idp.account.notices.service import Notices
from idp.account.portal_news import PortalNews
from idp.adapters.sql.database import Database
from idp.audit.model import Origin
from idp.delegation.mandates.ends import MandateEnds
from idp.delegation.mandates.news import MandateNews
from idp.factors.password.ports import Lane
from idp.kernel.ids import AccountId, PersonId
from idp.kernel.secrets import HashKey
from idp.proofing.evidence import Evidence, EvidenceKind, SetEvidence
from idp.proofing.model import ProofOutcome, Verdict
from idp.proofing.proof import CLAIM_PLACE
from idp.proofing.receipts import read_receipt
from idp.registration.opening import AccountOpening
from idp.web.messages.catalogue import email_text, sms_text
from tests.contract.sql.direct import rows
from tests.support.builders.protocol import NOTARY, NOW, PROVIDER
from tests.support.rigs.proof import CLAIMED, NUMBER_INDEX, PHONE, HandClock, KnownClients, ProofRig

HERE = Origin("correlation", "192.0.2.7", 50123)


class InstantHasher:
    """A password hasher that costs nothing; its hashes are never compared."""

    async def hash(self, password: str, lane: Lane = Lane.ANYBODY) -> str:
        return "$argon2id$placed-by-a-test"

    async def verify(
        self,
        hash: str | None,  # noqa: A002 - the port's word
        password: str,
        lane: Lane = Lane.ANYBODY,
    ) -> bool:
        return False

    def needs_rehash(self, hash: str) -> bool:  # noqa: A002 - likewise
        return False


def opening_at(database: Database) -> AccountOpening:
    messages = Messages(PROVIDER.sealer, sms_text, email_text)
    notices = Notices(messages, PROVIDER.sealer, HashKey(b"a" * 32))
    receipts = ProofRig(database).receipts
    news = MandateNews(database.accounts, database.mandates, notices)
    ends = MandateEnds(database.mandates, database.ledger, news, HandClock())
    return AccountOpening(
        accounts=database.accounts,
        former=database.own_account,
        ledger=database.ledger,
        hasher=InstantHasher(),
        messages=messages,
        notices=notices,
        closing=Closing(
            database.ledger,
            notices,
            PortalNews(database.identities, KnownClients()),
            ends,
            PROVIDER.sealer,
            HandClock(),
            database.closed_accounts,
        ),
        aside=SettingAside(database.accounts, database.ledger, notices, ends),
        receipts=receipts,
        sealer=PROVIDER.sealer,
        number_index=NUMBER_INDEX,
        phone_index=HashKey(b"p" * 32),
    )


async def conclude(database: Database, verdict: Verdict, evidence: Evidence | None = None) -> None:
    outcome = ProofOutcome(verdict, "request-1", NOW)
    password = "four words that nobody guesses"
    await opening_at(database).conclude(CLAIMED, PHONE, password, outcome, "vi", HERE, NOW, evidence=evidence)


@pytest.mark.parametrize("verdict", [Verdict.DIFFERENT, Verdict.NO_RECORD])
async def test_a_refusal_leaves_a_receipt_of_nobody_and_no_account(
    database: Database, store: str, verdict: Verdict
) -> None:
    await conclude(database, verdict)
    ((text, person_id),) = await rows(store, "SELECT receipt, person_id FROM receipts")
    read = read_receipt(str(text), NOTARY)
    assert read is not None
    assert (read["verdict"], read["purpose"], person_id) == (verdict, "DVCQG-DANGKY", None)
    assert await rows(store, "SELECT 1 FROM accounts") == []


@pytest.mark.parametrize("verdict", [Verdict.IDENTICAL, Verdict.SAME, Verdict.NEAR])
async def test_an_account_opens_with_its_receipt_and_nothing_waits(
    database: Database, store: str, verdict: Verdict
) -> None:
    await conclude(database, verdict)
    ((person_id,),) = await rows(store, "SELECT person_id FROM accounts")
    (kept,) = await database.receipts.of_person(PersonId(str(person_id)))
    assert (kept.verdict, kept.request_id, kept.actor) == (verdict, "request-1", "system")
    assert await rows(store, "SELECT 1 FROM register_jobs") == []


@pytest.mark.parametrize(("verdict", "receipts"), [(Verdict.NO_ANSWER, 0), (Verdict.GARBLED, 1)])
async def test_what_the_register_left_open_waits_sealed(
    database: Database, store: str, verdict: Verdict, receipts: int
) -> None:
    await conclude(database, verdict)
    ((person_id, account_id, proof),) = await rows(store, "SELECT person_id, account_id, proof FROM accounts")
    (job,) = await database.register_jobs.of_account(PersonId(str(person_id)), AccountId(str(account_id)))
    assert (proof, job.attempts, job.finished_at) == (ProofState.WAITING, 0, None)
    assert NOW + timedelta(seconds=48) <= job.due_at <= NOW + timedelta(seconds=72)
    assert job.claim_sealed is not None
    assert CLAIMED.name.encode() not in job.claim_sealed
    assert CLAIMED.name in PROVIDER.sealer.open(job.claim_sealed, CLAIM_PLACE.of(str(person_id))).decode()
    assert len(await rows(store, "SELECT 1 FROM receipts")) == receipts


async def test_who_tries_anothers_number_leaves_a_receipt_with_its_owner(database: Database, store: str) -> None:
    await conclude(database, Verdict.IDENTICAL)
    await conclude(database, Verdict.SAME)
    ((person_id,),) = await rows(store, "SELECT person_id FROM accounts")
    assert sorted(one.verdict for one in await database.receipts.of_person(PersonId(str(person_id)))) == [
        "identical",
        "same",
    ]
    assert await rows(store, "SELECT kind FROM notices") == [("second_account_tried",)]


async def test_a_register_that_is_silent_for_a_taken_number_queues_nothing(database: Database, store: str) -> None:
    await conclude(database, Verdict.IDENTICAL)
    await conclude(database, Verdict.NO_ANSWER)
    assert await rows(store, "SELECT 1 FROM register_jobs") == []


@pytest.mark.parametrize("verdict", [Verdict.IDENTICAL, Verdict.SAME])
async def test_data_alone_is_matched_and_not_proved(database: Database, store: str, verdict: Verdict) -> None:
    """NIST SP 800-63A-4: a register that knows the data says that a person exists, not that they are here."""
    await conclude(database, verdict)
    assert await rows(store, "SELECT proof, proved_at FROM accounts") == [("matched", None)]


@pytest.mark.parametrize("kind", EvidenceKind)
async def test_data_and_evidence_are_proved_and_what_was_shown_is_kept(
    database: Database, store: str, kind: EvidenceKind
) -> None:
    evidence = Evidence(kind=kind, at=NOW, source="request-2")
    await conclude(database, Verdict.IDENTICAL, evidence)
    ((proof, person_id, account_id),) = await rows(store, "SELECT proof, person_id, account_id FROM accounts")
    held = await database.identities.of_account(PersonId(str(person_id)), AccountId(str(account_id)))
    assert held is not None
    assert (proof, held.proved_at, held.evidence) == ("proved", NOW, evidence)
    (kept,) = await database.receipts.of_person(PersonId(str(person_id)))
    read = read_receipt(kept.text, NOTARY)
    assert read is not None
    assert read["evidence"] == {"kind": kind, "at": int(NOW.timestamp()), "source": "request-2"}


@pytest.mark.parametrize("verdict", [Verdict.NEAR, Verdict.NO_ANSWER])
async def test_evidence_without_the_registers_yes_proves_nobody(
    database: Database, store: str, verdict: Verdict
) -> None:
    await conclude(database, verdict, Evidence(kind=EvidenceKind.DESK, at=NOW, source="G15"))
    ((proof,),) = await rows(store, "SELECT proof FROM accounts")
    assert proof != "proved"


@pytest.mark.parametrize("verdict", sorted(Verdict))
async def test_en_1_a_phone_that_is_not_the_numbers_own_is_told_nothing(
    database: Database, store: str, verdict: Verdict
) -> None:
    await conclude(database, verdict)
    assert await rows(store, "SELECT 1 FROM outbox") == []


@pytest.mark.parametrize("verdict", [Verdict.IDENTICAL, Verdict.DIFFERENT])
async def test_a_phone_that_is_the_numbers_own_is_told_what_came_of_it(
    database: Database, store: str, verdict: Verdict
) -> None:
    await conclude(database, verdict, Evidence(kind=EvidenceKind.SUBSCRIBER, at=NOW, source="request-2"))
    assert await rows(store, "SELECT kind FROM outbox") == [("sms",)]


async def test_stronger_evidence_displaces_weaker_and_not_the_reverse(database: Database, store: str) -> None:
    weak = Evidence(kind=EvidenceKind.SUBSCRIBER, at=NOW, source="request-2")
    await conclude(database, Verdict.IDENTICAL, weak)
    ((person_id, account_id),) = await rows(store, "SELECT person_id, account_id FROM accounts")
    ids = PersonId(str(person_id)), AccountId(str(account_id))
    for shown in (Evidence(kind=EvidenceKind.DESK, at=NOW, source="G15"), weak):
        assert await database.ledger.commit(SetEvidence(person_id=ids[0], account_id=ids[1], evidence=shown))
    held = await database.identities.of_account(*ids)
    assert held is not None
    assert held.evidence == Evidence(kind=EvidenceKind.DESK, at=NOW, source="G15")
