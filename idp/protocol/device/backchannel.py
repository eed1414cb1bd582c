"""The decision of the backchannel authentication endpoint of OpenID CIBA Core 1.0 (CIBA 7).

A client names a person and asks; the answer is the same whether there is such a person or not. `unknown_user_id` is
never said: a request about nobody waits until it is over.
"""

from datetime import datetime, timedelta
from re import fullmatch
from typing import Literal

from msgspec import Struct

from clients.model import CIBA, Client
from idp.audit.client_refusals import RefusedAt, counted_at
from idp.audit.model import EventName, Origin, RecordEvent
from idp.grants.device_requests import DeviceRequest, OpenDeviceRequest
from idp.kernel.effects import Effect
from idp.kernel.ids import AccountId, EventId, PersonId, new_id
from idp.kernel.secrets import new_secret
from idp.protocol.answers import NO_STORE, Answer, Decision
from idp.protocol.authorize.checks import known_parameters
from idp.protocol.authorize.device_checks import NOT_FROM_DEVICES, read_device_request
from idp.protocol.authorize.errors import RedirectError
from idp.protocol.client_auth.authentication import AuthenticatedClient, claim_of_assertion
from idp.protocol.decider import answer_of, refusal_of
from idp.protocol.device.authorization import seal_parameters
from idp.protocol.device.readable import readable
from idp.protocol.errors import (
    BY_CODE,
    INVALID_BINDING_MESSAGE,
    INVALID_REQUEST,
    INVALID_SCOPE,
    UNAUTHORIZED_CLIENT,
    OAuth2Error,
)
from idp.protocol.forms import Form
from idp.protocol.provider import Provider
from idp.sign_in.counts import CountWithin

HINTS = ("login_hint", "id_token_hint", "login_hint_token")
# What tells the person apart is read here; a code of the person's own is not taken (`user_code`, CIBA 7.1).
NOT_FROM_BACKCHANNELS = (NOT_FROM_DEVICES - frozenset(HINTS)) | {"user_code", "login_hint_token"}
LONGEST_BINDING, _LONGEST_TOKEN = 120, 1024
# However many clients ask, and however often one of them: a person is asked no more than this.
PERSON_WINDOW, ASKED_BY_ALL = timedelta(hours=1), 20
CLIENT_WINDOW, ASKED_BY_ONE = timedelta(minutes=10), 5


class Hint(Struct, frozen=True):
    """Whom a client means, in its own words."""

    kind: Literal["login_hint", "id_token_hint"]
    value: str


class HintedPerson(Struct, frozen=True):
    """Whom a hint is about. `known_as` is what it is counted by: the account, or what was said where there is none."""

    known_as: str
    person_id: PersonId | None = None
    account_id: AccountId | None = None


class BackchannelSnapshot(Struct, frozen=True):
    """Everything the endpoint decides on; the client has proven itself before anybody was looked for."""

    form: Form
    proven: AuthenticatedClient
    person: HintedPerson
    origin: Origin
    now: datetime


def hint_of(client: Client, form: Form) -> Hint:
    """Return the one hint of a request (CIBA 7.1); raises `OAuth2Error`."""
    if CIBA not in client.grant_types:
        raise refusal_of(UNAUTHORIZED_CLIENT.because("The client is not registered for this grant."))
    if form.repeated:
        raise refusal_of(INVALID_REQUEST.because("A parameter was sent more than once."))
    shown = [name for name in HINTS if form.get(name) is not None]
    if len(shown) != 1:
        raise refusal_of(INVALID_REQUEST.because("Exactly one of the hints must be sent."))
    name, value = shown[0], form.get(shown[0]) or ""
    if name == "login_hint_token":
        raise refusal_of(INVALID_REQUEST.because("'login_hint_token' is not supported; send a login_hint."))
    return Hint("id_token_hint" if name == "id_token_hint" else "login_hint", value)


def decide_backchannel(provider: Provider, snapshot: BackchannelSnapshot) -> Decision:
    """Return an `auth_req_id` with the request that waits for its person, or an error (CIBA 7.3, 13)."""
    client, first = snapshot.proven.client, claim_of_assertion(provider, snapshot.proven)
    try:
        parameters = _checked(provider, client, snapshot.form)
        life = _life(provider, snapshot.form)
    except OAuth2Error as error:
        return _refused(snapshot, answer_of(error), first)
    except RedirectError as error:
        return _refused(snapshot, BY_CODE[error.code].because(error.description).answer(), first)
    asked_id = new_secret()
    if client.backchannel_token_delivery_mode == "ping":  # noqa: S105 (the name of a mode)
        parameters |= {"auth_req_id": asked_id}
    request = _request(provider, snapshot, asked_id, parameters, snapshot.now + life)
    interval = int(provider.policy.device_interval.total_seconds())
    body = {"auth_req_id": asked_id, "expires_in": int(life.total_seconds()), "interval": interval}
    return Decision(
        answer=Answer(200, body),
        effects=(*_counted(provider, snapshot), OpenDeviceRequest(request=request), _asked(snapshot)),
        first=first,
        when_late=Decision(_too_many()),
    )


def _checked(provider: Provider, client: Client, form: Form) -> dict[str, str]:
    """Return what is kept of a request, once every part of it is as it must be."""
    read_device_request(provider, form, client, NOT_FROM_BACKCHANNELS)
    if "openid" not in form.words("scope"):
        raise refusal_of(INVALID_SCOPE.because("The scope must have openid."))
    kept = {name: value for name, value in known_parameters(form).items() if name not in HINTS}
    binding = form.get("binding_message")
    if binding is not None:
        shown = readable(binding, LONGEST_BINDING)
        if shown is None:
            raise refusal_of(INVALID_BINDING_MESSAGE.because("At most 120 plain characters on one line can be shown."))
        kept["binding_message"] = shown
    if client.backchannel_token_delivery_mode == "ping":  # noqa: S105 (the name of a mode)
        kept["client_notification_token"] = _notification_token(form)
    return kept


def _notification_token(form: Form) -> str:
    token = form.get("client_notification_token") or ""
    if len(token) > _LONGEST_TOKEN or not fullmatch(r"[A-Za-z0-9\-._~+/]+=*", token):
        raise refusal_of(INVALID_REQUEST.because("'client_notification_token' is missing or no bearer token."))
    return token


def _life(provider: Provider, form: Form) -> timedelta:
    """Return how long the request waits: what the client asks for, and never longer than a device's code."""
    wished, most = form.get("requested_expiry"), provider.policy.device_code_life
    if wished is None:
        return most
    if not fullmatch(r"[1-9][0-9]{0,8}", wished):
        raise refusal_of(INVALID_REQUEST.because("'requested_expiry' is a positive number of seconds."))
    return min(timedelta(seconds=int(wished)), most)


def _request(
    provider: Provider, snapshot: BackchannelSnapshot, asked_id: str, parameters: dict[str, str], expires_at: datetime
) -> DeviceRequest:
    device_hash = provider.token_hash.digest(asked_id)
    return DeviceRequest(
        device_hash=device_hash,
        # Nobody types it: a value that no user code has.
        user_hash=provider.token_hash.digest(f"named|{asked_id}"),
        client_id=snapshot.proven.client.client_id,
        asked_sealed=seal_parameters(provider, device_hash, parameters),
        created_at=snapshot.now,
        expires_at=expires_at,
        asked_by="ciba",
        person_id=snapshot.person.person_id,
        account_id=snapshot.person.account_id,
    )


def _counted(provider: Provider, snapshot: BackchannelSnapshot) -> tuple[CountWithin, ...]:
    """Count against whoever is asked, there or not: by this client, and by all."""
    person, client_id = snapshot.person.known_as, snapshot.proven.client.client_id
    return (
        CountWithin(
            purpose="ciba_client",
            value_hash=provider.token_hash.digest(f"asked|{client_id}|{person}"),
            at=snapshot.now,
            window=CLIENT_WINDOW,
            most=ASKED_BY_ONE,
        ),
        CountWithin(
            purpose="ciba_person",
            value_hash=provider.token_hash.digest(f"asked|{person}"),
            at=snapshot.now,
            window=PERSON_WINDOW,
            most=ASKED_BY_ALL,
        ),
    )


def _too_many() -> Answer:
    said = INVALID_REQUEST.because("This person was asked too often; ask again later.").answer()
    return Answer(429, said.body, {**NO_STORE, "Retry-After": str(int(CLIENT_WINDOW.total_seconds()))})


def refused_request(
    provider: Provider, proven: AuthenticatedClient, answer: Answer, origin: Origin, now: datetime
) -> Decision:
    """Return the refusal of a proven client's request, recorded, before anybody was looked for."""
    event = _refusal(proven.client, answer, origin, now)
    return Decision(answer, first=claim_of_assertion(provider, proven), enqueued=(event,))


def _refused(snapshot: BackchannelSnapshot, answer: Answer, first: Effect | None) -> Decision:
    event = _refusal(snapshot.proven.client, answer, snapshot.origin, snapshot.now)
    return Decision(answer, first=first, enqueued=(event,))


def _refusal(client: Client, answer: Answer, origin: Origin, now: datetime) -> RecordEvent:
    refused = RecordEvent(
        id=EventId(new_id()),
        name=EventName.AUTHORIZATION_REFUSED,
        at=now,
        origin=origin,
        person_id=None,
        client_id=client.client_id,
        reason=answer.error or "",
    )
    return counted_at(refused, RefusedAt.BACKCHANNEL)


def _asked(snapshot: BackchannelSnapshot) -> RecordEvent:
    return RecordEvent(
        id=EventId(new_id()),
        name=EventName.BACKCHANNEL_REQUESTED,
        at=snapshot.now,
        origin=snapshot.origin,
        person_id=snapshot.person.person_id,
        client_id=snapshot.proven.client.client_id,
    )
