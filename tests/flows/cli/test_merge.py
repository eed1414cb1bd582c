"""No command merges accounts: an operator's line in a file is nobody's proof. `idp accounts unmerge` parts them."""

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
