"""Pushed authorization requests (RFC 9126): a client's server sends the parameters, the browser a reference."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct, field

from clients.model import Client, ClientId
from clients.ports import ClientLookup
from idp.audit.client_refusals import RefusedAt, counted_at
from idp.audit.model import EventName, Origin, RecordEvent
from idp.kernel.effects import Effect
from idp.kernel.secrets import new_secret
from idp.protocol.answers import NO_STORE, Answer, Decision
from idp.protocol.authorize.checks import known_parameters, read_request
from idp.protocol.authorize.endpoint import authorization_event
from idp.protocol.authorize.errors import PageError, RedirectError
from idp.protocol.authorize.refused_requests import page_event
from idp.protocol.authorize.request_object import carried_object, read_request_object
from idp.protocol.authorize.submitted import Provenance, SubmittedRequest
from idp.protocol.client_auth.authentication import authenticate, claim_of_assertion
from idp.protocol.client_auth.client_jws import Jwks
from idp.protocol.decider import ClientFacts, answer_of
from idp.protocol.errors import BY_CODE, INVALID_DPOP_PROOF, INVALID_REQUEST, OAuth2Error
from idp.protocol.forms import Form
from idp.protocol.provider import Provider
from idp.protocol.resources import NO_CLIENTS, resources_given, with_resources
from idp.protocol.sender.shown import SenderFacts

_PREFIX = "urn:ietf:params:oauth:request_uri:"


class PushedRequest(Struct, frozen=True):
    """What a client pushed, until a browser brings its reference."""

    client_id: ClientId
    parameters: Mapping[str, str]
    expires_at: datetime
    provenance: Provenance = Provenance.PUSHED


class PushedSnapshot(Struct, frozen=True):
    """Everything the endpoint decides on."""

    form: Form
    facts: ClientFacts
    origin: Origin
    now: datetime
    # What a request object that is pushed may be signed by.
    object_keys: Jwks = field(default_factory=dict)
    # The registry, for the APIs that a request names.
    clients: ClientLookup = NO_CLIENTS


class PushedDecision(Struct, frozen=True):
    """The decision, and what to keep under which reference when it is committed; None where it was refused."""

    decision: Decision
    reference: str = ""
    kept: PushedRequest | None = None


def reference_of(form: Form) -> str | None:
    """Return the reference of a pushed request that `request_uri` names; None where it is no such URN (RFC 9126 4)."""
    uri = form.get("request_uri")
    if uri is None or not uri.startswith(_PREFIX) or "request_uri" in form.repeated or "client_id" in form.repeated:
        return None
    return uri.removeprefix(_PREFIX)


def decide_pushed(provider: Provider, snapshot: PushedSnapshot) -> PushedDecision:
    """Return the answer to a pushed request: a reference (RFC 9126 2.2), or the error for a browser."""
    facts = snapshot.facts
    try:
        proven = authenticate(provider, facts.client, facts.credentials, facts.jwks, snapshot.now)
    except OAuth2Error as error:
        return PushedDecision(Decision(answer_of(error)))
    first, form = claim_of_assertion(provider, proven), snapshot.form
    try:
        form, provenance = _unwrapped(provider, proven.client, snapshot)
        form = _pushed_form(form, proven.client.client_id, facts.sender)
        given = resources_given(proven.client, form, snapshot.clients)
        read_request(provider, SubmittedRequest(proven.client, form, provenance, given=given), snapshot.now)
    except PageError as error:
        event = page_event(proven.client, form, error, snapshot.origin, snapshot.now)
        return _refused(error.code, error.detail, event, first)
    except RedirectError as error:
        event = _refusal_event(error, snapshot)
        return _refused(error.code, error.description, event, first)
    reference, life = new_secret(), provider.policy.pushed_request_life
    body = {"request_uri": f"{_PREFIX}{reference}", "expires_in": int(life.total_seconds())}
    kept = PushedRequest(proven.client.client_id, known_parameters(form), snapshot.now + life, provenance)
    return PushedDecision(Decision(Answer(201, body, NO_STORE), first=first, proof=facts.sender.use), reference, kept)


def _unwrapped(provider: Provider, client: Client, snapshot: PushedSnapshot) -> tuple[Form, Provenance]:
    """Return the parameters; of a request object those that the client signed (RFC 9126 3)."""
    if snapshot.form.get("request_uri") is not None:
        raise PageError(INVALID_REQUEST, "'request_uri' cannot be pushed.")
    if carried_object(client, snapshot.form) is None:
        return with_resources(snapshot.form), Provenance.PUSHED
    signed = read_request_object(provider, client, snapshot.form, snapshot.object_keys, snapshot.now)
    return signed, Provenance.SIGNED_AND_PUSHED


def _pushed_form(form: Form, client_id: ClientId, sender: SenderFacts) -> Form:
    """Return the form with who proved themself: the client (RFC 9126 2.1), and the key that the code is bound to.

    RFC 9449 10.1: a proof beside a pushed request counts as `dpop_jkt`, and must not contradict it.
    """
    if sender.fault is not None:
        raise PageError(sender.fault, sender.fault.description)
    thumbprint = form.get("dpop_jkt")
    if sender.jkt is not None and thumbprint not in {None, sender.jkt}:
        raise PageError(INVALID_DPOP_PROOF, "'dpop_jkt' is not the thumbprint of the DPoP proof's key.")
    bound = {} if sender.jkt is None else {"dpop_jkt": sender.jkt}
    return Form({**form.data, "client_id": client_id, **bound}, form.repeated)


def _refused(code: str, said: str, event: RecordEvent, first: Effect | None) -> PushedDecision:
    """Return an error of the request itself: 401 is for a client that did not prove itself alone (RFC 9126 2.3)."""
    body = BY_CODE.get(code, INVALID_REQUEST).because(said).answer().body
    return PushedDecision(
        Decision(Answer(400, body, NO_STORE), first=first, enqueued=(counted_at(event, RefusedAt.PUSHED_REQUEST),))
    )


def _refusal_event(error: RedirectError, snapshot: PushedSnapshot) -> RecordEvent:
    return authorization_event(
        EventName.AUTHORIZATION_REFUSED,
        error.request,
        None,
        snapshot.origin,
        snapshot.now,
        error.code,
        said=error.description,
    )
