"""device code -> tokens (RFC 8628 3.4, 3.5): a code like any other, once its person has agreed."""

from datetime import datetime

from clients.model import CIBA, DEVICE_CODE, Client
from idp.audit.model import EventName
from idp.grants.device_requests import AskedBy, DeviceRequest
from idp.grants.model import AuthorizationCode
from idp.protocol.answers import Decision
from idp.protocol.decider import Decider, RegisteredClient, refusal_of
from idp.protocol.errors import (
    ACCESS_DENIED,
    AUTHORIZATION_PENDING,
    EXPIRED_TOKEN,
    INVALID_GRANT,
    INVALID_REQUEST,
    UNAUTHORIZED_CLIENT,
)
from idp.protocol.token.authorization_code import CodeFacts, CodeGrant, RedeemableCode
from idp.protocol.token.events import event
from idp.protocol.token.grant import TokenGrant

# What a device hears that is to ask again.
NOT_YET = frozenset({AUTHORIZATION_PENDING.code})


class DeviceFacts(CodeFacts, frozen=True):
    """The hash of a presented device code, and its request."""

    request: DeviceRequest | None = None


class DeviceCodeGrant(CodeGrant):
    """device code -> tokens. What it redeems, and the claim, are those of an authorization code (RFC 8628 3.4)."""

    GRANT_TYPE = DEVICE_CODE
    ASKED_BY: AskedBy = "device"
    PARAMETER = "device_code"

    def validate_token_request(self) -> None:
        """Find the request of a device code of this client, and what its person agreed to."""
        if self.request.form.get(self.PARAMETER) is None:
            raise refusal_of(INVALID_REQUEST.because(f"'{self.PARAMETER}' is missing."))
        client: RegisteredClient = self.authenticate_token_endpoint_client()
        if not client.check_grant_type(self.GRANT_TYPE):
            raise refusal_of(UNAUTHORIZED_CLIENT.because("The client is not registered for this grant."))
        facts: DeviceFacts = self.server.facts_of_grant
        asked = facts.request
        if asked is None or asked.client_id != client.client_id or asked.asked_by != self.ASKED_BY:
            # Another client's is as good as unknown: a device code says nothing to whom it was not given.
            raise refusal_of(INVALID_GRANT.because(f"The {self.PARAMETER} is unknown."))
        self.request.client = client
        self.request.authorization_code = RedeemableCode(_agreed(asked, self.server.now), None)

    def authenticate_user(self, code: RedeemableCode) -> RedeemableCode:
        """Return the code: whether its person may still sign in, the claim decides in the store."""
        return code


def _agreed(asked: DeviceRequest, now: datetime) -> AuthorizationCode:
    """Return what the person agreed to, or raise what the device is told (RFC 8628 3.5)."""
    if asked.is_over(now):
        raise refusal_of(EXPIRED_TOKEN)
    if asked.approved is not None:
        return asked.approved
    if asked.decided_at is not None:
        raise refusal_of(ACCESS_DENIED.because(asked.refused_because))
    raise refusal_of(AUTHORIZATION_PENDING)


def _used(decider: Decider) -> Decision | None:
    """Return the answer where the code was redeemed already, or its session has ended meanwhile.

    Nothing ends: a device that hears no answer asks again, so that two of its polls meet without anybody's fault.
    A device code travels through no browser, where a second use would be the sign of a theft (RFC 6749 4.1.2).
    """
    proven = decider.record.authenticated
    if proven is None or not decider.record.effects:
        return None
    client: Client = proven.client
    answer = INVALID_GRANT.because("It was used before, or the session of its person has ended.").answer()
    refused = event(decider, EventName.TOKEN_REFUSED, client, reason=INVALID_GRANT.code, said=answer.description)
    return Decision(answer, enqueued=(refused,))


class CibaGrant(DeviceCodeGrant):
    """auth_req_id -> tokens (CIBA 10.1): the same, of a request whose person the client named."""

    GRANT_TYPE = CIBA
    ASKED_BY: AskedBy = "ciba"
    PARAMETER = "auth_req_id"


GRANT = TokenGrant(DeviceCodeGrant, _used)
BACKCHANNEL_GRANT = TokenGrant(CibaGrant, _used)
