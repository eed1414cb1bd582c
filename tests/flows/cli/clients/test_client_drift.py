"""`idp clients drift`: where the registry is not what a file says."""

from clients.model import ClientId
from tests.flows.cli.operator import Operator, entry


def test_a_registry_that_is_what_the_file_says_has_not_drifted(operator: Operator) -> None:
    file = operator.client_file(entry(ClientId("one")), entry(ClientId("two")))
    operator.good("clients", "apply", file)
    done = operator.run("clients", "drift", file)
    assert (done.code, done.out) == (0, "")


def test_drift_names_members_new_clients_and_those_that_the_file_does_not_name(operator: Operator) -> None:
    operator.good("clients", "apply", operator.client_file(entry(ClientId("one")), entry(ClientId("two"))))
    file = operator.client_file(entry(ClientId("one"), scope="openid"), entry(ClientId("three")))
    done = operator.run("clients", "drift", file)
    assert done.code == 1
    assert "~ one\n    scope: [openid, profile] -> [openid]\n" in done.out
    assert "+ three\n" in done.out
    assert "not in the file: two\n" in done.out
    assert '"not_in_file": [\n    "two"' in operator.run("clients", "drift", file, "--json").out
    assert operator.run("clients", "drift", file).out == done.out, "looking writes nothing"
