"""An access token of ours that is shown to us (RFC 6750): whether it counts, and the challenge when it does not."""

from datetime import datetime
from typing import Literal, get_args

from msgspec import Struct

from clients.model import Client
from idp.grants.model import Grant, GrantState
from idp.protocol.answers import NO_STORE, Answer
from idp.protocol.errors import INVALID_DPOP_PROOF, USE_DPOP_NONCE, ProtocolError
from idp.protocol.provider import Provider
from idp.protocol.sender.proofs import ALGORITHMS
from idp.protocol.tokens.issued import AccessToken
from records.structs import Unprinted, replace

Scheme = Literal["Bearer", "DPoP"]
SCHEMES: tuple[Scheme, ...] = get_args(Scheme)
REALM = "userinfo"
_OF_THE_SENDER = frozenset({INVALID_DPOP_PROOF.code, USE_DPOP_NONCE.code})


class ShownCredential(Unprinted, Struct, frozen=True):
    """An access token as it was shown: by which scheme (RFC 6750 2.1, RFC 9449 7.1), or in a form as a bearer's."""

    scheme: Scheme
    text: str


class ShownToken(Struct, frozen=True):
    """What was read of a token that somebody shows: itself (None if not ours), its grant's state, its client."""

    token: AccessToken | None
    state: GrantState | None
    client: Client | None
    # Why it does not count in this request, though it may be good: its sender does not hold what it is bound to.
    fault: ProtocolError | None = None


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
    if shown.fault is not None or not state.alive or state.token_revoked or state.grant.client_id != client.client_id:
        return None
    return ActiveToken(token, state, client)


def why_inactive(shown: ShownToken, now: datetime) -> str:
    """Return why a token of ours does not count, for the log of its client: the answer says no more than that."""
    token, state, client = shown.token, shown.state, shown.client
    if token is None or client is None:
        return ""
    if not client.active:
        return "The client is disabled."
    if shown.fault is not None:
        return shown.fault.description
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


def challenge(error: ProtocolError | None, scheme: Scheme = "Bearer") -> Answer:
    """Return a challenge for the scheme that was used; for each, without an error, if none was (RFC 6750 3.1)."""
    if error is None:
        header = ", ".join(challenge_of(None, each, REALM) for each in SCHEMES)
        return Answer(401, None, {**NO_STORE, "WWW-Authenticate": header})
    answer = error.answer({"WWW-Authenticate": challenge_of(error, scheme, REALM)})
    return replace(answer, status=401) if error.code in _OF_THE_SENDER else answer


def challenge_of(error: ProtocolError | None, scheme: Scheme, realm: str, **parameters: str) -> str:
    """Return one challenge (RFC 6750 3, RFC 9449 7.1)."""
    said = {"realm": realm}
    if error is not None:
        said |= {"error": error.code, "error_description": error.description, **parameters}
    if scheme == "DPoP":
        said["algs"] = " ".join(ALGORITHMS)
    return f"{scheme} " + ", ".join(f'{name}="{value}"' for name, value in said.items())
