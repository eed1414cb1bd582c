"""`idp audit export`: every event once, in order, in pieces if wanted."""

from clients.model import ClientId
from tests.flows.cli.operator import Operator, entry


def test_pieces_put_together_are_the_whole(operator: Operator) -> None:
    operator.good("clients", "apply", operator.client_file(*(entry(ClientId(f"tinh-{n}")) for n in range(5))))
    whole, pieces = operator.events(), operator.events("--limit", "3")
    while piece := operator.events("--after", str(pieces[-1]["id"]), "--limit", "3"):
        pieces += piece
    assert pieces == whole
    assert [event["id"] for event in whole] == sorted({str(event["id"]) for event in whole})


def test_an_event_says_who_did_what_when_and_leaves_out_what_it_lacks(operator: Operator) -> None:
    operator.good("clients", "apply", operator.client_file(entry(ClientId("hue"))))
    event = operator.events()[-1]
    assert set(event) == {"id", "at", "name", "reason", "client_id", "correlation_id", "details"}
    assert (event["name"], event["reason"], event["client_id"]) == ("operator:client:changed", "created", "hue")
    assert "operator" in str(event["details"])


def test_a_limit_below_one_is_refused(operator: Operator) -> None:
    assert operator.run("audit", "export", "--limit", "0").code == 2
