"""Introspection (RFC 7662) and revocation (RFC 7009), as Authlib endpoints on a snapshot."""

from datetime import datetime

from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7662 import IntrospectionEndpoint
from msgspec import Struct

from clients.model import Client
from idp.audit.model import EventName, Origin
from idp.grants.model import GrantLife, GrantState, RevokeAccessToken, RevokeGrant
from idp.kernel.effects import Effect
from idp.protocol.answers import Answer, Decision
from idp.protocol.client_auth.authentication import METHODS, claim_of_assertion, refused
from idp.protocol.decider import ClientFacts, Decider, DecisionRequest, RegisteredClient, answer_of
from idp.protocol.errors import INVALID_REQUEST
from idp.protocol.extensions.acting_claims import acting_claims
from idp.protocol.forms import Form
from idp.protocol.provider import Provider
from idp.protocol.token.events import event
from idp.protocol.tokens.issued import AccessToken
from idp.protocol.tokens.refresh import RefreshToken
from idp.protocol.tokens.signed_answers import introspection_answer
from records.structs import replace


class PresentedToken(Struct, frozen=True):
    """A token of ours that a client shows, with its grant's state. `token_revoked` speaks of the one token.

    Introspection of an access token needs no more of the grant than its life.
    `owner_active` is False once the client it was issued to is disabled: then none of its tokens is active (I7).
    """

    token: AccessToken | RefreshToken
    state: GrantState | GrantLife | None
    token_revoked: bool
    owner_active: bool = True


class InspectionSnapshot(Struct, frozen=True):
    """Everything introspection and revocation decide on. `presented` is None for a text that is not ours."""

    form: Form
    facts: ClientFacts
    presented: PresentedToken | None
    origin: Origin
    now: datetime


class _Shown:
    """A presented token in the shape that Authlib asks questions of."""

    def __init__(self, provider: Provider, presented: PresentedToken, now: datetime) -> None:
        self.provider, self.presented, self.now = provider, presented, now
        self.state = presented.state if isinstance(presented.state, GrantState) else None

    def check_client(self, client: RegisteredClient) -> bool:
        return self.owner() == client.client_id

    def owner(self) -> str | None:
        token, state = self.presented.token, self.state
        if isinstance(token, AccessToken):
            return token.client_id
        return state.grant.client_id if state else None

    def is_expired(self) -> bool:
        token, state = self.presented.token, self.state
        if isinstance(token, AccessToken):
            return not token.live(self.now)
        return state is None or self.now >= state.grant.expires_at

    def is_revoked(self) -> bool:
        token, state, life = self.presented.token, self.state, self.presented.state
        if not self.presented.owner_active:
            return True
        if isinstance(token, AccessToken):
            return self.presented.token_revoked or (token.grant_id is not None and (life is None or not life.alive))
        family = state.family if state else None
        # Only the head of a family is an active refresh token.
        return state is None or not state.alive or family is None or not self._is_head(token, family.head_hash)

    def _is_head(self, token: RefreshToken, head_hash: bytes) -> bool:
        return self.provider.token_hash.matches(token.text, head_hash)


class Introspection(IntrospectionEndpoint):
    """Tells a client about a token that is its own or was made for it, and nothing about any other."""

    CLIENT_AUTH_METHODS = METHODS[:-1]

    def query_token(self, token_string: str, token_type_hint: str | None) -> _Shown | None:
        """Return the loaded token."""
        server: InspectionDecider = self.server
        return _Shown(server.provider, server.presented, server.now) if server.presented else None

    def check_permission(self, token: _Shown, client: RegisteredClient, request: DecisionRequest) -> bool:
        """Allow the owner, and the server of the token's resource, which its agency owns (RFC 7662 4, case JW-11)."""
        if token.check_client(client):
            return True
        shown, asker = token.presented.token, client.client
        # Every token is for this provider too: whoever gives its address as a resource is no server of those tokens.
        if not isinstance(shown, AccessToken) or not asker.owns_audience or asker.audience == token.provider.issuer:
            return False
        return asker.audience in shown.audience

    def introspect_token(self, token: _Shown) -> dict[str, object]:
        """Return the members of RFC 7662 2.2, among them what RFC 9396 9.2 has a token tell."""
        shown, state = token.presented.token, token.state
        if isinstance(shown, AccessToken):
            return {"active": True, "token_type": shown.binding.token_type, **shown.claims.claims}
        grant, server = state.grant if state else None, self.server
        if grant is None:
            return {"active": False}
        # Only the owner gets here with a refresh token: the claims are made for the one who asks.
        asker: Client = server.facts.client
        return {
            "active": True,
            "iss": token.provider.issuer,
            "client_id": grant.client_id,
            "scope": " ".join(grant.scope),
            "exp": int(grant.expires_at.timestamp()),
            "iat": int(grant.created_at.timestamp()),
            **acting_claims(token.provider, asker, grant.known_as, grant.acting_sealed),
        }


class Revocation(RevocationEndpoint):
    """Ends a token for its owner; a token of somebody else is refused, an unknown one is no error (RFC 7009 2.2)."""

    CLIENT_AUTH_METHODS = METHODS

    def query_token(self, token_string: str, token_type_hint: str | None) -> _Shown | None:
        """Return the loaded token; one whose grant is gone is as good as unknown (RFC 7009 2.2)."""
        server: InspectionDecider = self.server
        shown = _Shown(server.provider, server.presented, server.now) if server.presented else None
        return shown if shown and shown.owner() is not None else None

    def revoke_token(self, token: _Shown, request: DecisionRequest) -> None:
        """Record the end: of one access token, or of the whole grant for a refresh token (RFC 7009 2.1)."""
        server: InspectionDecider = self.server
        client: Client = request.client.client
        server.record.effects += _revocation_effects(server, token, client)


def _revocation_effects(server: Decider, token: _Shown, client: Client) -> list[Effect]:
    shown, state = token.presented.token, token.state
    grant = state.grant if state else None
    done = event(server, EventName.TOKEN_REVOKED, client, grant, "revoked_by_client")
    if isinstance(shown, AccessToken):
        expires_at = datetime.fromtimestamp(shown.expires_at, server.now.tzinfo)
        return [RevokeAccessToken(jti=shown.jti, at=server.now, expires_at=expires_at), done]
    return (
        [RevokeGrant(grant_id=grant.id, person_id=grant.person_id, at=server.now, reason="revoked_by_client"), done]
        if grant
        else []
    )


class InspectionDecider(Decider):
    """Decides one introspection or revocation request."""

    def __init__(self, provider: Provider, snapshot: InspectionSnapshot) -> None:
        super().__init__(provider, snapshot.facts, snapshot.origin, snapshot.now)
        self.presented = snapshot.presented


class _BearerDecider(InspectionDecider):
    """Decides a question whose asker shows an access token instead of its own credentials."""

    def authenticate_client(
        self, request: DecisionRequest, methods: list[str], endpoint: str = "token"
    ) -> RegisteredClient:
        """Return the client of the shown token, which was found active."""
        client = self.facts.client
        if client is None or not client.active:
            raise refused()
        return RegisteredClient(client)


def decide_introspection_by_bearer(
    provider: Provider, shown: PresentedToken | None, snapshot: InspectionSnapshot
) -> Decision:
    """Return what the client of an active access token may know of a token (RFC 7662 2.1).

    `snapshot.facts.client` is the one that `shown` was issued to; a token that is not active proves nobody.
    """
    if shown is None or not isinstance(shown.token, AccessToken):
        return Decision(answer_of(refused()))
    proof = _Shown(provider, shown, snapshot.now)
    if proof.is_expired() or proof.is_revoked():
        return Decision(answer_of(refused()))
    return _decide(provider, snapshot, Introspection, _BearerDecider(provider, snapshot))


def decide_introspection(provider: Provider, snapshot: InspectionSnapshot) -> Decision:
    """Return what may be said of the token."""
    return _decide(provider, snapshot, Introspection)


def decide_signed_introspection(provider: Provider, snapshot: InspectionSnapshot) -> Decision:
    """Return the same as a JWT for the one who asks (RFC 9701 5)."""
    decision, asker = decide_introspection(provider, snapshot), snapshot.facts.client
    if asker is None:
        return decision
    return replace(decision, answer=introspection_answer(provider, asker, decision.answer, snapshot.now))


def decide_revocation(provider: Provider, snapshot: InspectionSnapshot) -> Decision:
    """Return the answer, with the effects that end the token."""
    return _decide(provider, snapshot, Revocation)


def _decide(
    provider: Provider,
    snapshot: InspectionSnapshot,
    kind: type[Introspection | Revocation],
    asked: InspectionDecider | None = None,
) -> Decision:
    if snapshot.form.repeated:
        return Decision(INVALID_REQUEST.because("A parameter was sent more than once.").answer())
    decider = asked or InspectionDecider(provider, snapshot)
    decider.register_endpoint(kind)
    request = DecisionRequest(provider, _without_hint(snapshot.form))
    answer = decider.create_endpoint_response(kind.ENDPOINT_NAME, request)
    claim = claim_of_assertion(provider, decider.record.authenticated)
    return Decision(answer, decider.record.effects_of(answer), claim, _refusal_event(decider, answer, kind))


def _refusal_event(
    decider: InspectionDecider, answer: Answer, kind: type[Introspection | Revocation]
) -> tuple[Effect, ...]:
    """Return the event of a refusal, for a client that has proven itself: a name alone is anybody's to say."""
    proven = decider.record.authenticated
    if answer.error is None or proven is None or decider.facts.credentials.method == "none":
        return ()
    name = EventName.REVOCATION_REFUSED if kind is Revocation else EventName.INTROSPECTION_REFUSED
    return (event(decider, name, proven.client, reason=answer.error, said=answer.description),)


def _without_hint(form: Form) -> Form:
    # An unknown hint is to be ignored (RFC 7009 2.2.1); Authlib would answer 401, and we know the type anyway.
    hints = [name for name in form.data if name.strip() == "token_type_hint"]
    if not hints:
        return form
    return Form({name: value for name, value in form.data.items() if name not in hints}, frozenset())
