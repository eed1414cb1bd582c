"""The last failures of a client, gathered by cause: how often, since when, and nothing of a person."""

from collections.abc import Mapping
from datetime import timedelta

import pytest

from clients.model import ClientId
from idp.admin.audit.search import LoggedEvent
from idp.admin.clients.failures import MOST_SHOWN, FailurePlace, gathered
from idp.admin.clients.health import CheckCause
from idp.audit.model import EventName
from idp.kernel.ids import EventId, PersonId, SessionId
from tests.support.builders.protocol import NOW

MINUTE = timedelta(minutes=1)


NO_DETAILS: Mapping[str, str] = {}


def event(
    name: str = EventName.TOKEN_REFUSED,
    reason: str = "invalid_grant",
    minutes: int = 0,
    details: Mapping[str, str] = NO_DETAILS,
) -> LoggedEvent:
    person, at = PersonId("p" * 26), NOW + minutes * MINUTE
    return LoggedEvent(
        EventId("e"), name, at, reason, ClientId("portal"), person, SessionId(person), "c", "192.0.2.1", 1, details
    )


def test_events_of_one_cause_are_counted_with_the_first_and_the_last() -> None:
    found = gathered([event(minutes=5), event(minutes=1), event(minutes=3), event(reason="invalid_client", minutes=9)])
    assert [(one.code, one.count) for one in found.failures] == [("invalid_client", 1), ("invalid_grant", 3)]
    assert (found.failures[1].first_at, found.failures[1].last_at) == (NOW + MINUTE, NOW + 5 * MINUTE)


def test_another_fact_is_another_cause() -> None:
    said = [{"said": "code_challenge is missing"}, {"said": "no scope"}, {"shown": "https://a/b"}, {}]
    events = [event(EventName.AUTHORIZATION_REFUSED, "invalid_request", details=one) for one in said]
    assert {(one.said, one.shown) for one in gathered(events).failures} == {
        ("code_challenge is missing", ""), ("no scope", ""), ("", "https://a/b"), ("", ""),
    }  # fmt: skip


def test_nothing_of_a_person_is_told() -> None:
    found = gathered([event(details={"grant": "g" * 26, "mandate": "m" * 26})])
    assert "p" * 26 not in repr(found)
    assert "192.0.2.1" not in repr(found)
    assert "g" * 26 not in repr(found)


def test_what_no_failure_is_and_names_that_nobody_knows_are_left_out() -> None:
    assert gathered([event(EventName.TOKEN_ISSUED), event("client:of:tomorrow")]).failures == ()


def test_the_last_logout_notice_that_arrived_is_told() -> None:
    arrived = [event(EventName.LOGOUT_NOTICE_DELIVERED, "200", minutes) for minutes in (1, 7, 3)]
    assert gathered(arrived).notice_delivered_at == NOW + 7 * MINUTE
    assert gathered([]).notice_delivered_at is None


def test_of_very_many_causes_the_latest_are_told() -> None:
    found = gathered([event(reason=f"code{n}", minutes=n) for n in range(200)]).failures
    assert (len(found), found[0].code) == (MOST_SHOWN, "code199")


@pytest.mark.parametrize(
    ("outcome", "cause"),
    [
        ("404", CheckCause.MISSING),
        ("500", CheckCause.BROKEN),
        ("400", CheckCause.UNEXPECTED),
        ("302", CheckCause.REDIRECTED),
        ("timeout", CheckCause.TIMEOUT),
        ("certificate", CheckCause.CERTIFICATE),
        ("what is new", CheckCause.CONNECTION),
        ("9999999999", CheckCause.BROKEN),
    ],
)
def test_the_outcome_of_a_notice_has_the_cause_of_a_check(outcome: str, cause: CheckCause) -> None:
    (found,) = gathered([event(EventName.LOGOUT_NOTICE_FAILED, outcome)]).failures
    assert (found.place, found.cause) == (FailurePlace.LOGOUT_NOTICE, cause)
    assert gathered([event()]).failures[0].cause is None
