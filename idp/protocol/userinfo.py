"""The decision of the userinfo endpoint (OIDC Core 5.3)."""

from datetime import datetime

import orjson
from msgspec import Struct

from clients.model import Client
from idp.account.model import PROFILE_PLACE
from idp.grants.model import GrantState
from idp.proofing.proof import HeldIdentity
from idp.protocol.answers import NO_STORE, Answer
from idp.protocol.claims import claims_for
from idp.protocol.errors import INSUFFICIENT_SCOPE, INVALID_TOKEN, ProtocolError
from idp.protocol.extensions.acting_claims import acting_claims
from idp.protocol.extensions.verified_claims import migration_claim, proved_claims
from idp.protocol.provider import Provider
from idp.protocol.tokens.bearer import Scheme, ShownToken, active_token, challenge
from idp.protocol.tokens.issued import AccessToken


class UserinfoSnapshot(Struct, frozen=True):
    """A presented access token (None if not ours), its grant's state, its client, and what a register proved.

    `held` is loaded only for scopes that release something of it (`PROOF_SCOPES`).
    """

    token: AccessToken | None
    state: GrantState | None
    client: Client | None
    now: datetime
    held: HeldIdentity | None = None
    fault: ProtocolError | None = None
    scheme: Scheme = "Bearer"


def decide_userinfo(provider: Provider, snapshot: UserinfoSnapshot) -> Answer:
    """Return the claims of the granted scopes, or the challenge of RFC 6750 3."""
    shown = ShownToken(snapshot.token, snapshot.state, snapshot.client, snapshot.fault)
    active = active_token(shown, snapshot.now)
    if active is None:
        return challenge(snapshot.fault or INVALID_TOKEN, snapshot.scheme)
    token, state, client = active.token, active.state, active.client
    if "openid" not in token.scope:
        return challenge(INSUFFICIENT_SCOPE.because("The scope openid is needed."), snapshot.scheme)
    profile = orjson.loads(provider.sealer.open(state.profile_sealed, PROFILE_PLACE.of(state.grant.person_id)))
    known_as = state.grant.known_as
    claims: dict[str, object] = {
        "sub": provider.subjects.subject(known_as, client),
        **claims_for(token.scope, profile),
        **migration_claim(provider, client, token.scope, known_as, snapshot.held),
        **acting_claims(provider, client, known_as, state.grant.acting_sealed),
    }
    if snapshot.held is not None:
        claims |= proved_claims(provider, client, token.scope, snapshot.held, profile, snapshot.now)
    return Answer(200, claims, NO_STORE)
