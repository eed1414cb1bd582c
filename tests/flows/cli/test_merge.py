"""No command merges accounts: an operator's line in a file is nobody's proof. `idp accounts unmerge` parts them."""

import asyncio

import pytest

from idp.app.foundation import Foundation
from idp.app.merging import compose_merging
from idp.cli.session import run as in_foundation
from idp.selfservice.merging import AccountName
from tests.contract.sql.direct import run
from tests.flows.cli.operator import Operator
from tests.flows.cli.test_accounts import account

FIRST, SECOND = "001899000001", "093999000044"


def test_no_operator_merges_accounts(operator: Operator) -> None:
    ids = [str(account(operator, stdin=number)["account_id"]) for number in (FIRST, SECOND)]
    done = operator.run("accounts", "merge", *ids)
    assert done.code == 2
    assert "No such command 'merge'" in done.err
    assert account(operator, stdin=SECOND)["status"] == "open"


def test_what_never_was_merged_is_one_line(operator: Operator) -> None:
    (goes,) = [str(account(operator, stdin=number)["account_id"]) for number in (SECOND,)]
    assert operator.run("accounts", "unmerge", goes).err == "idp: this account did not go up in another\n"
    done = operator.run("accounts", "unmerge", "0" * 26)
    assert (done.code, done.err) == (1, "idp: there is no account with that id; name it by its account id\n")


def test_two_accounts_again_of_one(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    stays, goes = (account(operator, stdin=number) for number in (FIRST, SECOND))
    let_one_human_be(operator, str(stays["account_id"]), str(goes["account_id"]))
    goes = account(operator, stdin=SECOND)
    for name, value in operator.environment.items():
        monkeypatch.setenv(name, value)

    async def joined(foundation: Foundation) -> None:
        names = [AccountName(str(one["person_id"]), str(one["account_id"])) for one in (stays, goes)]
        await (await compose_merging(foundation)).merge(names[0], names[1], "owner", foundation.clock.now())

    in_foundation(joined)
    assert account(operator, str(goes["account_id"]))["status"] == "closed"
    assert "account of its own again" in operator.good("accounts", "unmerge", str(goes["account_id"]))
    assert account(operator, stdin=SECOND) == goes
    assert account(operator, stdin=FIRST) == stays
    assert operator.events()[-1]["name"] == "account:merge:undone"


def let_one_human_be(operator: Operator, stays: str, goes: str) -> None:
    """Write the profile of one account's person in the place of the other's."""
    person = "SELECT a.person_id FROM accounts a WHERE a.account_id"
    profile = f"SELECT p.profile_sealed FROM persons p WHERE p.person_id = ({person} = '{stays}')"
    written = f"UPDATE persons SET profile_sealed = ({profile}) WHERE person_id = ({person} = '{goes}')"
    asyncio.run(run(operator.database_url, written))
