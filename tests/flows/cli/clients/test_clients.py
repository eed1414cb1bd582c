"""`idp clients`: a file is applied as it says or not at all, and secrets are shown once."""

import re

import orjson

from clients.model import ClientId
from tests.flows.cli.operator import Operator, entry

SECRET = re.compile(r"client_secret of (\S+), shown this once: (nso_cs_\S+)")


def shown_secrets(text: str) -> dict[str, str]:
    return dict(SECRET.findall(text))


def test_a_dry_run_prints_the_difference_and_writes_nothing(operator: Operator) -> None:
    text = operator.good("clients", "apply", operator.client_file(entry(ClientId("hue"))), "--dry-run")
    assert text == "+ hue\n1 new, 0 changed, 0 unchanged (nothing was written: --dry-run)\n"
    assert operator.run("clients", "list", "--json").json() == []
    assert operator.reasons("operator:client:changed") == []


def test_applying_makes_a_secret_once_and_repeating_changes_nothing(either: Operator) -> None:
    file = either.client_file(entry(ClientId("hue")), entry(ClientId("da-nang")))
    assert set(shown_secrets(either.good("clients", "apply", file))) == {"hue", "da-nang"}
    assert either.good("clients", "apply", file) == "0 new, 0 changed, 2 unchanged\n"
    assert either.reasons("operator:client:changed") == ["created", "created"]


def test_a_changed_member_is_shown_with_both_values_and_recorded_by_name(either: Operator) -> None:
    either.good("clients", "apply", either.client_file(entry(ClientId("hue")), entry(ClientId("da-nang"))))
    changed = either.client_file(entry(ClientId("hue"), scope="openid profile phone"), entry(ClientId("da-nang")))
    text = either.good("clients", "apply", changed)
    assert text == "~ hue\n    scope: [openid, profile] -> [openid, profile, phone]\n0 new, 1 changed, 1 unchanged\n"
    event = either.events()[-1]
    assert (event["client_id"], event["reason"]) == ("hue", "changed")
    assert "scope" in str(event["details"])


def test_what_apply_did_is_there_for_programs(operator: Operator) -> None:
    reported = operator.run("clients", "apply", operator.client_file(entry(ClientId("hue"))), "--json").json()
    assert isinstance(reported, dict)
    assert (reported["applied"], reported["created"], reported["changed"]) == (True, ["hue"], [])
    assert list(reported["made_secrets"]) == ["hue"]


def test_clients_that_a_file_leaves_out_stay(operator: Operator) -> None:
    operator.good("clients", "apply", operator.client_file(entry(ClientId("hue"))))
    operator.good("clients", "apply", operator.client_file(entry(ClientId("da-nang"))))
    assert [line.split()[0] for line in operator.good("clients", "list").splitlines()[1:]] == ["da-nang", "hue"]


def test_a_bad_file_is_refused_whole_with_the_rule_it_breaks(operator: Operator) -> None:
    """RFC 9700 2.1: redirect URIs are compared exactly, so none has a wildcard."""
    wrong = entry(ClientId("da-nang"), redirect_uris=["https://*.da-nang.gov.vn/callback"])
    done = operator.run("clients", "apply", operator.client_file(entry(ClientId("hue")), wrong))
    assert (done.code, done.out) == (2, "")
    assert "da-nang" in done.err
    assert "[no-wildcard]" in done.err
    assert operator.run("clients", "list", "--json").json() == []


def test_a_file_that_is_not_there_is_one_line(operator: Operator) -> None:
    done = operator.run("clients", "apply", operator.folder / "nowhere.yaml")
    assert (done.code, len(done.err.splitlines())) == (2, 1)
    assert "nowhere.yaml" in done.err


def test_a_rotated_secret_is_new_and_the_old_one_ends_after_the_overlap(operator: Operator) -> None:
    first = shown_secrets(operator.good("clients", "apply", operator.client_file(entry(ClientId("hue")))))["hue"]
    second = shown_secrets(operator.good("clients", "rotate-secret", "hue", "--overlap", "1"))["hue"]
    assert first != second
    fresh, old = secrets_of(operator)
    assert fresh["expires_at"] is None
    assert old["expires_at"] is not None
    assert operator.reasons("operator:client:changed") == ["created", "secret_rotated"]


def test_no_overlap_ends_the_old_secret_at_once(operator: Operator) -> None:
    operator.good("clients", "apply", operator.client_file(entry(ClientId("hue"))))
    operator.good("clients", "rotate-secret", "hue", "--overlap", "0")
    assert len(secrets_of(operator)) == 1


def secrets_of(operator: Operator) -> list[dict[str, object]]:
    shown: dict[str, list[dict[str, object]]] = orjson.loads(operator.good("clients", "show", "hue", "--json"))
    return shown["client_secrets"]


def test_a_client_without_secrets_has_none_to_rotate(operator: Operator) -> None:
    operator.good("clients", "apply", operator.client_file(entry(ClientId("app"), token_endpoint_auth_method="none")))
    done = operator.run("clients", "rotate-secret", "app")
    assert (done.code, done.err) == (1, "idp: app uses no secret (none)\n")


def test_secrets_and_their_hashes_are_never_shown_again_nor_recorded(operator: Operator) -> None:
    secret = shown_secrets(operator.good("clients", "apply", operator.client_file(entry(ClientId("hue")))))["hue"]
    shown = operator.good("clients", "show", "hue") + operator.good("clients", "list", "--json")
    assert "hash" not in shown
    assert secret not in shown + operator.good("audit", "export")


def test_a_disabled_client_stays_disabled_and_is_recorded_once(operator: Operator) -> None:
    operator.good("clients", "apply", operator.client_file(entry(ClientId("hue"))))
    for _ in range(2):
        assert operator.good("clients", "disable", "hue") == "hue is disabled.\n"
    assert "disabled since" in operator.good("clients", "list")
    assert operator.reasons("operator:client:changed") == ["created", "disabled"]


def test_an_unknown_client_is_one_line_that_says_where_to_look(operator: Operator) -> None:
    for command in ("show", "disable", "rotate-secret"):
        done = operator.run("clients", command, "nobody")
        assert (done.code, done.out) == (1, "")
        assert done.err == "idp: no client has the id nobody; `idp clients list` shows them\n"
