"""An access token of ours that is shown to us (RFC 6750): whether it counts, and the challenge when it does not."""

from datetime import datetime

from msgspec import Struct

from clients.model import Client
from idp.grants.model import Grant, GrantState
from idp.protocol.answers import NO_STORE, Answer
from idp.protocol.errors import ProtocolError
from idp.protocol.provider import Provider
from idp.protocol.tokens.issued import AccessToken


class ShownToken(Struct, frozen=True):
    """What was read of a token that somebody shows: itself (None if not ours), its grant's state, its client."""

    token: AccessToken | None
    state: GrantState | None
    client: Client | None


class ActiveToken(Struct, frozen=True):
    """A token that counts now. Made by `active_token` alone."""

    token: AccessToken
    state: GrantState
    client: Client

    @property
    def grant(self) -> Grant:
        """Return what the person agreed to."""
        return self.state.grant


def active_token(shown: ShownToken, now: datetime) -> ActiveToken | None:
    """Return the token if it was issued for a grant that stands, to a client that is active, and has not ended.

    A client's own token (RFC 6749 4.4) speaks for no person and is none.
    """
    token, state, client = shown.token, shown.state, shown.client
    if token is None or state is None or client is None or not client.active or not token.live(now):
        return None
    if not state.alive or state.token_revoked or state.grant.client_id != client.client_id:
        return None
    return ActiveToken(token, state, client)


def why_inactive(shown: ShownToken, now: datetime) -> str:
    """Return why a token of ours does not count, for the log of its client: the answer says no more than that."""
    token, state, client = shown.token, shown.state, shown.client
    if token is None or client is None:
        return ""
    if not client.active:
        return "The client is disabled."
    if token.grant_id is None:
        return "The token is the client's own and speaks for no person."
    if not token.live(now):
        return "The token has expired."
    if state is not None and state.token_revoked:
        return "The token was revoked."
    return "The sign-in or the consent behind the token has ended."


def is_for_provider_alone(provider: Provider, token: AccessToken) -> bool:
    """Say whether nobody but this provider is meant to read the token (RFC 9068 4, RFC 8707 2).

    A token that names a resource server too could be shown to us by that server.
    """
    return token.claims.claims.get("aud") in (provider.issuer, [provider.issuer])


def challenge(error: ProtocolError | None) -> Answer:
    """Return a Bearer challenge; without an error when no token was shown at all (RFC 6750 3.1)."""
    if error is None:
        return Answer(401, None, {**NO_STORE, "WWW-Authenticate": 'Bearer realm="userinfo"'})
    header = f'Bearer realm="userinfo", error="{error.code}", error_description="{error.description}"'
    return error.answer({"WWW-Authenticate": header})
