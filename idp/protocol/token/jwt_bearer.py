"""A signed assertion -> a client's own token (RFC 7523 2.1).

The issuer is the client itself, with the keys that it registered, and so is the subject: an assertion of anybody's
about a person would be a sign-in without the person (decision 82).
"""

from collections.abc import Mapping

from authlib.oauth2.rfc6749 import grants
from authlib.oauth2.rfc6749.errors import InvalidGrantError, InvalidRequestError, UnauthorizedClientError

from clients.model import JWT_BEARER, Client
from idp.protocol.answers import Decision
from idp.protocol.client_auth.authentication import AuthenticatedClient, claim_of_assertion
from idp.protocol.client_auth.private_key_jwt import BadAssertionError, ClientAssertion, verify_assertion
from idp.protocol.decider import Decider, RegisteredClient
from idp.protocol.errors import INVALID_GRANT
from idp.protocol.token.binding import bind_tokens
from idp.protocol.token.client_credentials import access_of, own_token
from idp.protocol.token.grant import TokenGrant
from idp.protocol.token.own_access import OwnFacts


class AssertionFacts(OwnFacts, frozen=True):
    """The client that an assertion says it is from, if there is one, and its keys."""

    client: Client | None
    jwks: Mapping[str, list[dict[str, str]]]


class JwtBearerGrant(grants.BaseGrant, grants.TokenEndpointMixin):
    """A client proves itself by the assertion alone; whoever shows credentials besides proves it twice."""

    GRANT_TYPE = JWT_BEARER

    def validate_token_request(self) -> None:
        """Take an assertion that is the client's about itself, for this issuer, not too long (RFC 7523 3)."""
        server: Decider = self.server
        shown = server.facts.credentials
        if shown.method != "none":
            raise InvalidRequestError("The assertion proves the client; show no other credentials.")
        if not self.request.form.get("assertion"):
            raise InvalidRequestError("'assertion' is missing.")
        client, assertion = _proven(server, self.request.form["assertion"])
        if shown.client_id not in {None, client.client_id}:
            raise InvalidRequestError("'client_id' contradicts the assertion.")
        server.record.authenticated = AuthenticatedClient(client, None)
        bind_tokens(server, client)
        self.request.client = RegisteredClient(client)
        if not self.request.client.check_grant_type(self.GRANT_TYPE):
            raise UnauthorizedClientError(description="The client is not registered for this grant.")
        access_of(server, client, self.request.form)
        # The same claim as for client authentication, so that no assertion serves for both.
        claim = claim_of_assertion(server.provider, AuthenticatedClient(client, assertion))
        server.record.effects += [claim] if claim is not None else []

    def create_token_response(self) -> tuple[int, dict[str, object], object]:
        """Return one access token of the client's own."""
        body = own_token(self.server, self.request.client.client, self.request.form)
        return 200, body, self.TOKEN_RESPONSE_HEADER


def _proven(server: Decider, text: str) -> tuple[Client, ClientAssertion]:
    """Return the client with its assertion; one answer whatever is wrong, an unknown client too (RFC 7523 3.1)."""
    facts = server.facts_of_grant
    client = facts.client if isinstance(facts, AssertionFacts) else None
    refused = InvalidGrantError("The assertion does not count.")
    # A client that authenticates otherwise has no keys for this.
    if client is None or not client.active or client.token_endpoint_auth_method != "private_key_jwt":  # noqa: S105
        raise refused
    provider, now = server.provider, server.now
    try:
        return client, verify_assertion(provider, client, text, facts.jwks, now, audiences=(provider.issuer,))
    except BadAssertionError as error:
        raise refused from error


def _replayed(decider: Decider) -> Decision | None:  # noqa: ARG001 - whoever it was
    """Return what an assertion gets that was used before: nothing (RFC 7523 3, jti)."""
    return Decision(INVALID_GRANT.because("The assertion was used before.").answer())


GRANT = TokenGrant(JwtBearerGrant, _replayed)
