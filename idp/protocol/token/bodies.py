"""The body of a successful token answer (RFC 6749 5.1, OIDC Core 3.1.3.3)."""

from collections.abc import Mapping, Sequence

from authlib.oauth2.rfc6749.errors import InvalidRequestError

from clients.model import Client
from idp.grants.model import Grant
from idp.protocol.decider import Decider
from idp.protocol.rar.detail_type import Detail
from idp.protocol.resources import Target
from idp.protocol.tokens.encrypted import NO_KEY, NoEncryptionKeyError, encrypt_for
from idp.protocol.tokens.issued import NO_CLAIMS, IssuedAccessToken, issue_access_token, issue_id_token
from records.structs import replace


class TokenBody(dict[str, object]):
    """A body that prints the names of its members only: Authlib logs the tokens it issues, at DEBUG."""

    def __repr__(self) -> str:
        """Return the names."""
        return f"TokenBody({', '.join(self)})"


def tokens_of(
    server: Decider,
    client: Client,
    grant: Grant,
    target: Target,
    details: Sequence[Detail],
    *,
    nonce: str | None,
    time_asked: bool = False,
    personal: Mapping[str, object] = NO_CLAIMS,
) -> dict[str, object]:
    """Return the body for a grant: an access token, and an ID token where `openid` was granted."""
    access = issue_access_token(
        server.provider,
        # A household's code that is a personal number is released to the client, not to an API of others.
        replace(client, governed_claims=()) if target.carried else client,
        target.scope,
        server.now,
        grant,
        server.record.binding,
        time_asked=time_asked,
        audience=target.audience,
        details=details,
    )
    body = token_body(server, access, target.scope)
    if details:
        # RFC 9396 7.
        body["authorization_details"] = list(details)
    if "openid" in grant.scope:
        id_token = issue_id_token(
            server.provider,
            client,
            grant,
            server.now,
            access_token=access.text,
            nonce=nonce,
            time_asked=time_asked,
            personal=personal,
        )
        body["id_token"] = _encrypted(server, client, id_token)
    if client.session_state_in_token_response:
        # What a logout token names: brokers keep it beside their own session, and find that by nothing else.
        body["session_state"] = server.provider.subjects.session(grant.session_id, client)
    return body


def _encrypted(server: Decider, client: Client, id_token: str) -> str:
    """Return an ID token as the client registered it (OIDC Core 10.2)."""
    try:
        return encrypt_for(client, "id_token", server.facts.jwks, id_token)
    except NoEncryptionKeyError as error:
        raise InvalidRequestError(NO_KEY) from error


def token_body(server: Decider, access: IssuedAccessToken, scope: tuple[str, ...]) -> dict[str, object]:
    """Return the members that every success has (RFC 6749 5.1); `expires_in` is in seconds."""
    body = TokenBody(
        access_token=access.text,
        token_type=server.record.binding.token_type,
        expires_in=int((access.expires_at - server.now).total_seconds()),
    )
    if scope:
        body["scope"] = " ".join(scope)
    return body
