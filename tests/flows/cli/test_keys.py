"""`idp keys`: published before they sign, and never without a signer."""

from datetime import datetime, timedelta

import orjson
import pytest

from tests.flows.cli.operator import Operator

Key = dict[str, str]


def known_keys(operator: Operator, *options: str) -> list[Key]:
    found: list[Key] = orjson.loads(operator.good("keys", "list", "--json", *options))
    return found


def states(operator: Operator) -> list[tuple[str, str]]:
    return sorted((key["algorithm"], key["state"]) for key in known_keys(operator))


def lead(key: Key) -> timedelta:
    return datetime.fromisoformat(key["activates_at"]) - datetime.fromisoformat(key["created_at"])


def rotated(operator: Operator, *options: str) -> list[Key]:
    found: list[Key] = orjson.loads(operator.good("keys", "rotate", "--json", *options))
    return found


def test_a_rotation_publishes_a_key_of_each_algorithm_ten_minutes_before_it_signs(either: Operator) -> None:
    added = rotated(either)
    assert [lead(key) for key in added] == [timedelta(minutes=10)] * 2
    assert states(either) == [("ES256", "active"), ("ES256", "published"), ("RS256", "active"), ("RS256", "published")]
    assert either.reasons("operator:key:rotated") == ["first", "rotated"]


def test_the_lead_is_what_was_asked_for(operator: Operator) -> None:
    assert [lead(key) for key in rotated(operator, "--lead", "90")] == [timedelta(seconds=90)] * 2


def test_now_signs_with_the_new_keys_at_once_and_the_old_ones_still_verify(either: Operator) -> None:
    added = rotated(either, "--now")
    assert [key["state"] for key in added] == ["active", "active"]
    assert states(either) == [("ES256", "active"), ("ES256", "retired"), ("RS256", "active"), ("RS256", "retired")]


def test_now_and_lead_exclude_each_other(operator: Operator) -> None:
    done = operator.run("keys", "rotate", "--now", "--lead", "5")
    assert (done.code, done.out) == (2, "")
    assert "--now and --lead exclude each other" in done.err


def test_the_only_signer_is_not_retired(operator: Operator) -> None:
    key = known_keys(operator)[0]
    done = operator.run("keys", "retire", key["kid"])
    assert (done.code, done.out) == (1, "")
    assert "idp keys rotate" in done.err
    assert states(operator) == [("ES256", "active"), ("RS256", "active")]


@pytest.mark.parametrize(("options", "after"), [((), "retired"), (("--compromised",), "expired")])
def test_a_retired_key_verifies_unless_it_is_compromised(
    operator: Operator, options: tuple[str, ...], after: str
) -> None:
    kid = known_keys(operator)[0]["kid"]
    rotated(operator, "--now")
    operator.good("keys", "retire", kid, *options)
    assert {key["kid"]: key["state"] for key in known_keys(operator, "--expired")}[kid] == after


def test_retiring_a_published_keys_predecessor_lets_the_successor_sign(operator: Operator) -> None:
    old = next(key for key in known_keys(operator) if key["algorithm"] == "ES256")
    rotated(operator)
    text = operator.good("keys", "retire", old["kid"], "--compromised")
    assert text == f"{old['kid']} signs no more and verifies no more.\n"
    assert ("ES256", "active") in states(operator)
    event = operator.events()[-1]
    assert (event["name"], event["reason"]) == ("operator:key:retired", "compromised")


def test_retiring_twice_is_recorded_once(operator: Operator) -> None:
    old = known_keys(operator)[0]["kid"]
    rotated(operator)
    operator.good("keys", "retire", old)
    assert operator.good("keys", "retire", old) == f"{old} is retired already.\n"
    assert operator.reasons("operator:key:retired") == ["retired"]


@pytest.mark.parametrize("options", [(), ("--compromised",)])
@pytest.mark.parametrize("kid", ["-1ZkoNecHDeRJdmwfgFFetJYOIHh5UKCSGpzKoz6Mp0", "--help-me"])
def test_a_key_id_that_looks_like_an_option_is_a_key_id(operator: Operator, kid: str, options: tuple[str, ...]) -> None:
    done = operator.run("keys", "retire", kid, *options)
    assert (done.code, done.out) == (1, "")
    assert kid in done.err


def test_an_unknown_key_is_one_line(operator: Operator) -> None:
    done = operator.run("keys", "retire", "nobody")
    assert (done.code, len(done.err.splitlines())) == (1, 1)
    assert "nobody" in done.err


def test_nothing_private_is_shown(operator: Operator) -> None:
    for key in known_keys(operator):
        assert set(key) == {"kid", "algorithm", "state", "created_at", "activates_at", "retires_at", "expires_at"}
