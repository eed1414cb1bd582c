"""`idp accounts merge` and `unmerge`: by account ids, told to the person, undone by the same operator."""

import asyncio

from tests.contract.sql.direct import run
from tests.flows.cli.operator import Operator
from tests.flows.cli.test_accounts import account

FIRST, SECOND = "001899000001", "093999000044"


def test_two_accounts_become_one_and_two_again(operator: Operator) -> None:
    stays, goes = (account(operator, stdin=number) for number in (FIRST, SECOND))
    ids = [str(one["account_id"]) for one in (stays, goes)]
    assert "name or birth date differ" in operator.run("accounts", "merge", *ids).err
    let_one_human_be(operator, *ids)
    goes = account(operator, stdin=SECOND)
    assert "went up in" in operator.good("accounts", "merge", *ids)
    assert account(operator, ids[1])["status"] == "closed"
    assert "is closed" in operator.run("accounts", "merge", *ids).err
    assert operator.run("accounts", "show", "-", stdin=SECOND).code == 1
    assert "account of its own again" in operator.good("accounts", "unmerge", ids[1])
    assert account(operator, stdin=SECOND) == goes
    assert account(operator, stdin=FIRST) == stays
    names = [event["name"] for event in operator.events()]
    assert names[-2:] == ["account:account:merged", "account:merge:undone"]
    assert not any(number in operator.good("audit", "export") for number in (FIRST, SECOND))


def let_one_human_be(operator: Operator, stays: str, goes: str) -> None:
    """Write the profile of one account's person in the place of the other's."""
    person = "SELECT a.person_id FROM accounts a WHERE a.account_id"
    profile = f"SELECT p.profile_sealed FROM persons p WHERE p.person_id = ({person} = '{stays}')"
    written = f"UPDATE persons SET profile_sealed = ({profile}) WHERE person_id = ({person} = '{goes}')"
    asyncio.run(run(operator.database_url, written))


def test_what_is_no_account_is_one_line(operator: Operator) -> None:
    done = operator.run("accounts", "merge", FIRST, "0" * 26)
    assert (done.code, done.err) == (
        1,
        "idp: there is no account with that id; name both by their account ids\n",
    )
