"""The last failures of a client by cause, read of its audit events: how often, since when, which fact was wrong."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol

from msgspec import Struct

from clients.model import ClientId
from idp.admin.audit.search import LoggedEvent
from idp.admin.clients.health import CheckCause
from idp.admin.clients.judgement import judge_failure, judge_logout
from idp.audit.client_refusals import CountedRefusals
from idp.audit.model import COUNTED, SAID, SHOWN, EventName
from idp.outbound.http import EgressError, OutboundResponse

# Of each kind of event so many are read: what is rare is not driven out by what is frequent.
NEWEST = 50
MOST_SHOWN = 50


class FailurePlace(StrEnum):
    """Which endpoint refused."""

    AUTHORIZE = "authorize"
    TOKEN = "token"  # noqa: S105 (the name of an endpoint)
    USERINFO = "userinfo"
    INTROSPECTION = "introspection"
    REVOCATION = "revocation"
    PUSHED_REQUEST = "pushed_request"
    DEVICE = "device_authorization"
    BACKCHANNEL = "backchannel_authentication"
    REGISTRATION = "registration"
    LOGOUT_NOTICE = "logout_notice"
    SECURITY_EVENT = "security_event"


PLACES: Mapping[EventName, FailurePlace] = MappingProxyType(
    {
        EventName.AUTHORIZATION_REFUSED: FailurePlace.AUTHORIZE,
        EventName.TOKEN_REFUSED: FailurePlace.TOKEN,
        EventName.CODE_REPLAYED: FailurePlace.TOKEN,
        EventName.REFRESH_REUSED: FailurePlace.TOKEN,
        EventName.USERINFO_REFUSED: FailurePlace.USERINFO,
        EventName.INTROSPECTION_REFUSED: FailurePlace.INTROSPECTION,
        EventName.REVOCATION_REFUSED: FailurePlace.REVOCATION,
        EventName.LOGOUT_NOTICE_FAILED: FailurePlace.LOGOUT_NOTICE,
        EventName.SECURITY_EVENT_FAILED: FailurePlace.SECURITY_EVENT,
    }
)
# By the text of a name: a log may hold what another version or another hand wrote.
_PLACE_OF: Mapping[str, FailurePlace] = {name.value: place for name, place in PLACES.items()}
_REPORTED = frozenset({FailurePlace.LOGOUT_NOTICE, FailurePlace.SECURITY_EVENT})
# Read of the log, its newest alone; what the others refused is counted where it is refused.
OF_THE_LOG = _REPORTED | {FailurePlace.AUTHORIZE, FailurePlace.USERINFO}


class Failure(Struct, frozen=True):
    """One cause: how often it is among the newest of its kind, and when. Nobody is named, nothing is secret."""

    place: FailurePlace
    # The public error code, or the outcome of a message.
    code: str
    # What of the request was wrong, in our own words (English); "" where nothing was said.
    said: str
    # The address that was shown and is not registered; "" elsewhere.
    shown: str
    count: int
    first_at: datetime
    last_at: datetime
    # False of what anybody can send who knows the client's id, through a browser or without its key or secret.
    proven: bool = True

    @property
    def cause(self) -> CheckCause | None:
        """Return what the outcome of a message means; None of a request, whose code says it."""
        if self.place not in _REPORTED:
            return None
        if not self.code.isdecimal():
            return judge_failure(EgressError(self.code)).cause
        # A notice with a token that is answered 400 was not understood.
        return judge_logout(OutboundResponse(int(self.code[:3]), b"", "")).cause or CheckCause.UNEXPECTED


class Outcomes(Struct, frozen=True):
    """What became of a client's requests and of messages to it lately."""

    failures: tuple[Failure, ...]
    # When a logout notice arrived last; None where none is known.
    notice_delivered_at: datetime | None


class OutcomeReader(Protocol):
    """Reads what became of requests and messages."""

    async def outcomes(self, client_id: ClientId, limit: int) -> Sequence[LoggedEvent]:
        """Return the newest events of each name of `PLACES`, up to `limit`, and the last logout notice that arrived."""


# What is counted where it is refused (`idp.audit.client_refusals`); the log has it too, request by request.
_COUNTED = frozenset(
    {EventName.TOKEN_REFUSED.value, EventName.INTROSPECTION_REFUSED.value, EventName.REVOCATION_REFUSED.value}
)


def with_counted(outcomes: Outcomes, counted: Iterable[CountedRefusals]) -> Outcomes:
    """Return outcomes with what endpoints counted; of each kind the latest, so that one never hides the other."""
    found = [_failure_of(one) for one in counted] + list(outcomes.failures)
    found.sort(key=lambda one: one.last_at, reverse=True)
    proven, unproven = [[one for one in found if one.proven is kind][:MOST_SHOWN] for kind in (True, False)]
    return Outcomes((*proven, *unproven), outcomes.notice_delivered_at)


def _failure_of(one: CountedRefusals) -> Failure:
    refusal = one.refusal
    place = FailurePlace(refusal.endpoint.value)
    return Failure(place, refusal.code, refusal.said, "", one.times, one.first_at, one.last_at, refusal.proven)


def uncounted(events: Iterable[LoggedEvent]) -> Iterator[LoggedEvent]:
    """Yield the events of what no endpoint counts."""
    return (one for one in events if one.name not in _COUNTED and COUNTED not in one.details)


def gathered(events: Iterable[LoggedEvent]) -> Outcomes:
    """Return the causes, the latest first."""
    causes: dict[tuple[FailurePlace, str, str, str], list[datetime]] = {}
    delivered: datetime | None = None
    for event in events:
        place = _PLACE_OF.get(event.name)
        if event.name == EventName.LOGOUT_NOTICE_DELIVERED:
            delivered = max(delivered or event.at, event.at)
        elif place is not None:
            said, shown = event.details.get(SAID, ""), event.details.get(SHOWN, "")
            causes.setdefault((place, event.reason, said, shown), []).append(event.at)
    failures = [
        Failure(*key, len(times), min(times), max(times), proven=key[0] is not FailurePlace.AUTHORIZE)
        for key, times in causes.items()
    ]
    failures.sort(key=lambda one: one.last_at, reverse=True)
    return Outcomes(tuple(failures[:MOST_SHOWN]), delivered)
