"""A person's token -> a narrower one for the next API (RFC 8693): delegation, named in `act`, never impersonation."""

from datetime import datetime

from authlib.oauth2.rfc6749 import grants
from authlib.oauth2.rfc6749.errors import InvalidRequestError, InvalidScopeError, UnauthorizedClientError
from msgspec import Struct

from clients.model import TOKEN_EXCHANGE, Client
from clients.ports import ClientLookup
from clients.services.apis import exchange_apis_of
from idp.audit.model import EventName
from idp.protocol.client_auth.authentication import METHODS
from idp.protocol.decider import Decider
from idp.protocol.provider import Provider
from idp.protocol.resources import InvalidTargetError
from idp.protocol.token.bodies import token_body
from idp.protocol.token.events import event
from idp.protocol.token.grant import TokenGrant
from idp.protocol.tokens.bearer import ActiveToken, ShownToken, active_token
from idp.protocol.tokens.delegated import MOST_ACTORS, carried_scope, client_actors, issue_delegated_token
from records.structs import replace

# RFC 8693 3: the one type of token that goes in and comes out.
ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token"  # noqa: S105 (the name of a type)
NOTHING_SHOWN = ShownToken(None, None, None)


class ExchangeFacts(Struct, frozen=True):
    """What the shown texts stand for, and the registry, which is in memory.

    Who shows them holds another key than the one that they may be bound to: the client that asks proves itself.
    """

    subject: ShownToken
    actor: ShownToken
    clients: ClientLookup


class TokenExchangeGrant(grants.BaseGrant, grants.TokenEndpointMixin):
    """An API that was shown a person's token gets one for an API that it was granted, with itself as the actor."""

    GRANT_TYPE = TOKEN_EXCHANGE
    TOKEN_ENDPOINT_AUTH_METHODS = METHODS[:-1]

    def validate_token_request(self) -> None:
        """Check the parameters in the order of RFC 8693 2.1; nothing is wider than what was shown."""
        server: Decider = self.server
        self.request.client = self.authenticate_token_endpoint_client()
        client: Client = self.request.client.client
        if not self.request.client.check_grant_type(self.GRANT_TYPE):
            raise UnauthorizedClientError(description="The client is not registered for this grant.")
        facts: ExchangeFacts = server.facts_of_grant
        self._check_types()
        self._subject = _subject(server, client, facts)
        if "actor_token" in self.request.form:
            _check_actor(client, facts, server.now)
        self._api = self._target(client, facts)
        self._scope = self._narrowed()

    def create_token_response(self) -> tuple[int, dict[str, object], object]:
        """Return the token (RFC 8693 2.2.1); that it was made is written before it leaves."""
        server: Decider = self.server
        client: Client = self.request.client.client
        subject = self._subject
        issued = issue_delegated_token(
            server.provider,
            client,
            self._api,
            subject.token,
            subject.grant,
            self._scope,
            server.now,
            server.record.binding,
        )
        carried = event(server, EventName.TOKEN_EXCHANGED, client, subject.grant)
        server.record.effects.append(replace(carried, details={**carried.details, "audience": self._api}))
        body = token_body(server, issued, self._scope)
        body["issued_token_type"] = ACCESS_TOKEN
        return 200, body, self.TOKEN_RESPONSE_HEADER

    def _check_types(self) -> None:
        form = self.request.form
        for name in ("subject_token", "subject_token_type"):
            if name not in form:
                raise InvalidRequestError(f"'{name}' is missing.")
        if ("actor_token" in form) != ("actor_token_type" in form):
            raise InvalidRequestError("'actor_token' and 'actor_token_type' belong together.")
        for name in ("subject_token_type", "actor_token_type", "requested_token_type"):
            if form.get(name, ACCESS_TOKEN) != ACCESS_TOKEN:
                raise InvalidRequestError(f"'{name}' is none but {ACCESS_TOKEN}.")

    def _target(self, client: Client, facts: ExchangeFacts) -> str:
        """Return the API that `audience` and `resource` name, which may be left out where there is one only."""
        named, resource = self.request.form.get("audience"), self.request.form.get("resource")
        issuer = self.server.provider.issuer
        fitting = {
            api.audience
            for api in exchange_apis_of(client, facts.clients, issuer)
            if api.audience is not None
            and named in {None, api.client_id, api.audience}
            and resource in {None, api.audience}
        }
        if len(fitting) != 1:
            raise InvalidTargetError(description="Name one API that the client may carry tokens on to.")
        return fitting.pop()

    def _narrowed(self) -> tuple[str, ...]:
        carried = carried_scope(self._subject.token)
        wanted = tuple(dict.fromkeys((self.request.form.get("scope") or "").split()))
        if not frozenset(wanted) <= frozenset(carried):
            raise InvalidScopeError(description="The scope is more than the subject token's, or may not be carried on.")
        return wanted or carried


def _subject(server: Decider, client: Client, facts: ExchangeFacts) -> ActiveToken:
    """Return the person's token; whatever is wrong with it, the answer is one (RFC 8693 2.2.2)."""
    active = active_token(facts.subject, server.now)
    if active is None or not is_shown_to(server.provider, client, active):
        raise InvalidRequestError("The subject token is not an active token of a person that is for this client.")
    if active.token.binding.is_bound and not server.record.binding.is_bound:
        # What this would yield is wider than what was shown: anybody's.
        raise InvalidRequestError("The subject token is bound; prove a key, so that what it yields is bound too.")
    if len(client_actors(active.token)) >= MOST_ACTORS:
        raise InvalidRequestError(f"More than {MOST_ACTORS} clients would act one for another.")
    return active


def is_shown_to(provider: Provider, client: Client, active: ActiveToken) -> bool:
    """Say whether a client is the resource server that a token is for, and not just this provider."""
    return client.owns_audience and client.audience != provider.issuer and client.audience in active.token.audience


def _check_actor(client: Client, facts: ExchangeFacts, now: datetime) -> None:
    """Raise `InvalidRequestError` for an actor token that is not an active one of the asking client's own.

    Whoever asks acts (RFC 8693 1.1): a token of anybody else would let them act in that one's name.
    """
    token, owner = facts.actor.token, facts.actor.client
    own = token is not None and token.grant_id is None and token.client_id == client.client_id and token.live(now)
    if not own or owner is None or not owner.active or facts.actor.revoked:
        raise InvalidRequestError("The actor token is not an active one of the client's own.")


GRANT = TokenGrant(TokenExchangeGrant)
