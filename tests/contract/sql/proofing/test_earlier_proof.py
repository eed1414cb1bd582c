"""A proof of the former system is evidence with password and phone of then; a match by data alone is none."""

from datetime import timedelta

import pytest

from idp.account.model import Account, ProofState
from idp.adapters.sql.database import Database
from idp.kernel.secrets import Sealer
from idp.proofing.earlier_proof import EarlierProofs
from idp.proofing.evidence import EvidenceKind
from idp.proofing.proof import LowerToMatched
from idp.sessions.model import SessionView
from idp.sign_in.levels import PASSWORD, SMS, SOFTWARE_KEY
from records.structs import replace
from tests.contract.sql.direct import rows, run
from tests.support.rigs.joining import MINE, OWN, JoiningRig
from tests.support.rigs.second_step import ORIGIN


@pytest.fixture
def rig(database: Database) -> JoiningRig:
    return JoiningRig(database, Sealer({"k": b"s" * 32}, "k"))


def earlier(rig: JoiningRig) -> EarlierProofs:
    return EarlierProofs(rig.database.identities, rig.database.ledger, rig.notices, rig.clock)


async def lowered(rig: JoiningRig, store: str, *, imported: bool = True) -> Account:
    """Return an account that was proved once and counts as matched since the operator's day."""
    account = await rig.open_account(OWN, MINE)
    if imported:
        await run(store, f"UPDATE accounts SET imported_at = created_at WHERE account_id = '{account.id}'")
    assert await rig.database.ledger.commit(LowerToMatched(person_id=account.person_id, account_id=account.id))
    return account


async def shown(rig: JoiningRig, account: Account, store: str) -> bool:
    view = await rig.signed_in(account)
    offered = await earlier(rig).offered(view)
    assert await earlier(rig).show(view, ORIGIN) is offered
    proved = [("proved", EvidenceKind.EARLIER.value)]
    assert (await rows(store, "SELECT proof, evidence_kind FROM accounts") == proved) is offered
    return offered


async def test_the_owner_of_then_is_proved_again(rig: JoiningRig, store: str) -> None:
    account = await lowered(rig, store)
    assert await shown(rig, account, store)
    assert len(rig.texts.codes("notice_identity_proved")) == 1
    # Once is enough, and it is of a day: the proof lapses a year after the register was asked.
    assert not await earlier(rig).show(await rig.signed_in(account), ORIGIN)


async def test_who_was_matched_by_data_alone_has_no_earlier_proof(rig: JoiningRig, store: str) -> None:
    assert not await shown(rig, await lowered(rig, store, imported=False), store)


async def test_who_never_was_proved_has_none_either(rig: JoiningRig, store: str) -> None:
    account = await rig.open_account(OWN, MINE, ProofState.MATCHED)
    await run(store, "UPDATE accounts SET imported_at = created_at")
    assert not await shown(rig, account, store)


async def test_another_phone_than_that_of_then_shows_nothing(rig: JoiningRig, store: str) -> None:
    account = await lowered(rig, store)
    await run(store, "UPDATE contacts SET confirmed_at = confirmed_at + 1")
    assert not await shown(rig, account, store)


async def test_only_password_and_phone_shown_a_moment_ago_count(rig: JoiningRig, store: str) -> None:
    view = await rig.signed_in(await lowered(rig, store))
    now = rig.clock.now()

    def session(*factors: str, shared: bool = False, ago: timedelta = timedelta(0)) -> SessionView:
        reported = tuple((factor, now - ago) for factor in factors)
        return replace(view, session=replace(view.session, shown=reported, shared_computer=shared))

    for short in (
        session(PASSWORD),
        session(SMS),
        session(SOFTWARE_KEY),
        session(PASSWORD, SMS, shared=True),
        session(PASSWORD, SMS, ago=timedelta(minutes=16)),
    ):
        assert not await earlier(rig).show(short, ORIGIN)
    assert await earlier(rig).show(session(PASSWORD, SMS), ORIGIN)
