"""The public page that says what works now."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import ClassVar

from msgspec import Struct

from idp.outbound.health import ServiceState
from idp.proofing.registers.health import RegisterName
from idp.settings.notices import NoticePlace
from idp.web.http.page import Page


class Condition(StrEnum):
    """How a part of the system is doing, in the words that people are told."""

    WORKING = "working"
    SLOW = "slow"
    SILENT = "silent"
    UNASKED = "unasked"
    MAINTENANCE = "maintenance"


CONDITIONS: Mapping[ServiceState, Condition] = MappingProxyType(
    {
        ServiceState.UNASKED: Condition.UNASKED,
        ServiceState.CLOSED: Condition.WORKING,
        ServiceState.SLOW: Condition.SLOW,
        # One question tries for all: until it is answered, the register does not answer people.
        ServiceState.HALF_OPEN: Condition.SILENT,
        ServiceState.OPEN: Condition.SILENT,
        ServiceState.RESTING: Condition.MAINTENANCE,
    }
)


class RegisterStatus(Struct, frozen=True, kw_only=True):
    """One register; times are written for people, empty where there is nothing to tell."""

    name: RegisterName
    condition: Condition
    since: str
    last_answer: str

    @property
    def meaning(self) -> str:
        """Return which text tells what this means for people."""
        return f"{self.name}_{self.condition}"


class UpstreamStatus(Struct, frozen=True, kw_only=True):
    """One upstream provider; its name is an operator's, not a text of ours."""

    id: str
    name: str
    condition: Condition
    since: str


class ExpectedLoad(Struct, frozen=True, kw_only=True):
    """A peak that runs or comes soon; its name is an operator's."""

    id: str
    name: str
    begins: str
    ends: str


class StatusPage(Page, frozen=True, kw_only=True):
    """Sign-in and each register, as of `at`."""

    template: ClassVar[str] = "status/status.html"
    notice_place: ClassVar[NoticePlace | None] = NoticePlace.STATUS
    sign_in: Condition
    registers: tuple[RegisterStatus, ...]
    upstreams: tuple[UpstreamStatus, ...]
    expected_load: tuple[ExpectedLoad, ...]
    at: str
    reload_url: str
