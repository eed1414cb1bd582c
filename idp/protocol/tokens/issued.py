"""The claims of access tokens and ID tokens, and the reading of our own access tokens."""

from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from secrets import token_urlsafe
from types import MappingProxyType

from msgspec import Struct

from clients.model import Client, ClientId
from idp.grants.model import Grant
from idp.kernel.ids import ID_LENGTH, GrantId
from idp.protocol.extensions.acting_claims import acting_claims
from idp.protocol.provider import Provider
from idp.protocol.sender.shown import UNBOUND, Confirmation
from idp.protocol.tokens.access_formats import ReadToken, open_access_token, write_access_token
from idp.protocol.tokens.kinds import ID_TOKEN_TYPE, TOKEN_USE
from idp.sign_in.levels import reported_amr

_NO_GRANT = "-"
NO_CLAIMS: Mapping[str, object] = MappingProxyType({})


class IssuedAccessToken(Struct, frozen=True):
    """A signed access token with what the provider remembers of it."""

    text: str
    jti: str
    expires_at: datetime


def issue_access_token(
    provider: Provider,
    client: Client,
    scope: tuple[str, ...],
    now: datetime,
    grant: Grant | None,
    binding: Confirmation = UNBOUND,
    *,
    time_asked: bool = False,
    audience: tuple[str, ...] = (),
    details: Sequence[Mapping[str, object]] = (),
) -> IssuedAccessToken:
    """Return an access token (RFC 9068 2.2): for a grant, or for the client itself when there is none.

    `binding` is what its sender must hold (RFC 7800 3.1); `audience` whom it is for, where that is not this provider
    with the client's resource.
    """
    jti = f"{grant.id if grant else _NO_GRANT}.{token_urlsafe(12)}"
    expires_at = now + provider.policy.access_token_life
    if grant is not None:
        expires_at = min(expires_at, grant.expires_at)
    claims: dict[str, object] = {
        "iss": provider.issuer,
        "sub": provider.subjects.subject(grant.known_as, client) if grant else client.client_id,
        "aud": audience_claim(audience or _audience_of(provider, client)),
        "client_id": client.client_id,
        "exp": int(expires_at.timestamp()),
        "iat": int(now.timestamp()),
        "jti": jti,
        **binding.claims(),
    }
    if scope:
        claims["scope"] = " ".join(scope)
    if details:
        # RFC 9396 9.1.
        claims["authorization_details"] = list(details)
    if grant:
        claims |= {
            **_sign_in_time(client, grant, asked=time_asked),
            "acr": grant.acr,
            "amr": list(reported_amr(grant.amr)),
        }
        claims |= acting_claims(provider, client, grant.known_as, grant.acting_sealed)
    return IssuedAccessToken(write_access_token(provider, client, claims, now), jti, expires_at)


def audience_claim(audience: tuple[str, ...]) -> object:
    """Return `aud`: one audience as its text (RFC 7519 4.1.3)."""
    return audience[0] if len(audience) == 1 else list(audience)


def _audience_of(provider: Provider, client: Client) -> tuple[str, ...]:
    return (provider.issuer, client.audience) if client.audience else (provider.issuer,)


def issue_id_token(
    provider: Provider,
    client: Client,
    grant: Grant,
    now: datetime,
    *,
    access_token: str | None,
    nonce: str | None,
    time_asked: bool = False,
    code: str | None = None,
    personal: Mapping[str, object] = NO_CLAIMS,
) -> str:
    """Return an ID token (OIDC Core 2, 3.1.3.6). `auth_time` is the grant's, also on refresh (OIDC Core 12.2).

    It vouches for the access token and the code that leave with it (OIDC Core 3.2.2.9, 3.3.2.10). `personal` is what it
    tells of the person; nothing in it stands in for what the protocol says.
    """
    algorithm = client.id_token_signed_response_alg
    claims: dict[str, object] = {
        **personal,
        "iss": provider.issuer,
        "sub": provider.subjects.subject(grant.known_as, client),
        "aud": client.client_id,
        "exp": int((now + provider.policy.id_token_life).timestamp()),
        "iat": int(now.timestamp()),
        # Shown as a hint, it leads to its session where no cookie does.
        "jti": f"{grant.id}.{token_urlsafe(12)}",
        **_sign_in_time(client, grant, asked=time_asked),
        "acr": grant.acr,
        "amr": list(reported_amr(grant.amr)),
        "sid": provider.subjects.session(grant.session_id, client),
        **acting_claims(provider, client, grant.known_as, grant.acting_sealed),
    }
    if access_token is not None:
        claims["at_hash"] = _half_hash(access_token)
    if code is not None:
        claims["c_hash"] = _half_hash(code)
    if nonce is not None:
        claims["nonce"] = nonce
    # Whatever a claim of a person may be called one day: no ID token says that it is an access token.
    claims.pop(TOKEN_USE, None)
    return provider.signer.sign(claims, algorithm=algorithm, typ=ID_TOKEN_TYPE, now=now)


def _sign_in_time(client: Client, grant: Grant, *, asked: bool) -> dict[str, object]:
    """Return `auth_time` where it is due: for a greatest age, or a client registered for it (OIDC Core 2).

    It is one second at every portal, so it joins whom pairwise subjects keep apart: a pseudonymous client never has it.
    """
    due = asked or client.require_auth_time or client.default_max_age is not None
    return {"auth_time": int(grant.auth_time.timestamp())} if due and not client.pseudonymous else {}


def _half_hash(token: str) -> str:
    """Return the left half of SHA-256 of a token (OIDC Core 3.1.3.6); ES256 and RS256 share it."""
    return urlsafe_b64encode(sha256(token.encode("ascii")).digest()[:16]).rstrip(b"=").decode("ascii")


class AccessToken(Struct, frozen=True):
    """One of our access tokens, shown to be ours. `grant_id` is None for a client's own token."""

    jti: str
    grant_id: GrantId | None
    client_id: ClientId
    scope: tuple[str, ...]
    claims: ReadToken
    expires_at: int

    @property
    def binding(self) -> Confirmation:
        """Return what the sender must hold; a claim of another form binds to what nobody has."""
        cnf = self.claims.claims.get("cnf")
        if cnf is None:
            return UNBOUND
        members = cnf if isinstance(cnf, dict) else {"jkt": ""}
        return Confirmation(members.get("jkt"), members.get("x5t#S256"))

    @property
    def audience(self) -> tuple[str, ...]:
        """Return whom it is for."""
        said = self.claims.claims.get("aud")
        return tuple(str(one) for one in said) if isinstance(said, list) else (str(said),)

    def live(self, now: datetime) -> bool:
        """Say whether its time has not come (I24: never at `exp` itself)."""
        return now.timestamp() < self.expires_at


def read_access_token(provider: Provider, text: str, now: datetime) -> AccessToken | None:
    """Return an access token of ours, or None for anything else: an ID token is none (RFC 9068 4)."""
    read = open_access_token(provider, text, now)
    if read is None:
        return None
    claims = read.claims
    jti, client_id, expires_at = claims.get("jti"), claims.get("client_id"), claims.get("exp")
    if not (isinstance(jti, str) and isinstance(client_id, str) and isinstance(expires_at, int)):
        return None
    grant_id = GrantId(jti.partition(".")[0])
    return AccessToken(
        jti=jti,
        grant_id=grant_id if len(grant_id) == ID_LENGTH else None,
        client_id=ClientId(client_id),
        scope=tuple(str(claims.get("scope", "")).split()),
        claims=read,
        expires_at=expires_at,
    )
