"""From the day that the operator sets, who was proved by data alone counts as matched; nobody else is touched."""

from datetime import timedelta

import pytest

from idp.account.model import Account, ProofState
from idp.adapters.sql.database import Database
from idp.proofing.evidence import Evidence, EvidenceKind, SetEvidence
from idp.proofing.evidence_due import EvidenceDue
from tests.contract.sql.direct import rows, run
from tests.support.builders.protocol import NOW
from tests.support.rigs.proof import ProofRig

DAY = NOW + timedelta(days=30)


@pytest.fixture
def rig(database: Database) -> ProofRig:
    return ProofRig(database)


def due(rig: ProofRig) -> EvidenceDue:
    database = rig.database
    return EvidenceDue(database.identities, database.accounts, database.ledger, rig.notices, DAY, rig.clock)


async def proved(rig: ProofRig) -> Account:
    return await rig.open_account(ProofState.PROVED, proved_at=NOW)


async def state(rig: ProofRig, account: Account) -> ProofState:
    return (await rig.record_of(account)).account.proof


async def test_before_the_day_nothing_changes(rig: ProofRig) -> None:
    account = await proved(rig)
    rig.clock.at = DAY - timedelta(seconds=1)
    assert await due(rig).lower(10) == 0
    assert await state(rig, account) is ProofState.PROVED


async def test_from_the_day_on_who_was_proved_by_data_alone_is_matched_and_told_once(rig: ProofRig, store: str) -> None:
    account = await proved(rig)
    rig.clock.at = DAY
    assert await due(rig).lower(10) == 1
    assert await due(rig).lower(10) == 0
    assert await state(rig, account) is ProofState.MATCHED
    assert await rows(store, "SELECT kind FROM notices") == [("identity_matched",)]


async def test_who_has_shown_evidence_stays_proved(rig: ProofRig) -> None:
    account = await proved(rig)
    shown = Evidence(kind=EvidenceKind.DESK, at=NOW, source="G15")
    known = SetEvidence(person_id=account.person_id, account_id=account.id, evidence=shown)
    assert await rig.database.ledger.commit(known)
    rig.clock.at = DAY
    assert await due(rig).lower(10) == 0
    assert await state(rig, account) is ProofState.PROVED


@pytest.mark.parametrize("kind", ["officer", "trial"])
async def test_whoever_no_register_vouches_for_is_not_meant(rig: ProofRig, store: str, kind: str) -> None:
    account = await proved(rig)
    await run(store, f"UPDATE accounts SET account_kind = '{kind}'")
    rig.clock.at = DAY
    assert await due(rig).lower(10) == 0
    assert await state(rig, account) is ProofState.PROVED


async def test_who_was_matched_so_keeps_the_number_against_another_proof(rig: ProofRig) -> None:
    """Ever proved: such an account gives way to nobody's registration."""
    account = await proved(rig)
    rig.clock.at = DAY
    await due(rig).lower(10)
    assert not (await rig.record_of(account)).account.never_proved
