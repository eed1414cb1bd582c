"""Accounts: opening, sign-in records, password tries, proofs, consents."""

import asyncio
from datetime import timedelta

import pytest

from clients.model import ClientId
from idp.account.model import (
    Account,
    AccountStatus,
    Consent,
    CountPasswordTry,
    ForgetPasswordTries,
    GiveConsent,
    PasswordRecord,
    RecordProof,
    SignInRecord,
)
from idp.adapters.sql.database import Database
from idp.factors.contacts.phone_ages import PhoneAge
from idp.kernel.ids import AccountId, PersonId, new_id
from idp.sessions.model import StartSession
from idp.sign_in.levels import SMS
from idp.sign_in.throttling import delay_after
from records.structs import replace
from tests.contract.sql.direct import rows, run
from tests.support.running.sql_stores import HOUR, NOW, digest, opening, session_of

NUMBER = "001899000001"


async def opened(database: Database, number: str = NUMBER) -> Account:
    effect = opening(number)
    assert await database.ledger.commit(effect)
    return effect.account


async def password_of(database: Database, account: Account) -> PasswordRecord:
    record = await database.accounts.by_id(account.person_id, account.id)
    assert record is not None
    return record.password


def count(account: Account, *, limit: int = 5, at: timedelta = timedelta(0)) -> CountPasswordTry:
    return CountPasswordTry(account_id=account.id, person_id=account.person_id, now=NOW + at, limit=limit)


async def test_an_opened_account_is_found_by_its_number_with_everything_it_was_opened_with(database: Database) -> None:
    effect = opening(NUMBER)
    assert await database.ledger.commit(effect)
    expected = SignInRecord(
        account=effect.account,
        password=PasswordRecord(hash=effect.password_hash, failures=0, retry_at=None),
        phone_sealed=effect.phone.sealed,
        profile_sealed=effect.profile_sealed,
        enrolled=frozenset({SMS}),
        phone_age=PhoneAge(effect.account.created_at),
    )
    assert await database.accounts.for_sign_in(digest(NUMBER)) == expected
    assert await database.accounts.by_id(effect.account.person_id, effect.account.id) == expected


async def test_an_unknown_number_and_an_unknown_account_are_none(database: Database) -> None:
    account = await opened(database)
    assert await database.accounts.for_sign_in(digest("079999000002")) is None
    assert await database.accounts.by_id(account.person_id, AccountId(new_id())) is None
    assert await database.accounts.by_id(PersonId(new_id()), account.id) is None


async def test_a_number_that_has_an_account_opens_no_second_one(database: Database) -> None:
    first = await opened(database)
    second = opening(NUMBER)
    assert not await database.ledger.commit(second)
    assert await database.accounts.by_id(second.account.person_id, second.account.id) is None
    record = await database.accounts.for_sign_in(digest(NUMBER))
    assert record is not None
    assert record.account == first


async def test_of_two_that_open_with_one_number_at_once_one_succeeds(database: Database, neighbour: Database) -> None:
    commits = [store.ledger.commit(opening(NUMBER)) for store in (database, neighbour) for _ in range(10)]
    assert sorted(await asyncio.gather(*commits)) == [False] * 19 + [True]


async def test_a_retired_number_of_another_person_never_becomes_active_again(store: str, database: Database) -> None:
    account = await opened(database)
    await run(store, "UPDATE identifiers SET valid_to = 1")
    assert await database.accounts.for_sign_in(digest(NUMBER)) is None
    assert not await database.ledger.commit(opening(NUMBER))
    # The person it belonged to may open an account with it again.
    assert await database.ledger.commit(opening(NUMBER, person_id=account.person_id))


async def test_a_locked_account_is_still_found_and_says_that_it_is_locked(store: str, database: Database) -> None:
    await opened(database)
    await run(store, "UPDATE accounts SET status = 'locked'")
    record = await database.accounts.for_sign_in(digest(NUMBER))
    assert record is not None
    assert record.account.status is AccountStatus.LOCKED


async def test_tries_are_counted_up_to_the_limit_and_not_beyond(database: Database) -> None:
    account = await opened(database)
    answers = [await database.ledger.commit(count(account, limit=3, at=tries * HOUR)) for tries in range(5)]
    assert answers == [True, True, True, False, False]
    assert (await password_of(database, account)).failures == 3


async def test_i11_tries_at_once_never_exceed_the_limit(database: Database, neighbour: Database) -> None:
    account = await opened(database)
    stores = (database, neighbour)
    answers = await asyncio.gather(*(stores[n % 2].ledger.commit(count(account)) for n in range(40)))
    assert answers.count(True) == 5


@pytest.mark.parametrize(("after", "allowed"), [(timedelta(seconds=4), False), (timedelta(seconds=5), True)])
async def test_no_try_is_counted_before_the_waiting_time_is_over(
    database: Database, after: timedelta, allowed: bool
) -> None:
    account = await opened(database)
    assert all([await database.ledger.commit(count(account, limit=9)) for _ in range(5)])
    assert await database.ledger.commit(count(account, limit=9, at=after)) is allowed


@pytest.mark.parametrize("tries", [1, 4, 5, 6, 9, 13, 14, 80])
async def test_bf_1_each_try_sets_the_wait_that_the_rule_gives_it(database: Database, tries: int) -> None:
    account, day = await opened(database), timedelta(days=1)
    for turn in range(tries):
        assert await database.ledger.commit(count(account, limit=100, at=turn * day))
    wait = delay_after(tries)
    expected = NOW + (tries - 1) * day + wait if wait else None
    assert (await password_of(database, account)).retry_at == expected


@pytest.mark.parametrize("tries", [1, 5])
async def test_a_right_password_starts_the_counter_anew(database: Database, tries: int) -> None:
    account = await opened(database)
    assert all([await database.ledger.commit(count(account, limit=9)) for _ in range(tries)])
    assert await database.ledger.commit(ForgetPasswordTries(account_id=account.id, person_id=account.person_id))
    assert await password_of(database, account) == PasswordRecord("$argon2id$placed-by-a-test", 0, None)


async def test_a_proof_is_kept_as_it_was_given(store: str, database: Database) -> None:
    account = await opened(database)
    proof = RecordProof(
        id=new_id(), person_id=account.person_id, verdict="same", request_id="request-7", purpose="open-account", at=NOW
    )
    assert await database.ledger.commit(proof)
    kept = await rows(store, "SELECT verdict, request_id, purpose, at FROM proofs")
    assert kept == [("same", "request-7", "open-account", 1_795_422_600_123_456)]


async def test_a_later_consent_of_the_same_client_replaces_the_earlier(database: Database) -> None:
    account = await opened(database)
    session = session_of(account)
    first = Consent(account.person_id, ClientId("bank"), ("openid",), "v1", "vi", NOW)
    later = replace(first, scope=("openid", "profile"), text_version="v2")
    assert await database.ledger.commit(
        StartSession(session=session), GiveConsent(consent=first), GiveConsent(consent=later)
    )
    at_bank = await database.sessions.live(session.secret_hash, ClientId("bank"), NOW)
    elsewhere = await database.sessions.live(session.secret_hash, ClientId("portal"), NOW)
    assert at_bank is not None
    assert elsewhere is not None
    assert (at_bank.consented_scope, elsewhere.consented_scope) == (frozenset({"openid", "profile"}), None)
