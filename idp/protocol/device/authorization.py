"""The decision of the device authorization endpoint (RFC 8628 3.1, 3.2)."""

from collections.abc import Mapping
from datetime import datetime

import msgspec
from authlib.oauth2.rfc6749.errors import OAuth2Error
from msgspec import Struct

from clients.model import CIBA, DEVICE_CODE, Client, GrantType
from idp.audit.client_refusals import RefusedAt, counted_at
from idp.audit.model import EventName, Origin
from idp.grants.device_requests import ASKED_PLACE, AskedBy, DeviceRequest, OpenDeviceRequest
from idp.kernel.effects import Effect
from idp.kernel.secrets import new_secret
from idp.protocol.answers import Answer, Decision
from idp.protocol.authorize.checked_request import AuthorizationRequest
from idp.protocol.authorize.checks import known_parameters
from idp.protocol.authorize.device_checks import read_device_request
from idp.protocol.authorize.errors import RedirectError
from idp.protocol.client_auth.authentication import METHODS, claim_of_assertion
from idp.protocol.decider import ClientFacts, Decider, DecisionRequest, answer_of
from idp.protocol.device.user_codes import new_user_code, shown, user_hash
from idp.protocol.endpoints import DEVICE
from idp.protocol.errors import BY_CODE, UNAUTHORIZED_CLIENT
from idp.protocol.forms import Form
from idp.protocol.provider import Provider
from idp.protocol.token.events import event

_GRANTS: Mapping[AskedBy, GrantType] = {"device": DEVICE_CODE, "ciba": CIBA}


class DeviceSnapshot(Struct, frozen=True):
    """Everything the endpoint decides on."""

    form: Form
    facts: ClientFacts
    origin: Origin
    now: datetime


def decide_device_authorization(provider: Provider, snapshot: DeviceSnapshot) -> Decision:
    """Return two codes, with the request that is kept under their hashes, or an error of RFC 6749 5.2."""
    decider = Decider(provider, snapshot.facts, snapshot.origin, snapshot.now)
    try:
        answer = _opened(decider, snapshot.form)
    except OAuth2Error as error:
        answer = answer_of(error)
    except RedirectError as error:
        # Nobody is redirected: the device is told what a browser would have taken to the client.
        answer = BY_CODE[error.code].because(error.description).answer()
    return Decision(
        answer=answer,
        effects=decider.record.effects_of(answer),
        first=claim_of_assertion(provider, decider.record.authenticated),
        enqueued=tuple(decider.record.enqueued) if answer.status == 200 else refusal_event(decider, answer),
    )


def asked_by(provider: Provider, client: Client, kept: DeviceRequest) -> AuthorizationRequest:
    """Return what a kept request asks for, by what its client may ask for now; raises `RedirectError`."""
    if _GRANTS[kept.asked_by] not in client.grant_types or not client.active:
        nowhere = AuthorizationRequest(client, "", redirect_uri_given=False, state=None, by_device=True)
        raise RedirectError(nowhere, UNAUTHORIZED_CLIENT)
    return read_device_request(provider, Form(parameters_of(provider, kept), frozenset()), client)


def parameters_of(provider: Provider, kept: DeviceRequest) -> dict[str, str]:
    """Return the parameters that a request was kept with."""
    asked = provider.sealer.open(kept.asked_sealed, ASKED_PLACE.of(kept.device_hash.hex()))
    return msgspec.json.decode(asked, type=dict[str, str])


def seal_parameters(provider: Provider, device_hash: bytes, parameters: Mapping[str, str]) -> bytes:
    """Return parameters as a request keeps them."""
    return provider.sealer.seal(msgspec.json.encode(parameters), ASKED_PLACE.of(device_hash.hex()))


def _opened(decider: Decider, form: Form) -> Answer:
    provider, now = decider.provider, decider.now
    client: Client = decider.authenticate_client(DecisionRequest(provider, form), METHODS).client
    if DEVICE_CODE not in client.grant_types:
        return UNAUTHORIZED_CLIENT.because("The client is not registered for the device grant.").answer()
    read_device_request(provider, form, client)
    device_code, user_code = new_secret(), new_user_code()
    device_hash = provider.token_hash.digest(device_code)
    kept = DeviceRequest(
        device_hash=device_hash,
        user_hash=user_hash(provider, user_code),
        client_id=client.client_id,
        asked_sealed=seal_parameters(provider, device_hash, known_parameters(form)),
        created_at=now,
        expires_at=now + provider.policy.device_code_life,
    )
    decider.record.effects.append(OpenDeviceRequest(request=kept))
    decider.record.enqueued.append(event(decider, EventName.DEVICE_REQUESTED, client))
    return Answer(200, _body(provider, device_code, user_code))


def _body(provider: Provider, device_code: str, user_code: str) -> dict[str, object]:
    """Return the members of RFC 8628 3.2."""
    address = f"{provider.issuer}{DEVICE}"
    return {
        "device_code": device_code,
        "user_code": shown(user_code),
        "verification_uri": address,
        "verification_uri_complete": f"{address}/{shown(user_code)}",
        "expires_in": int(provider.policy.device_code_life.total_seconds()),
        "interval": int(provider.policy.device_interval.total_seconds()),
    }


def refusal_event(decider: Decider, answer: Answer) -> tuple[Effect, ...]:
    """Return the event of a refusal, for a client that has proven itself: a name alone is anybody's to say."""
    proven = decider.record.authenticated
    if proven is None or decider.facts.credentials.method == "none":
        return ()
    reason, said = answer.error or "", answer.description
    refused = event(decider, EventName.AUTHORIZATION_REFUSED, proven.client, reason=reason, said=said)
    return (counted_at(refused, RefusedAt.DEVICE),)
