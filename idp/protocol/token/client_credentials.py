"""A client acts for itself (RFC 6749 4.4)."""

from collections.abc import Mapping
from typing import Any

from authlib.oauth2.rfc6749 import grants

from clients.model import Client
from idp.audit.model import EventName
from idp.protocol.client_auth.authentication import METHODS
from idp.protocol.decider import Decider
from idp.protocol.token.bodies import token_body
from idp.protocol.token.events import event
from idp.protocol.token.grant import TokenGrant
from idp.protocol.token.own_access import OwnAccess, clients_of, own_access
from idp.protocol.tokens.issued import issue_access_token


class ClientCredentialsGrant(grants.ClientCredentialsGrant):
    """A client acts for itself (RFC 6749 4.4); no refresh token (RFC 6749 4.4.3), no user claims."""

    TOKEN_ENDPOINT_AUTH_METHODS = METHODS[:-1]

    def validate_requested_scope(self) -> None:
        """Allow what the client registered or was granted, and nothing that speaks of a person."""
        access_of(self.server, self.request.client.client, self.request.form)

    def generate_token(self, scope: str | None = None, **kwargs: Any) -> dict[str, object]:
        """Return one access token; its event is batched, as nothing depends on it."""
        return own_token(self.server, self.request.client.client, self.request.form)


def access_of(server: Decider, client: Client, form: Mapping[str, str]) -> OwnAccess:
    """Return what a request for a token of the client's own is granted; raises Authlib's error where it is nothing."""
    clients = clients_of(server.facts_of_grant)
    return own_access(server.provider, client, clients, form.get("scope"), form.get("resource"), server.now)


def own_token(server: Decider, client: Client, form: Mapping[str, str]) -> dict[str, object]:
    """Return the body with a token of the client's own; its event is batched, as nothing depends on it."""
    access = access_of(server, client, form)
    provider, binding = server.provider, server.record.binding
    issued = issue_access_token(provider, client, access.scope, server.now, None, binding, audience=access.audience)
    server.record.enqueued.append(event(server, EventName.TOKEN_ISSUED, client))
    return token_body(server, issued, access.scope)


GRANT = TokenGrant(ClientCredentialsGrant)
