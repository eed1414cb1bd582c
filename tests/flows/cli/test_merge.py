"""`idp accounts merge` and `unmerge`: by account ids, told to the person, undone by the same operator."""

import asyncio

from idp.accounts.model import PROFILE_PLACE
from idp.accounts.own_choices import ReplaceProfile
from idp.adapters.sql.database import open_database
from idp.kernel.clock import SystemClock
from idp.kernel.generations import open_root_key
from keys.providers.file import load_master_key
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
    """Seal the profile of one account's person in the place of the other's."""
    asyncio.run(_let_one_human_be(operator, stays, goes))


async def _let_one_human_be(operator: Operator, stays: str, goes: str) -> None:
    database = await open_database(operator.database_url)
    root = await open_root_key(database.data_keys, load_master_key(operator.master_key).secret, SystemClock().now())
    (one,), (other,) = [await database.operations.accounts_of(account_id) for account_id in (stays, goes)]
    ours, theirs = [await database.merges.belongings(*ids) for ids in (one, other)]
    assert ours is not None
    assert theirs is not None
    profile = root.sealer().open(ours.profile_sealed, PROFILE_PLACE.of(one[0]))
    sealed = root.sealer().seal(profile, PROFILE_PLACE.of(other[0]))
    assert await database.ledger.commit(ReplaceProfile(other[0], theirs.profile_sealed, sealed))
    await database.close()


def test_a_value_that_somebody_copied_from_another_row_is_told_as_that(operator: Operator) -> None:
    """Not as a wrong master key: whoever then restores another one opens nothing at all."""
    ids = [str(account(operator, stdin=number)["account_id"]) for number in (FIRST, SECOND)]
    person = "SELECT a.person_id FROM accounts a WHERE a.account_id"
    profile = f"SELECT p.profile_sealed FROM persons p WHERE p.person_id = ({person} = '{ids[0]}')"
    written = f"UPDATE persons SET profile_sealed = ({profile}) WHERE person_id = ({person} = '{ids[1]}')"
    asyncio.run(run(operator.database_url, written))
    refused = operator.run("accounts", "show", "-", stdin=SECOND)
    assert (refused.code, "profile does not open" in refused.err) == (1, True)
    assert ("copied from another row" in refused.err, "IDP_MASTER_KEY_FILE" in refused.err) == (True, False)
    assert account(operator, stdin=FIRST)["account_id"] == ids[0]


def test_what_is_no_account_is_one_line(operator: Operator) -> None:
    done = operator.run("accounts", "merge", FIRST, "0" * 26)
    assert (done.code, done.err) == (
        1,
        "idp: there is no account with that id; name both by their account ids\n",
    )
