"""How often something may be asked: numbers that the operators set between a floor and a ceiling."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol

from clients.document import Document
from idp.settings.bounds import Bound, read_bounded, standard_of


class Limit(StrEnum):
    """What is counted: by network within five minutes, by phone, address and account within an hour."""

    NETWORK_SIGN_INS = "network_sign_ins"
    NETWORK_REGISTRATIONS = "network_registrations"
    NETWORK_RECOVERIES = "network_recoveries"
    NETWORK_ALARMS = "network_alarms"
    NETWORK_ENROLMENTS = "network_enrolments"
    NETWORK_CODES = "network_codes"
    # To one phone for people who have shown nothing of its account, and over all reasons.
    PHONE_CODES = "phone_codes"
    PHONE_MESSAGES = "phone_messages"
    SERVICE_CODES = "service_codes"
    ACCOUNT_CODES = "account_codes"
    RECOVERY_CODES = "recovery_codes"
    CONTACT_CODES = "contact_codes"


def _network(default: int, floor: int, ceiling: int) -> Bound:
    return Bound(
        default,
        floor,
        ceiling,
        "an office or a carrier behind one address would be shut out",
        "one address could flood the service",
    )


def _messages(default: int, floor: int, ceiling: int) -> Bound:
    return Bound(
        default,
        floor,
        ceiling,
        "whoever mistyped once or lost a message would have to wait",
        "messages cost money and disturb people (SMS pumping)",
    )


# Nobody can switch a protection off: each has a ceiling, and each a floor under which honest people are shut out.
BOUNDS: Mapping[Limit, Bound] = MappingProxyType(
    {
        Limit.NETWORK_SIGN_INS: _network(300, 60, 3000),
        Limit.NETWORK_REGISTRATIONS: _network(60, 10, 600),
        Limit.NETWORK_RECOVERIES: _network(60, 10, 300),
        Limit.NETWORK_ALARMS: _network(60, 10, 300),
        Limit.NETWORK_ENROLMENTS: _network(60, 10, 300),
        Limit.NETWORK_CODES: _network(120, 20, 1200),
        Limit.PHONE_CODES: _messages(5, 3, 10),
        Limit.PHONE_MESSAGES: _messages(12, 8, 30),
        Limit.SERVICE_CODES: Bound(
            100_000,
            1_000,
            10_000_000,
            "an ordinary morning would use it up",
            "pumped messages cost more than anybody notices in time",
        ),
        Limit.ACCOUNT_CODES: _messages(10, 3, 20),
        Limit.RECOVERY_CODES: _messages(6, 3, 10),
        Limit.CONTACT_CODES: _messages(5, 3, 10),
    }
)
Limits = Mapping[Limit, int]
STANDARD_LIMITS: Document = standard_of(BOUNDS)


class LimitReader(Protocol):
    """Says what a limit is now; costs nothing, so it is asked each time."""

    def limit(self, limit: Limit) -> int:
        """Return the number."""


class StandardLimits:
    """The limits until somebody sets them."""

    def limit(self, limit: Limit) -> int:
        """Return the default."""
        return BOUNDS[limit].default


STANDARD: LimitReader = StandardLimits()


def read_limits(document: Document) -> Limits:
    """Return the limits of a document, which names every one. Raises `InvalidSettingError` with every problem."""
    return read_bounded(document, BOUNDS)
