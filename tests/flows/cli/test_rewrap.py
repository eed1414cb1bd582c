"""`idp keys rewrap`: another root key and another master key, step by step as an operator does it."""

import asyncio
from pathlib import Path

import orjson
import pytest

from tests.contract.sql.direct import run
from tests.flows.cli.account.test_accounts import account
from tests.flows.cli.operator import Operator

BINH = "001899000001"


def finding(operator: Operator, what: str) -> dict[str, str]:
    """Return the last finding about a thing: what is wrong with it comes after that it is there."""
    found: list[dict[str, str]] = orjson.loads(operator.run("doctor", "--json").out)
    return {one["what"]: one for one in found}[what]


def generations(operator: Operator) -> list[dict[str, object]]:
    found = operator.run("keys", "generations", "--json").json()
    assert isinstance(found, list)
    return found


def shown(operator: Operator, number: str = BINH) -> str:
    return operator.good("accounts", "show", number)


def test_every_value_is_sealed_anew_and_the_old_generation_waits_for_its_end(either: Operator, tmp_path: Path) -> None:
    file = tmp_path / "people.jsonl"
    either.good("accounts", "generate", "3", "--out", file, "--hash", "none")
    either.good("accounts", "import", file)
    number = orjson.loads(file.read_bytes().splitlines()[0])["number"]
    before = shown(either, number)
    assert finding(either, "data keys")["verdict"] == "ok"
    out = either.good("keys", "rewrap", "--lead", "0")
    assert int(out.split()[0]) > 10
    assert shown(either, number) == before
    first, second = generations(either)
    assert first["seals_since"]
    assert second["seals_since"]
    assert "no row has" in finding(either, "data keys")["found"]
    # What is open in browsers needs the old generation for a while.
    refused = either.run("keys", "retire-generation", str(first["id"]))
    assert (refused.code, "less than two days" in refused.err) == (1, True)
    names = [event["name"] for event in either.events()]
    assert names.count("operator:generation:begun") == 1


def test_a_value_that_does_not_open_is_told_in_one_line(operator: Operator) -> None:
    refused = operator.run("keys", "retire-generation", "nobody")
    assert (refused.code, "there is no generation nobody" in refused.err) == (1, True)


def test_the_master_key_is_exchanged_while_both_are_there(operator: Operator) -> None:
    operator.good("audit", "seal")
    before, old, new = shown(operator), operator.master_key, operator.folder / "new.key"
    operator.good("keys", "new-master-key", new)
    assert operator.run("keys", "new-master-key", new).code == 1
    operator.settings |= {"IDP_MASTER_KEY_FILE": str(new)}
    assert finding(operator, "data keys")["verdict"] == "fail"
    assert operator.run("accounts", "show", BINH).code != 0
    operator.settings |= {"IDP_OLD_MASTER_KEY_FILE": str(old)}
    assert shown(operator) == before
    assert "still under it" in finding(operator, "old master key")["found"]
    assert "are under this master key now" in operator.good("keys", "rewrap", "--master-key")
    assert "already" in operator.good("keys", "rewrap", "--master-key")
    assert "opens nothing any more" in finding(operator, "old master key")["found"]
    del operator.settings["IDP_OLD_MASTER_KEY_FILE"]
    assert shown(operator) == before
    assert finding(operator, "master key")["verdict"] == "ok"
    assert "as it was sealed" in operator.good("audit", "verify")
    operator.settings |= {"IDP_MASTER_KEY_FILE": str(old)}
    refused = operator.run("accounts", "show", BINH)
    assert (refused.code != 0, "Traceback" in refused.err) == (True, False)


@pytest.mark.parametrize("command", [("keys", "rewrap", "--lead", "0"), ("keys", "rewrap", "--master-key")])
def test_two_commands_one_after_the_other_are_as_good_as_one(operator: Operator, command: tuple[str, ...]) -> None:
    before = shown(operator)
    operator.good(*command)
    operator.good(*command)
    assert shown(operator) == before


def test_a_value_that_somebody_copied_from_another_row_is_told_as_that(operator: Operator) -> None:
    """Not as a wrong master key: whoever then restores another one opens nothing at all."""
    other = "093999000044"
    stays, goes = (str(account(operator, stdin=number)["person_id"]) for number in (BINH, other))
    profile = f"SELECT p.profile_sealed FROM persons p WHERE p.person_id = '{stays}'"
    asyncio.run(
        run(operator.database_url, f"UPDATE persons SET profile_sealed = ({profile}) WHERE person_id = '{goes}'")
    )
    refused = operator.run("accounts", "show", other)
    assert (refused.code, "profile does not open" in refused.err) == (1, True)
    assert ("copied from another row" in refused.err, "IDP_MASTER_KEY_FILE" in refused.err) == (True, False)
    assert shown(operator)
