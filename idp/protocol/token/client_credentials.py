"""A client acts for itself (RFC 6749 4.4)."""

from typing import Any

from authlib.oauth2.rfc6749 import grants
from authlib.oauth2.rfc6749.errors import InvalidScopeError

from clients.model import Client
from idp.audit.model import EventName
from idp.protocol.client_auth.authentication import METHODS
from idp.protocol.decider import Decider
from idp.protocol.policy import SCOPES
from idp.protocol.token.bodies import token_body
from idp.protocol.token.events import event
from idp.protocol.token.grant import TokenGrant
from idp.protocol.tokens.issued import issue_access_token

PERSONAL_SCOPES = frozenset(SCOPES)


class ClientCredentialsGrant(grants.ClientCredentialsGrant):
    """A client acts for itself (RFC 6749 4.4); no refresh token (RFC 6749 4.4.3), no user claims."""

    TOKEN_ENDPOINT_AUTH_METHODS = METHODS[:-1]

    def validate_requested_scope(self) -> None:
        """Allow only scopes the client registered, and none that speak of a person."""
        wanted = (self.request.payload.scope or "").split()
        client: Client = self.request.client.client
        if any(name not in client.scope or name in PERSONAL_SCOPES for name in wanted):
            raise InvalidScopeError

    def generate_token(self, scope: str | None = None, **kwargs: Any) -> dict[str, object]:
        """Return one access token; its event is batched, as nothing depends on it."""
        server: Decider = self.server
        client: Client = self.request.client.client
        granted = tuple((scope or "").split())
        access = issue_access_token(server.provider, client, granted, server.now, None, server.record.binding)
        server.record.enqueued.append(event(server, EventName.TOKEN_ISSUED, client))
        return token_body(server, access, granted)


GRANT = TokenGrant(ClientCredentialsGrant)
