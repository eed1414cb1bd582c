"""A device's request for a grant, kept under hashes until a person decides elsewhere.

Either a device shows a code, and whoever types it decides (RFC 8628); or a client names the person, who finds the
request in their account (OpenID CIBA Core 1.0).
"""

from datetime import datetime
from typing import ClassVar, Literal

from msgspec import Struct

from clients.model import ClientId
from idp.account.model import Account
from idp.grants.model import AuthorizationCode
from idp.kernel.effects import Effect
from idp.kernel.ids import AccountId, PersonId
from idp.kernel.places import Column

# What was asked for may name whom somebody acts for.
ASKED_PLACE = Column("device_request.asked")
# What is told to a client waits in the outbox, with the token by which it knows us.
PING_PLACE = "ciba_ping"


# By which of the two grants it was asked.
AskedBy = Literal["device", "ciba"]


class DeviceRequest(Struct, frozen=True):
    """One request, and what became of it.

    `approved` is what the device redeems, as a code is redeemed: once, through the insert of its grant. A request that
    was decided without it was refused, for the reason that the device is told.
    """

    device_hash: bytes
    user_hash: bytes
    client_id: ClientId
    asked_sealed: bytes
    created_at: datetime
    expires_at: datetime
    decided_at: datetime | None = None
    approved: AuthorizationCode | None = None
    refused_because: str = ""
    asked_by: AskedBy = "device"
    # Whom the client named, if that is somebody: nobody else is shown it. A code is whoever's who types it.
    person_id: PersonId | None = None
    account_id: AccountId | None = None

    def may_be_answered_by(self, account: Account) -> bool:
        """Say whether it is one that an account may decide."""
        return self.asked_by == "device" or self.account_id == account.id

    def is_over(self, now: datetime) -> bool:
        """Say whether its time has passed (RFC 8628 3.2)."""
        return now >= self.expires_at

    def waits(self, now: datetime) -> bool:
        """Say whether somebody may still decide it."""
        return self.decided_at is None and not self.is_over(now)


class OpenDeviceRequest(Effect):
    """Keep a new request. Too late if either of its codes is another's."""

    request: DeviceRequest
    claim: ClassVar[bool] = True


class DecideDeviceRequest(Effect):
    """Answer a request. Too late if it was answered, or its time has passed: one decision, by one person."""

    device_hash: bytes
    approved: AuthorizationCode | None
    refused_because: str
    at: datetime
    claim: ClassVar[bool] = True
