"""The decision of the userinfo endpoint (OIDC Core 5.3)."""

from datetime import datetime

from msgspec import Struct, field

from clients.model import Client
from idp.grants.model import GrantState
from idp.protocol.agreed_apis import others_among
from idp.protocol.answers import Answer
from idp.protocol.client_auth.client_jws import Jwks
from idp.protocol.errors import INSUFFICIENT_SCOPE, INVALID_REQUEST, INVALID_TOKEN, ProtocolError
from idp.protocol.extensions.acting_claims import ACTING_CLAIMS, acting_claims
from idp.protocol.provider import Provider
from idp.protocol.tokens.bearer import ActiveToken, Scheme, ShownToken, active_token, challenge
from idp.protocol.tokens.delegated import client_actors
from idp.protocol.tokens.encrypted import NO_KEY, NoEncryptionKeyError
from idp.protocol.tokens.identity_claims import NOBODY, PersonFacts, userinfo_claims
from idp.protocol.tokens.issued import AccessToken
from idp.protocol.tokens.signed_answers import userinfo_answer
from records.structs import replace


class UserinfoSnapshot(Struct, frozen=True):
    """A presented access token (None if not ours), its grant's state, its client, and what was read beside them."""

    token: AccessToken | None
    state: GrantState | None
    client: Client | None
    now: datetime
    person: PersonFacts = NOBODY
    # The client's keys, where its userinfo is encrypted.
    jwks: Jwks = field(default_factory=dict)
    fault: ProtocolError | None = None
    scheme: Scheme = "Bearer"
    # A client that the token has gone on to is disabled (RFC 8693).
    stopped: bool = False


def decide_userinfo(provider: Provider, snapshot: UserinfoSnapshot) -> Answer:
    """Return the claims of the granted scopes, or the challenge of RFC 6750 3."""
    shown = ShownToken(snapshot.token, snapshot.state, snapshot.client, snapshot.fault, snapshot.stopped)
    active = active_token(shown, snapshot.now)
    # A token for one API alone is not for this one (RFC 9068 4).
    if active is None or provider.issuer not in active.token.audience:
        return challenge(snapshot.fault or INVALID_TOKEN, snapshot.scheme)
    token, state, client = active.token, active.state, active.client
    if "openid" not in token.scope:
        return challenge(INSUFFICIENT_SCOPE.because("The scope openid is needed."), snapshot.scheme)
    claims: dict[str, object] = {
        "sub": provider.subjects.subject(state.grant.known_as, client),
        **_released(provider, active, snapshot),
    }
    try:
        return userinfo_answer(provider, client, claims, snapshot.jwks, snapshot.now)
    except NoEncryptionKeyError:
        return INVALID_REQUEST.because(NO_KEY).answer()


def _released(provider: Provider, active: ActiveToken, snapshot: UserinfoSnapshot) -> dict[str, object]:
    """Return what is told of the person, and who acts; of a token that was carried on what itself says (RFC 8693 4.1).

    What the person released to the portal by name stays with the portal, and so does a principal's governed code.
    """
    token, state, client = active.token, active.state, active.client
    if client_actors(token) or others_among(provider.issuer, client, token.audience):
        grant = replace(state.grant, claims=())
        released = userinfo_claims(provider, client, replace(state, grant=grant), token.scope, NOBODY, snapshot.now)
        said = token.claims.claims
        return {**released, **{name: said[name] for name in ACTING_CLAIMS if name in said}}
    return {
        **userinfo_claims(provider, client, state, token.scope, snapshot.person, snapshot.now),
        **acting_claims(provider, client, state.grant.known_as, state.grant.acting_sealed),
    }
