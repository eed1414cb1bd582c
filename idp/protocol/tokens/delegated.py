"""A person's token carried on by an API (RFC 8693): its claims, and who acts in it.

What a client may do with it follows from the grant that it stands on: it ends with that, with any client on the way
that is stopped, and with the token that it was made of.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from secrets import token_urlsafe

from clients.model import Client, ClientId
from clients.ports import ClientLookup
from idp.grants.model import Grant
from idp.protocol.extensions.acting_claims import HOUSEHOLD_CODE_LENGTH
from idp.protocol.policy import SCOPES
from idp.protocol.provider import Provider
from idp.protocol.resources import KEPT_SCOPES
from idp.protocol.sender.shown import UNBOUND, Confirmation
from idp.protocol.tokens.access_formats import write_access_token
from idp.protocol.tokens.bearer import (
    ActiveToken,
    OwnToken,
    ShownToken,
    active_token,
    is_for_provider_alone,
    own_token,
)
from idp.protocol.tokens.issued import AccessToken, IssuedAccessToken, audience_claim

# How many clients may stand between the portal and the last API: who acts must be readable (RFC 8693 4.1).
MOST_ACTORS = 3
_SAID_OF_THE_SIGN_IN = ("auth_time", "acr", "amr")


def client_actors(token: AccessToken) -> tuple[ClientId, ...]:
    """Return the clients that act in a token, the latest first; persons who act are none of them."""
    return tuple(_clients_in(token.claims.claims.get("act")))


def _clients_in(act: object) -> Iterator[ClientId]:
    while isinstance(act, Mapping):
        named = act.get("client_id")
        if isinstance(named, str):
            yield ClientId(named)
        act = act.get("act")


def any_stopped(token: AccessToken, clients: ClientLookup) -> bool:
    """Say whether a client that acts in a token is disabled, or known no more."""
    found = (clients.get(one) for one in client_actors(token))
    return any(one is None or not one.active for one in found)


def carried_scope(token: AccessToken) -> tuple[str, ...]:
    """Return what of a token's scope may be carried on."""
    return tuple(name for name in token.scope if name not in KEPT_SCOPES)


def active_here(provider: Provider, shown: ShownToken, now: datetime) -> ActiveToken | OwnToken | None:
    """Return a token that counts now and is for this provider alone: a person's, or a client's own that is bound.

    A person's that was carried on is none: whoever acts here has signed in themself.
    """
    token = shown.token
    if token is None or not is_for_provider_alone(provider, token) or client_actors(token):
        return None
    return active_token(shown, now) or own_token(shown, now)


def issue_delegated_token(
    provider: Provider,
    actor: Client,
    api: str,
    subject: AccessToken,
    grant: Grant,
    scope: tuple[str, ...],
    now: datetime,
    binding: Confirmation = UNBOUND,
) -> IssuedAccessToken:
    """Return a token for `api` in which `actor` acts for the person of `subject` (RFC 8693 2.2.1, 4.1).

    Never wider: the person, the sign-in and the mandate are those of the subject token, its end is the latest one; the
    provider stays an audience only for scopes that it serves itself, and only if it was one.
    """
    said = subject.claims.claims
    expires_at = min(now + provider.policy.access_token_life, grant.expires_at).timestamp()
    ends = min(int(expires_at), subject.expires_at)
    jti = f"{grant.id}.{token_urlsafe(12)}"
    act: dict[str, object] = {"sub": actor.client_id, "client_id": actor.client_id}
    if isinstance(said.get("act"), Mapping):
        act["act"] = said["act"]
    claims: dict[str, object] = {
        "iss": provider.issuer,
        "sub": said["sub"],
        "aud": audience_claim(_audience(provider, api, subject, scope)),
        "client_id": actor.client_id,
        "exp": ends,
        "iat": int(now.timestamp()),
        "jti": jti,
        **{name: said[name] for name in _SAID_OF_THE_SIGN_IN if name in said},
        **_principal(said.get("acting_for")),
        "act": act,
        **binding.claims(),
    }
    if scope:
        claims["scope"] = " ".join(scope)
    return IssuedAccessToken(
        write_access_token(provider, actor, claims, now), jti, datetime.fromtimestamp(ends, now.tzinfo)
    )


def _audience(provider: Provider, api: str, subject: AccessToken, scope: tuple[str, ...]) -> tuple[str, ...]:
    ours = provider.issuer in subject.audience and any(name in SCOPES for name in scope)
    return (provider.issuer, api) if ours else (api,)


def _principal(acting_for: object) -> dict[str, object]:
    """Return for whom the person acts, without a code that is a personal number: that claim is governed."""
    if not isinstance(acting_for, Mapping):
        return {}
    code = acting_for.get("code")
    hidden = isinstance(code, str) and len(code) == HOUSEHOLD_CODE_LENGTH
    return {"acting_for": {name: value for name, value in acting_for.items() if name != "code" or not hidden}}
