"""Writing clients in the same transaction as the change that wants it."""

from typing import ClassVar

from clients.model import Client, ClientId
from idp.kernel.effects import Effect


class RegisterClient(Effect):
    """Write a new client. Too late if its id is taken."""

    client: Client
    claim: ClassVar[bool] = True


class ReplaceClient(Effect):
    """Write a client in place of the version that was read. Too late if it has changed since."""

    client: Client
    expected_version: int
    claim: ClassVar[bool] = True


class HoldClient(Effect):
    """Claim that a program is registered as it was read. Too late if it has changed since."""

    client_id: ClientId
    version: int
    claim: ClassVar[bool] = True
