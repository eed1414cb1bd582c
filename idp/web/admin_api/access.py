"""From an access token to an actor: the API's way in (RFC 6750, RFC 9470)."""

from datetime import datetime

from msgspec import Struct
from starlette.requests import Request

from clients.model import GovernedClaim
from idp.admin.actor import Actor
from idp.grants.model import Grant
from idp.oauth.shown_tokens import ShownTokens
from idp.officers.model import OfficerReader
from idp.officers.roles import RoleReader
from idp.protocol.errors import INSUFFICIENT_SCOPE, INSUFFICIENT_USER_AUTHENTICATION, INVALID_TOKEN, ProtocolError
from idp.protocol.sender.nonces import nonce_now
from idp.protocol.tokens.bearer import ActiveToken, ShownCredential, active_token, challenge_of, is_for_provider_alone
from idp.sign_in.levels import is_strong, strong_levels
from idp.sign_in.recent import RECENT
from idp.web.admin_api.problems import ApiError, Code
from idp.web.http.requests import origin_of, sender_of, shown_in_header

REALM = "admin"


class Admitted(Struct, frozen=True):
    """An actor with what their token allows the client."""

    actor: Actor
    scope: frozenset[str]

    def demand_scope(self, scope: GovernedClaim) -> None:
        """Return if the token has the scope; raise the challenge of RFC 6750 3.1 otherwise."""
        if scope not in self.scope:
            reported = challenge(INSUFFICIENT_SCOPE.because(f"The scope {scope} is needed."), scope=scope)
            raise ApiError(Code.INSUFFICIENT_SCOPE, headers=reported)


class Access(Struct, frozen=True):
    """Lets in whoever shows a token of an officer's account that signed in with two factors: three reads."""

    tokens: ShownTokens
    officers: OfficerReader
    roles: RoleReader

    async def admit(self, request: Request, now: datetime) -> Admitted:
        """Return who asks. Raises `ApiError`: no token, none that counts, one factor only, or nobody of an agency."""
        active = await self._active(request, now)
        grant = active.grant
        officer = await self.officers.of_account(grant.person_id, grant.account_id)
        if officer is None:
            raise ApiError(Code.NOT_PERMITTED, detail="the token is a citizen's")
        if not is_strong(grant.amr):
            raise stronger_sign_in(fresh=False)
        actor = Actor(
            person_id=officer.person_id,
            account_id=officer.account_id,
            agency=officer.agency,
            officer_code=officer.code,
            grants=tuple(await self.roles.held(officer.person_id, officer.account_id, now)),
            fresh=_is_fresh(grant, now),
            origin=origin_of(request),
            session_id=grant.session_id,
        )
        return Admitted(actor, _scope(active))

    async def _active(self, request: Request, now: datetime) -> ActiveToken:
        credential, sender = _shown(request), sender_of(request)
        shown = await self.tokens.shown(credential, sender, now)
        active = active_token(shown, now)
        if active is not None and is_for_provider_alone(self.tokens.provider, active.token):
            return active
        error = shown.fault or INVALID_TOKEN.because("The access token is not active, or not for this API.")
        headers = {"WWW-Authenticate": challenge_of(error, credential.scheme, REALM)}
        if sender.proofs:
            headers["DPoP-Nonce"] = nonce_now(self.tokens.provider, now)
        raise ApiError(Code.INVALID_TOKEN, headers=headers)


def challenge(error: ProtocolError | None, **parameters: str) -> dict[str, str]:
    """Return the `WWW-Authenticate` header; without an error where no token was shown at all (RFC 6750 3.1)."""
    return {"WWW-Authenticate": challenge_of(error, "Bearer", REALM, **parameters)}


def stronger_sign_in(*, fresh: bool) -> ApiError:
    """Return the challenge that sends the person back to sign in with two factors, lately if `fresh` (RFC 9470 3)."""
    wanted = {"acr_values": " ".join(strong_levels())}
    if fresh:
        wanted["max_age"] = str(int(RECENT.total_seconds()))
    reported = challenge(INSUFFICIENT_USER_AUTHENTICATION, **wanted)
    return ApiError(Code.STRONGER_SIGN_IN, headers=reported)


def _shown(request: Request) -> ShownCredential:
    """Return the token of the one Authorization header (RFC 6750 2.1, RFC 9449 7.1): never from query or body."""
    if len(request.headers.getlist("authorization")) > 1:
        raise ApiError(Code.MALFORMED_REQUEST, detail="two Authorization headers")
    shown = [one for one in shown_in_header(request) if one.text]
    if not shown:
        raise ApiError(Code.TOKEN_MISSING, headers=challenge(None))
    return shown[0]


def _is_fresh(grant: Grant, now: datetime) -> bool:
    """Say whether two factors were shown a short while ago: the session's sign-in, as the token tells it."""
    return now - grant.auth_time <= RECENT


def _scope(active: ActiveToken) -> frozenset[str]:
    """Return what the token may do: its scope, as far as the client's registration still allows it."""
    return frozenset(active.token.scope) & frozenset[str](active.client.governed_claims)
