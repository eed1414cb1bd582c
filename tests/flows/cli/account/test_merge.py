"""No command merges accounts: an operator's line in a file is nobody's proof. `idp accounts unmerge` parts them."""

import pytest

from idp.account.merging.service import AccountName
from idp.account.model import PROFILE_PLACE
from idp.account.own_choices import ReplaceProfile
from idp.app.account.merging import compose_merging
from idp.app.foundation.opening import Foundation
from idp.cli.session import run as in_foundation
from idp.kernel.ids import AccountId, PersonId
from tests.flows.cli.account.test_accounts import account
from tests.flows.cli.operator import Operator

FIRST, SECOND = "001899000001", "093999000044"


def named(operator: Operator, number: str) -> AccountName:
    found = account(operator, stdin=number)
    return AccountName(PersonId(str(found["person_id"])), AccountId(str(found["account_id"])))


def test_no_operator_merges_accounts(operator: Operator) -> None:
    done = operator.run("accounts", "merge", *(named(operator, one).account_id for one in (FIRST, SECOND)))
    assert done.code == 2
    assert "No such command 'merge'" in done.err
    assert account(operator, stdin=SECOND)["status"] == "open"


def test_what_never_was_merged_is_one_line(operator: Operator) -> None:
    done = operator.run("accounts", "unmerge", named(operator, SECOND).account_id)
    assert done.err == "idp: this account did not go up in another\n"
    done = operator.run("accounts", "unmerge", "0" * 26)
    assert (done.code, done.err) == (1, "idp: there is no account with that id; name it by its account id\n")


def test_two_accounts_again_of_one(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    stays, goes = named(operator, FIRST), named(operator, SECOND)
    for name, value in operator.environment.items():
        monkeypatch.setenv(name, value)

    async def of_one_human(foundation: Foundation) -> None:
        """Write the profile of one account's person in the place of the other's."""
        database, sealer = foundation.database, foundation.root_key.sealer()
        ours, theirs = [await database.accounts.by_id(one.person_id, one.account_id) for one in (stays, goes)]
        assert ours is not None
        assert theirs is not None
        profile = sealer.open(ours.profile_sealed, PROFILE_PLACE.of(stays.person_id))
        sealed = sealer.seal(profile, PROFILE_PLACE.of(goes.person_id))
        assert await database.ledger.commit(
            ReplaceProfile(person_id=goes.person_id, profile_before=theirs.profile_sealed, profile_sealed=sealed)
        )

    async def joined(foundation: Foundation) -> None:
        await (await compose_merging(foundation)).merge(stays, goes, "owner", foundation.clock.now())

    in_foundation(of_one_human)
    before = [account(operator, stdin=number) for number in (FIRST, SECOND)]
    in_foundation(joined)
    assert account(operator, goes.account_id)["status"] == "closed"
    assert "account of its own again" in operator.good("accounts", "unmerge", goes.account_id)
    assert [account(operator, stdin=number) for number in (FIRST, SECOND)] == before
    assert operator.events()[-1]["name"] == "account:merge:undone"
