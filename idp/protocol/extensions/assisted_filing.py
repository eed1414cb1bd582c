"""The code of an assisted filing: the citizen is its subject, the officer its actor (RFC 8693 4.1)."""

from datetime import datetime

from msgspec import Struct

from idp.audit.model import EventName, Origin, RecordEvent
from idp.grants.model import AuthorizationCode
from idp.kernel.ids import EventId, new_id
from idp.kernel.secrets import new_secret
from idp.protocol.authorize.checked_request import AuthorizationRequest
from idp.protocol.authorize.endpoint import SendCode
from idp.protocol.authorize.errors import RedirectError
from idp.protocol.authorize.response import response_to
from idp.protocol.errors import INVALID_REQUEST
from idp.protocol.extensions.acting_claims import ActingRecord, AssistedBy, seal_acting
from idp.protocol.provider import Provider
from idp.sessions.model import Session


class Assistance(Struct, frozen=True):
    """What a citizen has confirmed at a counter: their short session, and who assists them."""

    session: Session
    assisted_by: AssistedBy


def send_assisted_code(
    provider: Provider, request: AuthorizationRequest, assistance: Assistance, origin: Origin, now: datetime
) -> SendCode:
    """Return the code for an assisted request; raises `RedirectError` for one that is not."""
    if not request.assisted:
        raise RedirectError(request, INVALID_REQUEST.because("The request is not for assisted filing."))
    session, code = assistance.session, new_secret()
    record = AuthorizationCode(
        dpop_jkt=request.dpop_jkt,
        client_id=request.client.client_id,
        redirect_uri=request.redirect_uri,
        redirect_uri_given=request.redirect_uri_given,
        scope=request.scope,
        nonce=request.nonce,
        code_challenge=request.code_challenge,
        session_id=session.id,
        person_id=session.person_id,
        account_id=session.account_id,
        auth_time=session.auth_time,
        auth_time_asked=request.max_age is not None,
        acr=session.acr,
        amr=session.amr,
        issued_at=now,
        expires_at=now + provider.policy.code_life,
        acting_sealed=seal_acting(provider.sealer, ActingRecord(assisted_by=assistance.assisted_by)),
    )
    event = RecordEvent(
        id=EventId(new_id()),
        name=EventName.CODE_ISSUED,
        at=now,
        origin=origin,
        person_id=session.person_id,
        client_id=request.client.client_id,
        session_id=session.id,
        reason="assisted",
    )
    response = response_to(request, provider.issuer, {"code": code})
    return SendCode(response, provider.token_hash.digest(code), record, event)
