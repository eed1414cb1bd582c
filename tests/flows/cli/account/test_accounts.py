"""`idp accounts`: one account is found by its number or id, locked with all its sessions, and let in again."""

import orjson

from idp.account.closing_effects import EraseAccount
from idp.adapters.sql.database import open_database
from idp.kernel.clock import SystemClock
from idp.kernel.ids import AccountId, PersonId
from tests.contract.sql.direct import rows, run
from tests.flows.cli.operator import Operator
from tests.flows.running_provider import RunningProvider
from tests.flows.second_factors import confirmed, open_sign_in
from tests.support.parties.relying_party import show_password, sign_in
from tests.support.plain.browser import Browser, shown

NUMBER, NAME, PHONE = "001899000001", "Nguyễn Văn Bình", "912345678"


def account(operator: Operator, who: str = "-", stdin: str = f"{NUMBER}\n") -> dict[str, object]:
    found: dict[str, object] = orjson.loads(operator.good("accounts", "show", who, "--json", stdin=stdin))
    return found


def test_show_takes_the_number_from_standard_input_and_shows_only_its_end(operator: Operator) -> None:
    text = operator.good("accounts", "show", "-", stdin=f"{NUMBER}\n")
    assert "number: •••••••••001\n" in text
    assert not any(private in text for private in (NUMBER, NAME, PHONE))
    assert "status: open\nproof: proved\n" in text


def test_an_account_is_found_by_either_of_its_ids_too(operator: Operator) -> None:
    found = account(operator)
    assert account(operator, str(found["account_id"])) == found
    assert account(operator, str(found["person_id"])) == found


def test_what_is_no_number_is_not_repeated(operator: Operator) -> None:
    done = operator.run("accounts", "show", "-", stdin="00189900000\n")
    assert (done.code, done.out) == (1, "")
    assert done.err == "idp: that is neither a personal number (12 digits) nor an id (26 letters)\n"


def test_an_unknown_number_is_one_line_without_the_number(operator: Operator) -> None:
    done = operator.run("accounts", "lock", "-", stdin="001899000999\n")
    assert (done.code, done.err) == (1, "idp: there is no such account\n")


def test_locking_and_unlocking_are_recorded_once_each_and_without_the_number(operator: Operator) -> None:
    for status, command in (("locked", "lock"), ("open", "unlock")):
        for _ in range(2):
            operator.good("accounts", command, "-", stdin=f"{NUMBER}\n")
        assert account(operator)["status"] == status
    names = [str(event["name"]) for event in operator.events()]
    assert [name for name in names if name.startswith("operator:account:")] == [
        "operator:account:locked",
        "operator:account:unlocked",
    ]
    assert NUMBER not in operator.good("audit", "export")


def operator_of(running: RunningProvider) -> Operator:
    provider = running.provider
    return Operator(provider.folder, provider.database_url, provider.environment(8000))


def test_an_account_that_its_owner_closed_is_still_shown_by_number_and_by_ids(
    running: RunningProvider, browser: Browser
) -> None:
    """Its password and contacts are erased; an operator who is asked about it must not say that it never was."""
    citizen, operator = running.citizen(), operator_of(running)
    open_sign_in(browser, citizen)
    page = confirmed(running, browser, citizen, "/account/close")
    before = account(operator, stdin=citizen.number)
    assert shown(browser.submit(page, "close-account", understood="yes")).shows("account-closed")
    found = account(operator, stdin=citizen.number)
    assert found == before | {"status": "closed", "sessions": 0}
    assert account(operator, str(found["account_id"])) == found
    for command in ("lock", "unlock"):
        done = operator.run("accounts", command, "-", stdin=citizen.number)
        assert (done.code, done.err) == (
            1,
            f"idp: {found['account_id']} is closed; a closed account is not opened again\n",
        )


def test_an_account_that_was_erased_is_still_shown_and_not_opened_again(
    running: RunningProvider, browser: Browser
) -> None:
    """Its password and contacts are gone; an operator who is asked about it must not say that it never was."""
    citizen, operator = running.citizen(), operator_of(running)
    open_sign_in(browser, citizen)
    before = account(operator, stdin=citizen.number)
    running.provider.run(
        erase(running.provider.database_url, PersonId(str(before["person_id"])), AccountId(str(before["account_id"])))
    )
    found = account(operator, stdin=citizen.number)
    assert found == before | {"status": "closed", "sessions": 0}
    assert account(operator, str(found["account_id"])) == found
    done = operator.run("accounts", "unlock", "-", stdin=citizen.number)
    assert (done.code, "a closed account is not opened again" in done.err) == (1, True)


async def erase(database_url: str, person_id: PersonId, account_id: AccountId) -> None:
    """Leave what the job leaves a month after its owner closed an account."""
    await run(database_url, f"UPDATE accounts SET status = 'closed' WHERE account_id = '{account_id}'")
    database = await open_database(database_url)
    try:
        erased = EraseAccount(
            account_id=account_id,
            person_id=person_id,
            profile_sealed=b"nothing",
            at=SystemClock().now(),
            reason="closed_by_owner",
        )
        assert await database.ledger.commit(erased)
    finally:
        await database.close()


def test_an_operator_takes_over_the_lock_that_the_owner_asked_for(running: RunningProvider, browser: Browser) -> None:
    citizen, operator = running.citizen(), operator_of(running)
    open_sign_in(browser, citizen)
    found = account(operator, stdin=citizen.number)
    whose = f"WHERE account_id = '{found['account_id']}'"
    owner_locks = f"UPDATE accounts SET status = 'locked', locked_for = 'not_me' {whose}"
    running.provider.run(run(running.provider.database_url, owner_locks))
    said = [operator.good("accounts", "lock", "-", stdin=citizen.number) for _ in range(2)]
    assert said == [
        f"{found['account_id']} was locked by its owner; both locks stand now, and unlocking lifts the one above.\n",
        f"{found['account_id']} is locked already.\n",
    ]
    assert running.provider.run(rows(running.provider.database_url, f"SELECT locked_for FROM accounts {whose}")) == [
        ("operator:account:locked",)
    ]


def test_a_locked_person_is_signed_out_everywhere_until_unlocked(running: RunningProvider, browser: Browser) -> None:
    """OIDC Back-Channel Logout 2.5: the portal of the session is told."""
    citizen, operator = running.citizen(), operator_of(running)
    signed = sign_in(browser, running.party(), citizen)
    assert account(operator, stdin=citizen.number)["sessions"] == 1
    before = len(running.listener.received("/logout/quoc-gia"))
    operator.good("accounts", "lock", "-", stdin=citizen.number)
    assert account(operator, stdin=citizen.number)["sessions"] == 0
    running.listener.wait("/logout/quoc-gia", before + 1)
    with Browser(running.provider.base()) as other:
        asked = other.page(running.party().start().location)
        refused = shown(show_password(other, asked, citizen))
        assert refused.shows("sign-in")
    operator.good("accounts", "unlock", "-", stdin=citizen.number)
    with Browser(running.provider.base()) as other:
        assert sign_in(other, running.party(), citizen).claims["sub"] == signed.claims["sub"]
