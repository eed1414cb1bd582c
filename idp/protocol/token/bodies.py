"""The body of a successful token answer (RFC 6749 5.1, OIDC Core 3.1.3.3)."""

from clients.model import Client
from idp.grants.model import Grant
from idp.protocol.decider import Decider
from idp.protocol.tokens.issued import IssuedAccessToken, issue_access_token, issue_id_token


class TokenBody(dict[str, object]):
    """A body that prints the names of its members only: Authlib logs the tokens it issues, at DEBUG."""

    def __repr__(self) -> str:
        """Return the names."""
        return f"TokenBody({', '.join(self)})"


def tokens_of(
    server: Decider,
    client: Client,
    grant: Grant,
    scope: tuple[str, ...],
    *,
    nonce: str | None,
    time_asked: bool = False,
) -> dict[str, object]:
    """Return the body for a grant: an access token, and an ID token where `openid` was granted."""
    access = issue_access_token(
        server.provider, client, scope, server.now, grant, server.record.binding, time_asked=time_asked
    )
    body = token_body(server, access, scope)
    if "openid" in scope:
        body["id_token"] = issue_id_token(
            server.provider, client, grant, server.now, access_token=access.text, nonce=nonce, time_asked=time_asked
        )
    return body


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
