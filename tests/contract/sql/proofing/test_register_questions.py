"""Questions to a register that people cause who are not signed in: counted durably, by number, network and service."""

from datetime import timedelta

import pytest

from idp.adapters.sql.database import Database
from idp.audit.model import Origin
from idp.kernel.ids import new_id
from idp.kernel.secrets import HashKey
from idp.proofing.registers.questions import (
    ABOUT_ONE,
    ABOUT_ONE_BY_NETWORK,
    OF_NETWORK,
    AskedFor,
    RegisterQuestions,
    TooManyQuestionsError,
)
from tests.support.running.sql_stores import NOW

NUMBER, OTHER = "001899000001", "001899000002"


async def asked(
    questions: RegisterQuestions, number: str, address: str, asked_for: AskedFor = AskedFor.REGISTRATION, day: int = 0
) -> bool:
    """Say whether a question may be asked."""
    try:
        await questions.count(asked_for, number, Origin(new_id(), address), NOW + timedelta(days=day))
    except TooManyQuestionsError:
        return False
    return True


@pytest.fixture
def questions(database: Database) -> RegisterQuestions:
    return RegisterQuestions(database.ledger, HashKey(b"q" * 32), 1_000)


async def test_a_number_is_asked_about_so_often_a_day_by_one_network_and_by_all(questions: RegisterQuestions) -> None:
    """Seen: a birth date found in 20 tries."""
    one = [await asked(questions, NUMBER, "192.0.2.1") for _ in range(ABOUT_ONE_BY_NETWORK + 1)]
    assert one == [True] * ABOUT_ONE_BY_NETWORK + [False]
    all_of_them = [await asked(questions, NUMBER, f"192.0.2.{n}") for n in range(2, 12)]
    assert all_of_them.count(True) == ABOUT_ONE - ABOUT_ONE_BY_NETWORK
    assert await asked(questions, OTHER, "192.0.2.1")
    assert await asked(questions, NUMBER, "192.0.2.1", day=1)


async def test_registering_somebody_s_number_does_not_stop_their_recovery(questions: RegisterQuestions) -> None:
    for n in range(20):
        await asked(questions, NUMBER, f"192.0.2.{n}")
        await asked(questions, NUMBER, f"192.0.2.{n}", AskedFor.RECOVERY)
    assert await asked(questions, NUMBER, "198.51.100.1", AskedFor.RECOVERY_SHOWN)


async def test_a_network_asks_about_so_many_numbers_and_an_ipv6_customer_is_one(questions: RegisterQuestions) -> None:
    answers = [await asked(questions, f"001899{n:06d}", f"2001:db8:1:1::{n:x}") for n in range(OF_NETWORK + 1)]
    assert answers == [True] * OF_NETWORK + [False]
    assert await asked(questions, NUMBER, "2001:db8:1:2::1")


async def test_the_count_is_not_forgotten_with_the_short_lived_store(database: Database, neighbour: Database) -> None:
    """Two processes, and nothing of it in Redis."""
    key = HashKey(b"q" * 32)
    here, there = RegisterQuestions(database.ledger, key, 3), RegisterQuestions(neighbour.ledger, key, 3)
    answers = [await asked(one, f"00189900000{n}", f"192.0.2.{n}") for n, one in enumerate((here, there, here, there))]
    assert answers == [True, True, True, False]
