"""What became of a client's requests: the newest of each kind, in one read, by the index that was made for it."""

from datetime import timedelta

import pytest

from clients.model import ClientId
from idp.adapters.sql.clients import outcomes as client_outcomes
from idp.adapters.sql.database import Database
from idp.admin.clients.failures import PLACES
from idp.audit.model import EventName
from tests.contract.sql.audit.test_audit_search import event_at, ids, kept
from tests.contract.sql.direct import rows
from tests.contract.sql.engine.test_postgres_plans import plan_of
from tests.support.running.sql_stores import NOW, StatementCounter

MINUTE = timedelta(minutes=1)
# With the last logout notice that arrived.
KINDS = len(PLACES) + 1
REFUSED, ISSUED = EventName.TOKEN_REFUSED, EventName.TOKEN_ISSUED


async def test_the_newest_of_each_kind_are_found_in_one_read(database: Database, counter: StatementCounter) -> None:
    tokens = [event_at(NOW + n * MINUTE, REFUSED, client_id="portal", reason="invalid_grant") for n in range(5)]
    rare = event_at(NOW, EventName.LOGOUT_NOTICE_FAILED, client_id="portal", reason="404")
    arrived = [event_at(NOW + n * MINUTE, EventName.LOGOUT_NOTICE_DELIVERED, client_id="portal") for n in range(3)]
    await kept(database, *tokens, rare, *arrived)
    await kept(database, event_at(NOW, ISSUED, client_id="portal"), event_at(NOW, REFUSED, client_id="other"))
    counter.take()
    found = await database.client_outcomes.outcomes(ClientId("portal"), 2)
    assert len(counter.statements) == 1
    assert sorted(ids(found)) == sorted([tokens[4].id, tokens[3].id, rare.id, arrived[2].id])


@pytest.mark.parametrize("reason", ["access_denied", "login_required", "interaction_required", "consent_required"])
async def test_what_people_decide_is_no_failure(database: Database, reason: str) -> None:
    await kept(database, event_at(NOW, EventName.AUTHORIZATION_REFUSED, client_id="portal", reason=reason))
    assert await database.client_outcomes.outcomes(ClientId("portal"), 10) == []


async def test_postgresql_reads_each_kind_by_its_index(unused_postgres_store: str) -> None:
    plan = await plan_of(unused_postgres_store, client_outcomes.STATEMENT.numbered)
    assert plan.count("Index Scan Backward using ix_audit_events_outcomes") == KINDS
    assert "Sort" not in plan


async def test_sqlite_reads_each_kind_by_its_index(sqlite_store: str) -> None:
    asked = client_outcomes.STATEMENT.named.replace(":client_id", "'portal'").replace(":limit", "10")
    plan = [str(row[-1]) for row in await rows(sqlite_store, f"EXPLAIN QUERY PLAN {asked}")]
    assert len([line for line in plan if "ix_audit_events_outcomes (client_id=? AND name=?)" in line]) == KINDS
    assert not any("B-TREE" in line for line in plan)
