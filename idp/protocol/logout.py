"""RP-initiated logout and the logout token (OIDC RP-Initiated Logout 1.0, Back-Channel Logout 1.0)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import quote

from msgspec import Struct

from clients.model import Client, ClientId
from idp.grants.model import Grant
from idp.kernel.ids import ID_LENGTH, GrantId, PersonId, SessionId, new_id
from idp.protocol.authorize.errors import PageError
from idp.protocol.errors import INVALID_REDIRECT_URI, INVALID_REQUEST
from idp.protocol.forms import Form
from idp.protocol.provider import Provider
from idp.protocol.tokens.kinds import is_id_token
from idp.sessions.model import SessionView

LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
# Back-Channel Logout 2.4: short-lived; ASVS 10.5.5 says two minutes.
LOGOUT_TOKEN_LIFE = timedelta(minutes=2)


class LogoutRequest(Struct, frozen=True):
    """A checked logout request: who asks (if proven by the hint), where to go afterwards, and whose session."""

    client: Client | None
    return_to: str | None
    hinted_subject: str | None
    hinted_sid: str | None
    ui_locales: str | None
    hinted_grant: GrantId | None = None


def read_logout_request(
    provider: Provider, form: Form, find_client: Callable[[ClientId], Client | None]
) -> LogoutRequest:
    """Return the checked request; raises `PageError`, never redirects to an address that is not proven.

    A redirect needs a genuine hint of the client that registered the address (RP-Initiated Logout 3): a hint is
    accepted after its time, but not with a changed or foreign signature.
    """
    if form.repeated:
        raise PageError(INVALID_REQUEST, "a parameter was sent more than once")
    hint, wanted = form.get("id_token_hint"), form.get("post_logout_redirect_uri")
    if hint is None:
        # Without a hint nobody vouches for the address, even for a registered one: say goodbye here.
        return LogoutRequest(None, None, None, None, form.get("ui_locales"))
    verified = provider.verifier.verify_hint(hint)
    audience = verified.claims.get("aud") if verified else None
    client = find_client(ClientId(audience)) if isinstance(audience, str) else None
    if verified is None or client is None or not client.active or not is_id_token(verified):
        raise PageError(INVALID_REQUEST, "id_token_hint is not an ID token of this provider")
    if form.get("client_id") not in {None, client.client_id}:
        raise PageError(INVALID_REQUEST, "client_id is not the one of id_token_hint")
    if wanted is not None and wanted not in client.post_logout_redirect_uris:
        raise PageError(INVALID_REDIRECT_URI, "post_logout_redirect_uri is not registered for this client")
    subject, sid = verified.claims.get("sub"), verified.claims.get("sid")
    return LogoutRequest(
        client=client,
        return_to=_with_state(wanted, form.get("state")) if wanted else None,
        hinted_subject=subject if isinstance(subject, str) else None,
        hinted_sid=sid if isinstance(sid, str) else None,
        ui_locales=form.get("ui_locales"),
        hinted_grant=grant_of_jti(verified.claims.get("jti")),
    )


def grant_of_jti(jti: object) -> GrantId | None:
    """Return the grant that an ID token was issued under."""
    grant_id = GrantId(jti.partition(".")[0]) if isinstance(jti, str) else GrantId("")
    return grant_id if len(grant_id) == ID_LENGTH else None


def _with_state(address: str, state: str | None) -> str:
    if state is None:
        return address
    return f"{address}{'&' if '?' in address else '?'}state={quote(state, safe='')}"


def may_skip_confirmation(provider: Provider, request: LogoutRequest, view: SessionView) -> bool:
    """Say whether the hint proves that this very session asks to end: then the person need not be asked.

    Anything less gets a confirmation page, so that no other site can sign people out (case LO-1).
    """
    if request.client is None or request.hinted_sid is None:
        return False
    same_session = provider.subjects.session(view.session.id, request.client) == request.hinted_sid
    return same_session and provider.subjects.subject(view.known_as, request.client) == request.hinted_subject


def names_session_of(provider: Provider, request: LogoutRequest, grant: Grant) -> bool:
    """Say whether the hint was issued under this grant: client, session and person must all be those that it names."""
    client = request.client
    if client is None or (grant.id, grant.client_id) != (request.hinted_grant, client.client_id):
        return False
    named = (provider.subjects.session(grant.session_id, client), provider.subjects.subject(grant.known_as, client))
    return named == (request.hinted_sid, request.hinted_subject)


def make_logout_token(
    provider: Provider, client: Client, known_as: PersonId, session_id: SessionId, now: datetime
) -> str:
    """Return a logout token (Back-Channel Logout 2.4): `sub` and `sid`, one event, a new `jti`, no nonce."""
    claims: dict[str, object] = {
        "iss": provider.issuer,
        "aud": client.client_id,
        "iat": int(now.timestamp()),
        "exp": int((now + LOGOUT_TOKEN_LIFE).timestamp()),
        "jti": new_id(),
        "sub": provider.subjects.subject(known_as, client),
        "sid": provider.subjects.session(session_id, client),
        "events": {LOGOUT_EVENT: {}},
    }
    return provider.signer.sign(claims, algorithm=client.id_token_signed_response_alg, typ="logout+jwt", now=now)
