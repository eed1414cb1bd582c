"""The decision of the token endpoint (RFC 6749 3.2)."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from idp.audit.model import EventName, Origin
from idp.kernel.effects import Effect
from idp.protocol.answers import Answer, Decision
from idp.protocol.client_auth.authentication import claim_of_assertion
from idp.protocol.decider import ClientFacts, Decider, DecisionRequest, RegisteredClient
from idp.protocol.errors import INVALID_REQUEST
from idp.protocol.forms import Form
from idp.protocol.provider import Provider
from idp.protocol.resources import with_resources
from idp.protocol.token import (
    authorization_code,
    client_credentials,
    device_code,
    exchange,
    jwt_bearer,
    refresh_token,
)
from idp.protocol.token.binding import bind_tokens
from idp.protocol.token.events import event
from idp.protocol.token.grant import TokenGrant

# A new grant is a module beside these and a row here; discovery follows.
GRANTS: Mapping[str, TokenGrant] = {
    row.grant_type: row
    for row in (
        *(authorization_code.GRANT, refresh_token.GRANT, client_credentials.GRANT),
        *(device_code.GRANT, device_code.BACKCHANNEL_GRANT, exchange.GRANT, jwt_bearer.GRANT),
    )
}
GRANT_TYPES: tuple[str, ...] = tuple(GRANTS)
_ENGINES = [(grant.engine, None) for grant in GRANTS.values()]


class TokenSnapshot(Struct, frozen=True):
    """Everything the token endpoint decides on."""

    form: Form
    facts: ClientFacts
    # What was loaded for the grant that the form names; each grant knows its own.
    facts_of_grant: object | None
    origin: Origin
    now: datetime


class TokenDecider(Decider):
    """Decides one token request."""

    def __init__(self, provider: Provider, snapshot: TokenSnapshot) -> None:
        """Take the snapshot; grants are registered once for the class, as registering costs more than deciding."""
        super().__init__(provider, snapshot.facts, snapshot.origin, snapshot.now)
        self.facts_of_grant = snapshot.facts_of_grant
        self._token_grants = _ENGINES

    def authenticate_client(
        self, request: DecisionRequest, methods: list[str], endpoint: str = "token"
    ) -> RegisteredClient:
        """Authenticate, and find to what the client's tokens are bound (RFC 9449 5, RFC 8705 3)."""
        proven = super().authenticate_client(request, methods, endpoint)
        bind_tokens(self, proven.client)
        return proven


def decide_token(provider: Provider, snapshot: TokenSnapshot) -> Decision:
    """Return the answer to a token request, with the effects that must commit before it leaves."""
    form = with_resources(snapshot.form)
    if form.repeated:
        # RFC 6749 3.2: request parameters MUST NOT be included more than once.
        return Decision(INVALID_REQUEST.because("A parameter was sent more than once.").answer())
    grant_type = form.get("grant_type")
    if grant_type is None:
        return Decision(INVALID_REQUEST.because("'grant_type' is missing.").answer())
    decider = TokenDecider(provider, snapshot)
    answer: Answer = decider.create_token_response(DecisionRequest(provider, form))
    record, grant = decider.record, GRANTS.get(grant_type)
    return Decision(
        answer=answer,
        effects=record.effects_of(answer),
        first=claim_of_assertion(provider, record.authenticated),
        enqueued=tuple(record.enqueued) if answer.status == 200 else _refusal_event(decider, answer),
        proof=record.proof if answer.status == 200 else None,
        when_late=grant.when_late(decider) if grant is not None and grant.when_late is not None else None,
    )


def _refusal_event(decider: Decider, answer: Answer) -> tuple[Effect, ...]:
    if answer.error in device_code.NOT_YET:
        # A device asks every five seconds until its person has decided: that is no refusal, and fills no log.
        return ()
    proven = decider.record.authenticated
    client = proven.client if proven else decider.facts.client
    if client is None:
        return ()
    said = decider.record.unproven or answer.description
    return (event(decider, EventName.TOKEN_REFUSED, client, reason=answer.error or "", said=said),)
