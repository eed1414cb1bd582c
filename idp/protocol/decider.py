"""Authlib's authorization server, run in memory on a snapshot: hooks read facts, writes are recorded as effects."""

from collections.abc import Mapping
from datetime import datetime

from authlib.oauth2.rfc6749 import AuthorizationServer, grants
from authlib.oauth2.rfc6749.errors import (
    InvalidClientError,
    OAuth2Error,
    UnsupportedResponseTypeError,
)
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload, OAuth2Payload, OAuth2Request
from msgspec import Struct, field

from clients.addresses.redirect_uris import match_redirect_uri
from clients.model import Client, ClientId
from idp.audit.model import Origin
from idp.kernel.effects import Effect
from idp.protocol.answers import Answer
from idp.protocol.client_auth.authentication import AuthenticatedClient, Credentials, authenticate, refused
from idp.protocol.errors import BY_CODE, INVALID_REQUEST, ProtocolError
from idp.protocol.forms import Form
from idp.protocol.provider import Provider
from idp.protocol.sender.shown import NOBODY, UNBOUND, Confirmation, SenderFacts
from idp.protocol.sender.use import ProofUse


class ClientFacts(Struct, frozen=True):
    """What a back-channel request says of its client, with what the registry has on it."""

    credentials: Credentials
    client: Client | None
    jwks: Mapping[str, list[dict[str, str]]] = field(default_factory=dict)
    sender: SenderFacts = NOBODY


class Record(Struct):
    """What a decision collects on its way: the proven client and the wanted writes."""

    effects: list[Effect] = field(default_factory=list)
    # What is written even though the request is refused: a replay ends what it could have been used for.
    on_refusal: tuple[Effect, ...] = ()
    enqueued: list[Effect] = field(default_factory=list)
    authenticated: AuthenticatedClient | None = None
    # Which rule a client broke that did not prove itself.
    unproven: str = ""
    # To what the tokens are bound, and the proof that showed it.
    binding: Confirmation = UNBOUND
    proof: ProofUse | None = None
    tokens: dict[str, object] = field(default_factory=dict)

    def effects_of(self, answer: Answer) -> tuple[Effect, ...]:
        """Return what must be written before an answer leaves: a refusal has effects of its own."""
        return self.on_refusal if answer.error is not None else tuple(self.effects)


class DecisionRequest(OAuth2Request):
    """Authlib's request, built from parsed parameters. Its URI is the configured one, never the Host header's."""

    def __init__(self, provider: Provider, form: Form) -> None:
        super().__init__("POST", provider.token_endpoint)
        # RFC 6749 3.2: a parameter without a value counts as omitted; Authlib only asks whether the name is there.
        self._form = {name: value for name, value in form.data.items() if value}
        self.payload: OAuth2Payload = BasicOAuth2Payload(self._form)

    @property
    def form(self) -> dict[str, str]:
        """Return the parameters."""
        return self._form


class RegisteredClient:
    """A `Client` in the shape that Authlib asks questions of (its ClientMixin)."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.client_id = client.client_id

    def check_grant_type(self, grant_type: str) -> bool:
        """Say whether the client registered this grant."""
        return grant_type in self.client.grant_types

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        """Say whether the address is registered, byte for byte (RFC 9700 2.1)."""
        return match_redirect_uri(self.client.redirect_uris, redirect_uri, self.client.application_type)

    def get_default_redirect_uri(self) -> str | None:
        """Return the one registered address; with several there is no default (RFC 6749 3.1.2.3)."""
        return self.client.redirect_uris[0] if len(self.client.redirect_uris) == 1 else None

    def check_response_type(self, response_type: str) -> bool:
        """Say whether the client registered this response type and its grant."""
        return response_type in self.client.response_types and "authorization_code" in self.client.grant_types

    def get_allowed_scope(self, scope: str | None) -> str:
        """Return the wanted scopes that the client may have, in the order it named them."""
        return " ".join(name for name in (scope or "").split() if name in self.client.scope)


class Decider(AuthorizationServer):
    """One decision: made for one request, thrown away after it. No await can happen inside."""

    def __init__(self, provider: Provider, facts: ClientFacts, origin: Origin, now: datetime) -> None:
        """Take what was loaded; nothing else is looked up."""
        super().__init__()
        self.provider = provider
        self.facts = facts
        self.origin = origin
        self.now = now
        self.record = Record()

    def authenticate_client(
        self, request: DecisionRequest, methods: list[str], endpoint: str = "token"
    ) -> RegisteredClient:
        """Authenticate by the registered method only; Authlib would try each method until one fits."""
        method = self.facts.credentials.method_of(self.facts.client)
        if method not in methods:
            raise refused()
        try:
            proven = authenticate(self.provider, self.facts.client, self.facts.credentials, self.facts.jwks, self.now)
        except InvalidClientError as error:
            # For the log and the client's own people: who asks from outside learns none of it.
            self.record.unproven = printable(str(error.__cause__ or ""))
            raise
        self.record.authenticated = proven
        request.auth_method = method
        return RegisteredClient(proven.client)

    def save_token(self, token: dict[str, object], request: DecisionRequest) -> None:
        """Do nothing: what must be written is already among the effects, before the token leaves (I8)."""

    def send_signal(self, name: str, *args: object, **kwargs: object) -> None:
        """Do nothing: nobody listens to Authlib's signals."""

    def create_oauth2_request(self, request: DecisionRequest) -> DecisionRequest:
        """Return the request: it was built before the decision."""
        return request

    def handle_response(self, status: int, body: dict[str, object], headers: object) -> Answer:
        """Return the answer as data; headers are ours."""
        return Answer(status, body)

    def handle_error_response(self, request: DecisionRequest, error: OAuth2Error) -> Answer:
        """Return the error as data, with the status of RFC 6749 5.2 and nothing that tells clients apart."""
        return answer_of(error)


def error_of(error: OAuth2Error) -> ProtocolError:
    """Return the error of ours that Authlib raised, in its words where it has some."""
    known = BY_CODE.get(error.error, INVALID_REQUEST)
    said = printable(error.get_error_description() or "").strip()
    return known.because(said) if said else known


def refusal_of(error: ProtocolError) -> OAuth2Error:
    """Return an error of ours in the shape that Authlib answers with."""
    return OAuth2Error(error=error.code, description=error.description, status_code=error.status)


def answer_of(error: OAuth2Error) -> Answer:
    """Return an Authlib error as an answer: 401 with a challenge for `invalid_client`, 400 otherwise."""
    said_details = error_of(error)
    return said_details.answer({"WWW-Authenticate": 'Basic realm="token"'} if said_details.status == 401 else None)


def printable(text: str) -> str:
    """Return only what RFC 6749 5.2 allows in a description: printable ASCII without quotes and backslashes."""
    return "".join(ch for ch in text if " " <= ch <= "~" and ch not in '"\\')[:200]


class AuthorizationDecider(AuthorizationServer):
    """Judges the front channel of a known client: response type and grant."""

    def __init__(self, provider: Provider, client: Client) -> None:
        """Take the client that the request names; it is the only one there is."""
        super().__init__()
        self.provider = provider
        self.client = RegisteredClient(client)
        self._authorization_grants = [(grants.AuthorizationCodeGrant, None)]

    def query_client(self, client_id: ClientId) -> RegisteredClient:
        """Return the client: it was looked up and compared before."""
        return self.client

    def get_authorization_grant(self, request: DecisionRequest) -> grants.AuthorizationCodeGrant:
        """Find the grant. Authlib would quote an unknown response type, and raise `ValueError` for some letters."""
        if request.payload.response_type not in grants.AuthorizationCodeGrant.RESPONSE_TYPES:
            raise UnsupportedResponseTypeError(request.payload.response_type)
        return super().get_authorization_grant(request)

    def create_oauth2_request(self, request: DecisionRequest) -> DecisionRequest:
        """Return the request: it was built before the decision."""
        return request
