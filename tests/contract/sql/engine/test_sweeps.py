"""What has had its time is deleted, and nothing else."""

from datetime import timedelta

import pytest

from clients.model import ClientId
from idp.account.notices.model import IssueNotMeCode
from idp.adapters.sql.database import Database
from idp.adapters.sql.infrastructure.sweeps import SWEPT
from idp.delegation.effects import OfferMandate
from idp.factors.approval_model import Approval, OpenApproval
from idp.factors.model import CountTry
from idp.grants.device_requests import DeviceRequest, OpenDeviceRequest
from idp.grants.model import ClaimOnce, RevokeAccessToken
from idp.kernel.effects import Effect
from idp.kernel.ids import AccountId, ApprovalId, NoticeId, PersonId, RecoveryId, new_id
from idp.kernel.outbox import Enqueue, Message, Outcome
from idp.metrics.model import AddCounts, Counted, CountKey, Measure
from idp.recovery.model import Recovery, RecoveryMethod, StartRecovery
from idp.sessions.model import StartSession
from idp.sign_in.counts import CountWithin
from idp.worker.sweeps import sweep_table
from records.structs import replace
from tests.contract.sql.direct import rows
from tests.support.builders.mandates import accepted, ending, helping
from tests.support.running.sql_stores import NOW, digest, opening, session_of, signed_in

MOMENT = timedelta(microseconds=1)
KEPT = {
    "used_once": timedelta(days=1),
    "revoked_tokens": timedelta(days=1),
    "device_requests": timedelta(days=1),
    "sessions": timedelta(days=90),
    "outbox": timedelta(days=30),
    "recoveries": timedelta(days=90),
    "approvals": timedelta(days=30),
    "factor_tries": timedelta(days=365),
    "quality_counts": timedelta(days=400),
    "quality_hours": timedelta(days=400),
}


def ending_at(table: str, end: object) -> Effect:
    """Return what puts one row into a table whose time ends then."""
    when = NOW + end  # type: ignore[operator]  # a timedelta
    match table:
        case "used_once" | "device_requests":
            claimed = ClaimOnce(purpose="test", value_hash=digest(new_id()), expires_at=when)
            kiosk, opened = ClientId("kiosk"), when - MOMENT
            asked = DeviceRequest(digest(new_id()), digest(new_id()), kiosk, b"sealed", opened, when)
            return claimed if table == "used_once" else OpenDeviceRequest(request=asked)
        case "revoked_tokens":
            return RevokeAccessToken(jti=new_id(), at=NOW, expires_at=when)
        case "alarms":
            return IssueNotMeCode(
                code_hash=digest(new_id()),
                person_id=PersonId(new_id()),
                account_id=AccountId(new_id()),
                notice_id=NoticeId(new_id()),
                expires_at=when,
            )
        case "recoveries":
            return StartRecovery(
                recovery=Recovery(
                    RecoveryId(new_id()),
                    PersonId(new_id()),
                    AccountId(new_id()),
                    RecoveryMethod.FACTOR,
                    digest(new_id()),
                    None,
                    when,
                    when,
                    when,
                )
            )
        case "approvals":
            return OpenApproval(
                approval=Approval(
                    ApprovalId(new_id()), PersonId(new_id()), AccountId(new_id()), 42, "", "", when, when
                ),
                since=when,
                limit=1,
            )
        case "factor_tries" | "counts":
            tried = CountTry(
                person_id=PersonId(new_id()), account_id=AccountId(new_id()), factor="recovery.sms", now=when, limit=100
            )
            counted = CountWithin(purpose="test", value_hash=digest(new_id()), at=when, window=MOMENT * 0, most=1)
            return tried if table == "factor_tries" else counted
        case "quality_counts" | "quality_hours":
            return AddCounts(counted=(Counted(CountKey(when, Measure.START), 1),))
        case _:
            return StartSession(session=replace(session_of(opening().account), expires_at=when))


# Rows with a history of their own: tested beside it.
ELSEWHERE = {
    "outbox",
    "merges",
    "mandates",
    "client_checks",
    "client_refusals",
    "quality_days",
    "quality_days_added",
} | {
    "agency_holdings",
    "contact_changes",
    "joinings",
    "logos",
    "removed_passkeys",
    "removed_totp_secrets",
    "removed_recovery_codes",
    "removed_upstream_links",
}


@pytest.mark.parametrize("table", [table for table in SWEPT if table not in ELSEWHERE])
async def test_what_is_over_goes_and_what_is_not_stays(database: Database, store: str, table: str) -> None:
    kept = KEPT.get(table, timedelta(0))
    for end in (-MOMENT - kept, -kept, timedelta(hours=1)):
        assert await database.ledger.commit(ending_at(table, end))
    assert await database.sweeps.sweep(table, NOW, 10) == 1
    assert len(await rows(store, f"SELECT 1 FROM {table}")) == 2
    assert await database.sweeps.sweep(table, NOW, 10) == 0


@pytest.mark.parametrize("table", ["used_once", "revoked_tokens"])
async def test_what_refuses_a_second_use_goes_by_the_databases_clock_a_day_late(
    database: Database, store: str, table: str
) -> None:
    """A server that is minutes ahead must not make a revoked token good again on those that are right."""
    now = await database.operations.now()
    for ended in (timedelta(days=1, minutes=1), timedelta(hours=23), timedelta(minutes=5)):
        assert await database.ledger.commit(ending_at(table, now - ended - NOW))
    assert await sweep_table(database, table) == 1
    assert len(await rows(store, f"SELECT 1 FROM {table}")) == 2


async def test_an_offer_that_nobody_took_goes_a_year_after_its_end_and_no_other_mandate(
    database: Database, store: str
) -> None:
    open_offer, taken = (
        helping(PersonId("giver".ljust(26)), "a".ljust(26)),
        helping(PersonId("giver".ljust(26)), "b".ljust(26)),
    )
    refused = helping(PersonId("giver".ljust(26)), "c".ljust(26))
    assert await database.ledger.commit(OfferMandate(mandate=open_offer))
    assert await database.ledger.commit(ending(await accepted(database, taken, PersonId("b".ljust(26)))))
    assert await database.ledger.commit(OfferMandate(mandate=refused))
    assert await database.ledger.commit(ending(refused))
    year = timedelta(days=365)
    assert await database.sweeps.sweep("mandates", NOW + year, 10) == 0
    assert await database.sweeps.sweep("mandates", NOW + year + MOMENT, 10) == 1
    left = {row[0] for row in await rows(store, "SELECT mandate_id FROM mandates")}
    assert left == {open_offer.id, taken.id}


async def test_sp_800_63b_3_2_2_the_tries_at_a_factor_of_an_account_are_never_forgotten(
    database: Database, store: str
) -> None:
    """Its owner starts the count anew by showing the factor or setting it up; time alone does not."""
    session = await signed_in(database)
    count = CountTry(
        person_id=session.person_id,
        account_id=session.account_id,
        factor="totp",
        now=NOW - timedelta(days=3650),
        limit=100,
    )
    assert await database.ledger.commit(count)
    assert await database.sweeps.sweep("factor_tries", NOW, 10) == 0
    assert await rows(store, "SELECT failures FROM factor_tries") == [(1,)]


async def test_a_batch_is_no_larger_than_wanted(database: Database) -> None:
    for _ in range(5):
        assert await database.ledger.commit(ending_at("used_once", -MOMENT))
    assert [await database.sweeps.sweep("used_once", NOW + timedelta(days=1), 2) for _ in range(4)] == [2, 2, 1, 0]


async def test_a_message_goes_thirty_days_after_it_was_finished(database: Database, store: str) -> None:
    for key in ("old", "young", "waiting"):
        assert await database.ledger.commit(
            Enqueue(kind="sms", key=key, payload=b"sealed", due_at=NOW, gives_up_at=NOW + timedelta(days=1))
        )
    finished = {"old": NOW - KEPT["outbox"] - MOMENT, "young": NOW - KEPT["outbox"]}
    for key, at in finished.items():
        message = Message("sms", key, b"sealed", 0, NOW)
        await database.outbox.record(message, Outcome(delivered=True, result="200", retry_at=None), at)
    assert await database.sweeps.sweep("outbox", NOW, 10) == 1
    assert sorted(await rows(store, "SELECT key FROM outbox")) == [("waiting",), ("young",)]
