"""Plans made while the tables are empty stay in use, so they must be right already then: by key, never by scan."""

import re

import asyncpg
import pytest

from idp.account.merging.model import JoinMandates, PartMandates
from idp.adapters.sql import transparency
from idp.adapters.sql.account import account_reads as accounts
from idp.adapters.sql.account import identities
from idp.adapters.sql.account.merging import reads as merges
from idp.adapters.sql.account.merging.merged_mandates import MERGED_MANDATE_WRITES
from idp.adapters.sql.engine.lookups import Lookup
from idp.adapters.sql.engine.postgres_batches import BatchStatement, Shape, shape_of
from idp.adapters.sql.engine.postgres_pool import SETTINGS
from idp.adapters.sql.engine.statements import Statement
from idp.adapters.sql.factors import passkeys
from idp.adapters.sql.grants import reads as grants
from idp.adapters.sql.imports import writes as imports
from idp.adapters.sql.metrics import hours as metrics
from idp.adapters.sql.sessions import reads as sessions
from idp.audit.model import RecordEvent
from idp.grants.model import ClaimOnce, RetryRotation, RotateFamily, StartFamily, StartGrant
from idp.kernel.effects import Effect

LOOKUPS = [
    value
    for room in (accounts, grants, identities, imports, passkeys, sessions)
    for value in vars(room).values()
    if isinstance(value, Lookup)
]
COMMITS: list[tuple[type[Effect], ...]] = [
    (StartGrant, StartFamily, RecordEvent),
    (StartGrant, RecordEvent),
    (RotateFamily, RecordEvent),
    (RetryRotation, RecordEvent),
    (ClaimOnce, RecordEvent),
    (RecordEvent, RecordEvent),
]


_HALF = r"\(\(\w+\.(?:person|account)_id\)::text = \(\w+\.(?:person|account)_id\)::text\)"
_HALVES_OF_A_KEY = re.compile(rf"Join Filter: (?:{_HALF}|\({_HALF} AND {_HALF}\))$")


async def plan_of(url: str, text: str) -> str:
    connection = await asyncpg.connect(url.replace("+asyncpg", ""), server_settings=SETTINGS)
    values = ", ".join(["NULL"] * max(int(number) for number in re.findall(r"\$(\d+)", text)))
    await connection.execute(f"PREPARE planned AS {text}")
    plan = "\n".join(row[0] for row in await connection.fetch(f"EXPLAIN (COSTS OFF) EXECUTE planned({values})"))
    await connection.close()
    return plan


def shape(types: tuple[type[Effect], ...]) -> Shape:
    found = shape_of(types)
    assert found is not None
    return found


def probes_only(text: str, plan: str) -> bool:
    # A row that was found by one half of its key may be compared by both; nothing else is compared row by row.
    compared = all(_HALVES_OF_A_KEY.search(line) for line in plan.splitlines() if "Join Filter" in line)
    # One probe for the first table and each that is joined (CROSS JOIN LATERAL is the first), one for each EXISTS,
    # one for a key that is looked for first, and one for each least or greatest of something.
    probes = sum(text.count(probe) for probe in ("JOIN", "EXISTS (", "LIMIT 1)", "(SELECT M", "(SELECT COALESCE(M"))
    found = "Function Scan on" in plan and "Seq Scan" not in plan
    return found and compared and plan.count("Index Cond") == probes


async def test_a_lookup_probes_an_index_for_each_key(unused_postgres_store: str) -> None:
    plans = [(one.batched, await plan_of(unused_postgres_store, one.batched)) for one in LOOKUPS]
    assert len(plans) > 10
    assert [(text, plan) for text, plan in plans if not probes_only(text, plan)] == []


MERGES = [*MERGED_MANDATE_WRITES[JoinMandates].statements, *MERGED_MANDATE_WRITES[PartMandates].statements]


async def test_what_joins_the_mandates_of_two_people_reads_theirs_alone(unused_postgres_store: str) -> None:
    texts = [one.numbered for one in MERGES if one.names] + [merges.MANDATES_OF_BOTH.numbered]
    texts.append(merges.ABOVE_THOSE_OF_BOTH.numbered)
    plans = [(text, await plan_of(unused_postgres_store, text)) for text in texts]
    assert [(text, plan) for text, plan in plans if "Seq Scan" in plan] == []


READS_OF_THE_LOG = [value for value in vars(transparency).values() if isinstance(value, Statement) and value.names]


async def test_the_transparency_log_is_read_by_index_however_long_it_is(unused_postgres_store: str) -> None:
    plans = [(one.numbered, await plan_of(unused_postgres_store, one.numbered)) for one in READS_OF_THE_LOG]
    assert plans
    assert [(text, plan) for text, plan in plans if re.search(r"Seq Scan on (transparency|audit)", plan)] == []


@pytest.mark.parametrize("types", COMMITS)
async def test_a_batch_probes_indexes_and_hashes_its_winners(
    unused_postgres_store: str, types: tuple[type[Effect], ...]
) -> None:
    plan = await plan_of(unused_postgres_store, BatchStatement(shape(types)).text)
    assert "Seq Scan" not in plan
    assert "Join Filter" not in plan
    assert plan.count("hashed SubPlan") >= (len(set(types)) - 1)


def test_commits_of_other_effects_are_not_batched() -> None:
    assert shape_of(()) is None
    assert shape_of((StartFamily,)) is None
    assert shape_of((RecordEvent, RotateFamily)) is None


def test_the_number_of_events_makes_no_other_shape() -> None:
    assert shape((RotateFamily, RecordEvent)) == shape((RotateFamily, RecordEvent, RecordEvent))


READS_OF_SOME_CLIENTS = [(metrics.CLIENTS, 2, 1), (metrics.DAYS, 2, 1), (metrics.HOURS, 1, 0)]


@pytest.mark.parametrize(("reads", "hours", "days"), READS_OF_SOME_CLIENTS)
async def test_numbers_of_some_clients_are_read_by_their_index(
    unused_postgres_store: str, reads: tuple[Statement, Statement], hours: int, days: int
) -> None:
    plan = await plan_of(unused_postgres_store, reads[1].numbered)
    assert "Seq Scan" not in plan
    assert "Join Filter" not in plan, "each client's range is looked up, not every client's hours compared"
    assert len(re.findall("ix_quality_counts_client_id", plan)) == hours
    assert len(re.findall("ix_quality_days_client_id", plan)) == days
