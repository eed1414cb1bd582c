"""How many messages leave: to each phone over all reasons, by each network, from the whole service."""

from datetime import timedelta
from enum import StrEnum
from typing import Protocol

import structlog
from msgspec import Struct

from idp.audit.model import Origin
from idp.kernel.errors import TooManyError
from idp.kernel.ids import AccountId
from idp.kernel.messages import MessageChannel
from idp.kernel.secrets import HashKey
from idp.kernel.shortlived import ShortLivedStore
from idp.settings.limits import STANDARD, Limit, LimitReader
from idp.sign_in.networks import network_admits
from idp.sign_in.throttling import NETWORK_WINDOW, PHONE_WINDOW

_HOUR = timedelta(hours=1)
# Of what the service sends in an hour, so many of a hundred at most for people who have shown nothing yet: a flood
# of them leaves second factors their messages.
_UNRECOGNISED_PERCENT = 60
_WARN_PERCENT = 80
# Of what one phone may get in an hour notices have a part of their own: no number of codes keeps a notice back, and
# nobody is kept from signing in by what was done in their account.
_NOTICES_OF = 3
_log = structlog.get_logger("idp.messages")


class Asker(Struct, frozen=True):
    """Who causes a message: the network they come from, and whether they have shown anything of the account.

    `known`: signed in, at a device that the account knows, or with the right password.
    """

    address: str
    known: bool = False

    @classmethod
    def unrecognised(cls, origin: Origin) -> "Asker":
        """Return who may be anybody."""
        return cls(origin.address)

    @classmethod
    def of_account(cls, account_id: AccountId) -> "Asker":
        """Return somebody who is signed in and names an address that is not theirs yet: a network of their own."""
        return cls(f"account:{account_id}")


class Ceiling(StrEnum):
    """Which ceiling was reached."""

    NETWORK = "network"
    ADDRESS = "address"
    SERVICE = "service"


class TooManyCodesError(TooManyError):
    """No further code leaves now: other ways stay open."""

    code = "too_many_codes"

    def __init__(self, ceiling: Ceiling, retry_after: timedelta) -> None:
        """Take which ceiling was reached and when it is over."""
        super().__init__(ceiling.value, retry_after=retry_after)
        self.ceiling = ceiling


class CeilingReports(Protocol):
    """Hears how full the ceiling of the service is."""

    def at_ceiling(self, percent: int) -> None:
        """Take how many of a hundred messages of this hour have left."""


class _Unheard:
    def at_ceiling(self, percent: int) -> None:
        pass


_UNHEARD: CeilingReports = _Unheard()


class MessageCeilings(Struct, frozen=True):
    """Counts a message before it is sent. Each ceiling counts only what the one before let through."""

    store: ShortLivedStore
    address_index: HashKey
    limits: LimitReader = STANDARD
    reports: CeilingReports = _UNHEARD

    async def check(self, to: str, channel: MessageChannel, asker: Asker) -> None:
        """Count one more code. Raises `TooManyCodesError`.

        Unrecognised devices have a part of what an address and the service may have; the rest is for people who showed
        something.
        """
        if not asker.known:
            await self._check_network(asker)
        await self._check_address(f"{channel}:{self.address_index.digest(to).hex()}", asker)
        if channel == "sms":
            await self._check_service(asker)

    async def admit_notice(self, to: str) -> bool:
        """Count one more notice by text message; False where the phone has had its part of this hour.

        The service's ceiling refuses no notice: its operators are told.
        """
        most = self.limits.limit(Limit.PHONE_MESSAGES) // _NOTICES_OF
        counted = f"notices-to:sms:{self.address_index.digest(to).hex()}"
        if await self.store.count(counted, PHONE_WINDOW) > most:
            return False
        await self._count_for_service("notices", self.limits.limit(Limit.SERVICE_CODES))
        return True

    async def _check_network(self, asker: Asker) -> None:
        most = self.limits.limit(Limit.NETWORK_CODES)
        if not await network_admits(self.store, "codes", asker.address, most):
            raise TooManyCodesError(Ceiling.NETWORK, NETWORK_WINDOW)

    async def _check_address(self, counted: str, asker: Asker) -> None:
        unrecognised, everybody = self.limits.limit(Limit.PHONE_CODES), self.limits.limit(Limit.PHONE_MESSAGES)
        if not asker.known and await self.store.count(f"codes-of-strangers:{counted}", PHONE_WINDOW) > unrecognised:
            raise TooManyCodesError(Ceiling.ADDRESS, PHONE_WINDOW)
        if await self.store.count(f"codes-to:{counted}", PHONE_WINDOW) > everybody - everybody // _NOTICES_OF:
            raise TooManyCodesError(Ceiling.ADDRESS, PHONE_WINDOW)

    async def _check_service(self, asker: Asker) -> None:
        most = self.limits.limit(Limit.SERVICE_CODES)
        if not asker.known:
            await self._check_share("codes-of-strangers", most * _UNRECOGNISED_PERCENT // 100)
        await self._check_share("codes", most)

    async def _check_share(self, counted: str, most: int) -> None:
        if await self._count_for_service(counted, most) > most:
            raise TooManyCodesError(Ceiling.SERVICE, _HOUR)

    async def _count_for_service(self, counted: str, most: int) -> int:
        """Return the number of this hour. It is counted by all processes together: one of them says it, once."""
        number = await self.store.count(f"service-{counted}", _HOUR)
        if number == most * _WARN_PERCENT // 100:
            _log.warning("code_ceiling_near", ceiling=counted, most=most)
            self.reports.at_ceiling(_WARN_PERCENT)
        if number == most + 1:
            _log.error("code_ceiling_reached", ceiling=counted, most=most)
            self.reports.at_ceiling(100)
        return number
