"""What is written of tokens, registrations and publishers."""

from datetime import datetime
from typing import ClassVar

from clients.model import ClientId
from idp.admin.dynamic_registration.model import InitialToken, InitialTokenId, Publisher
from idp.kernel.effects import Effect


class IssueInitialToken(Effect):
    """Keep a new token by its keyed hash. Too late if its agency has `most` that can be used."""

    token: InitialToken
    token_hash: bytes
    most: int
    claim: ClassVar[bool] = True


class RevokeInitialToken(Effect):
    """End a token. Too late if it was ended."""

    token_id: InitialTokenId
    at: datetime
    claim: ClassVar[bool] = True


class CountTokenAttempt(Effect):
    """Count that somebody used a token, whatever comes of it. Too late after `most` since `since`."""

    token_id: InitialTokenId
    now: datetime
    since: datetime
    most: int
    claim: ClassVar[bool] = True


class UseInitialToken(Effect):
    """Take one use of a token. Too late if none is left, it has ended, or it was revoked."""

    token_id: InitialTokenId
    now: datetime
    claim: ClassVar[bool] = True


class KeepRegistration(Effect):
    """Record that a token manages a new client. Too late if the agency has `most` registered clients that work."""

    client_id: ClientId
    token_hash: bytes
    token_id: InitialTokenId
    agency: str
    statement: str | None
    registered_at: datetime
    most: int
    claim: ClassVar[bool] = True


class CountManagementAttempt(Effect):
    """Count that somebody used a registration access token. Too late after `most` since `since`, or if it has ended."""

    client_id: ClientId
    now: datetime
    since: datetime
    most: int
    claim: ClassVar[bool] = True


class KeepStatement(Effect):
    """Write what software statement a client stands on now. Too late if its token has ended."""

    client_id: ClientId
    statement: str | None
    claim: ClassVar[bool] = True


class EndRegistration(Effect):
    """End a registration access token. Too late if it was ended."""

    client_id: ClientId
    claim: ClassVar[bool] = True


class TrustPublisher(Effect):
    """Trust a publisher's statements, with these keys from now on. Too late if the agency trusts `most` others."""

    publisher: Publisher
    most: int
    claim: ClassVar[bool] = True


class DistrustPublisher(Effect):
    """Trust a publisher's statements no longer. Too late if nobody did."""

    agency: str
    issuer: str
    claim: ClassVar[bool] = True
