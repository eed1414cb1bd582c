"""The tokens that leave the authorization endpoint itself, under a grant that is started before they do.

OAuth 2.0 Multiple Response Types 3, OIDC Core 3.2, 3.3.
"""

from collections.abc import Mapping

from msgspec import Struct

from idp.audit.model import EventName, Origin, RecordEvent
from idp.grants.model import AuthorizationCode, Grant, StartGrant
from idp.kernel.effects import Effect
from idp.kernel.ids import EventId, new_id
from idp.kernel.secrets import new_secret
from idp.protocol.authorize.interaction import Situation
from idp.protocol.token.authorization_code import grant_of_code
from idp.protocol.tokens.identity_claims import NOBODY, PersonSource, id_token_claims
from idp.protocol.tokens.issued import issue_access_token, issue_id_token
from idp.sessions.model import SessionView
from records.structs import Unprinted, replace


class FrontTokens(Unprinted, Struct, frozen=True):
    """Parameters of a response, and what must be committed before it leaves."""

    values: Mapping[str, str]
    effects: tuple[Effect, ...]


def issue_front_tokens(
    case: Situation, view: SessionView, agreed: AuthorizationCode, code: str | None, origin: Origin
) -> FrontTokens:
    """Return the tokens of a request's response type. Their grant dies with the session, as every one without refresh.

    It is another than that of the code which may leave beside them: each is revoked by itself, both with the session.
    """
    provider, client, now = case.provider, case.request.client, case.now
    scope = tuple(name for name in agreed.scope if name != "offline_access")
    grant = grant_of_code(provider.policy, replace(agreed, scope=scope), provider.token_hash.digest(new_secret()), now)
    words, values = case.request.response_type.split(" "), dict[str, str]()
    access = None
    if "token" in words:
        access = issue_access_token(provider, client, scope, now, grant, time_asked=agreed.auth_time_asked)
        values |= {
            "access_token": access.text,
            "token_type": "Bearer",
            "expires_in": str(int((access.expires_at - now).total_seconds())),
            "scope": " ".join(scope),
        }
    if "id_token" in words:
        values["id_token"] = issue_id_token(
            provider,
            client,
            grant,
            now,
            access_token=access.text if access else None,
            nonce=agreed.nonce,
            time_asked=agreed.auth_time_asked,
            code=code,
            personal=_personal_claims(case, view, grant),
        )
    return FrontTokens(values, (StartGrant(grant=grant, issued_at=now), _event(grant, origin)))


def _personal_claims(case: Situation, view: SessionView, grant: Grant) -> dict[str, object]:
    """Return what was asked for by name, and what userinfo would say where no access token leaves (OIDC Core 5.4).

    Nothing that a register proved is among it: such a client is registered for none.
    """
    client, alone = case.request.client, case.request.response_type == "id_token"
    teller = replace(client, claims_in_id_token=alone or client.claims_in_id_token)
    return id_token_claims(
        case.provider, teller, grant, grant.scope, PersonSource(view.profile_sealed, NOBODY), case.now
    )


def _event(grant: Grant, origin: Origin) -> RecordEvent:
    return RecordEvent(
        id=EventId(new_id()),
        name=EventName.TOKEN_ISSUED,
        at=grant.created_at,
        origin=origin,
        person_id=grant.person_id,
        client_id=grant.client_id,
        session_id=grant.session_id,
        reason="authorization_endpoint",
        details={"grant": grant.id},
    )
