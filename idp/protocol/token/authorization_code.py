"""code -> tokens (RFC 6749 4.1.3, RFC 7636 4.6)."""

import hmac
from base64 import urlsafe_b64encode
from datetime import datetime
from hashlib import sha256
from re import fullmatch
from typing import Any

from authlib.oauth2.rfc6749 import grants
from authlib.oauth2.rfc6749.errors import InvalidGrantError
from msgspec import Struct

from clients.model import Client
from clients.ports import ClientLookup
from idp.audit.model import EventName
from idp.grants.model import AuthorizationCode, Grant, RefreshFamily, RevokeGrantOfCode, StartFamily, StartGrant
from idp.kernel.ids import GrantId, new_id
from idp.protocol.answers import Decision
from idp.protocol.client_auth.authentication import METHODS
from idp.protocol.decider import Decider, RegisteredClient
from idp.protocol.errors import INVALID_GRANT
from idp.protocol.policy import ProtocolPolicy
from idp.protocol.rar.details import granted_details
from idp.protocol.resources import NO_CLIENTS, target_of
from idp.protocol.token.bodies import tokens_of
from idp.protocol.token.events import event, note_released_number
from idp.protocol.token.grant import TokenGrant
from idp.protocol.tokens.identity_claims import NOBODY, PersonFacts, PersonSource, id_token_claims
from records.structs import replace


class CodeFacts(Struct, frozen=True):
    """A presented code's hash, and what the short-lived store has under it."""

    code_hash: bytes
    code: AuthorizationCode | None
    person: PersonFacts = NOBODY
    # The registry, where the code is for APIs of others.
    clients: ClientLookup = NO_CLIENTS


class CodeGrant(grants.AuthorizationCodeGrant):
    """code -> tokens (RFC 6749 4.1.3, RFC 7636 4.6). The claim is the insert of the grant."""

    TOKEN_ENDPOINT_AUTH_METHODS = METHODS

    def query_authorization_code(self, code: str, client: RegisteredClient) -> "RedeemableCode | None":
        """Return the loaded code if this client may redeem it with this verifier, else None."""
        facts: CodeFacts = self.server.facts_of_grant
        found = facts.code
        if found is None or found.client_id != client.client_id:
            return None
        _check_verifier(found.code_challenge, self.request.form.get("code_verifier"))
        if found.dpop_jkt not in {None, self.server.record.binding.jkt}:
            raise InvalidGrantError("The code is bound to another DPoP key.")
        return RedeemableCode(found, self.request.form.get("redirect_uri"))

    def authenticate_user(self, code: "RedeemableCode") -> "RedeemableCode":
        """Return a code that has not expired: whether its person may still sign in, the claim decides in the store.

        A late replay is a replay too: what the code was redeemed for, if it was, ends (RFC 9700 4.14).
        """
        server: Decider = self.server
        found, facts = code.code, self.server.facts_of_grant
        if server.now >= found.expires_at:
            end = RevokeGrantOfCode(
                code_hash=facts.code_hash, person_id=found.person_id, at=server.now, reason="code_replayed"
            )
            server.record.on_refusal = (end,)
            raise InvalidGrantError("The code has expired.")
        return code

    def generate_token(self, user: "RedeemableCode", **kwargs: Any) -> dict[str, object]:
        """Return the tokens and record the grant, its family and the event."""
        server: Decider = self.server
        client: Client = self.request.client.client
        code = user.code
        grant = _grant_of(server, client, code)
        facts: CodeFacts = self.server.facts_of_grant
        target = target_of(server.provider, grant, client, self.request.form.get("resource"), facts.clients)
        details = granted_details(
            server.provider.sealer, grant.details_sealed, self.request.form.get("authorization_details")
        )
        server.record.effects.append(StartGrant(grant=grant, issued_at=code.issued_at))
        source = PersonSource(code.profile_sealed, facts.person)
        personal = id_token_claims(server.provider, client, grant, grant.scope, source, server.now)
        note_released_number(server, client, grant, personal)
        token = tokens_of(
            server,
            client,
            grant,
            target,
            details,
            nonce=code.nonce,
            time_asked=code.auth_time_asked,
            personal=personal,
        )
        if kwargs["include_refresh_token"]:
            refresh = server.provider.refresh_tokens.make(grant.id, 0)
            head = server.provider.token_hash.digest(refresh.text)
            family = RefreshFamily(grant.id, grant.person_id, head, None, None, 0, server.now)
            server.record.effects.append(StartFamily(family=family))
            token["refresh_token"] = refresh.text
        server.record.effects.append(event(server, EventName.CODE_REDEEMED, client, grant))
        return token

    def delete_authorization_code(self, authorization_code: "RedeemableCode") -> None:
        """Do nothing: the grant's unique code hash is what makes the code spent."""


class RedeemableCode:
    """A code in the shape that Authlib asks questions of."""

    def __init__(self, code: AuthorizationCode, sent_redirect_uri: str | None) -> None:
        self.code, self.sent_redirect_uri = code, sent_redirect_uri

    def get_redirect_uri(self) -> str | None:
        # An address that nobody had to repeat must still be the right one where it is repeated.
        compared = self.code.redirect_uri_given or self.sent_redirect_uri is not None
        return self.code.redirect_uri if compared else None

    def get_scope(self) -> str:
        return " ".join(self.code.scope)


def _check_verifier(challenge: str | None, verifier: str | None) -> None:
    """Compare S256 (RFC 7636 4.6). A verifier without a challenge is refused too (RFC 9700 4.8.2)."""
    if challenge is None and not verifier:
        return
    if challenge is None or not verifier or not fullmatch(r"[A-Za-z0-9\-._~]{43,128}", verifier):
        raise InvalidGrantError("'code_verifier' is missing, malformed, or was not announced.")
    computed = urlsafe_b64encode(sha256(verifier.encode("ascii")).digest()).rstrip(b"=").decode("ascii")
    if not hmac.compare_digest(computed, challenge):
        raise InvalidGrantError("'code_verifier' does not match.")


def grant_of_code(policy: ProtocolPolicy, code: AuthorizationCode, code_hash: bytes, now: datetime) -> Grant:
    """Return what was agreed as a grant that begins now, to be started under a hash that no other has."""
    offline = "offline_access" in code.scope
    ends_at = now + (policy.offline_life if offline else policy.session_life)
    return Grant(
        id=GrantId(new_id()),
        code_hash=code_hash,
        client_id=code.client_id,
        session_id=code.session_id,
        person_id=code.person_id,
        account_id=code.account_id,
        scope=code.scope,
        nonce=code.nonce,
        auth_time=code.auth_time,
        acr=code.acr,
        amr=code.amr,
        offline=offline,
        created_at=now,
        expires_at=min(ends_at, code.mandate_ends_at or ends_at),
        mandate_id=code.mandate_id,
        acting_sealed=code.acting_sealed,
        subject_id=code.subject_id,
        claims=code.claims,
        resources=code.resources,
        details_sealed=code.details_sealed,
    )


def _grant_of(server: Decider, client: Client, code: AuthorizationCode) -> Grant:
    facts: CodeFacts = server.facts_of_grant
    grant = grant_of_code(server.provider.policy, code, facts.code_hash, server.now)
    return replace(grant, dpop_jkt=None if client.confidential else server.record.binding.holder)


def _replayed(decider: Decider) -> Decision | None:
    """Return what happens when the code was redeemed already: everything from it ends (RFC 6749 4.1.2).

    Only a request that was valid in every other way gets here, so that a thief of a code alone cannot log anybody
    out (OAuth 2.1 draft 4.1.3).
    """
    starts = [effect for effect in decider.record.effects if isinstance(effect, StartGrant)]
    if not starts or decider.record.authenticated is None:
        return None
    grant, client = starts[0].grant, decider.record.authenticated.client
    end = RevokeGrantOfCode(
        code_hash=grant.code_hash, person_id=grant.person_id, at=decider.now, reason="code_replayed"
    )
    answer = INVALID_GRANT.because("The code was used before, or its session has ended.").answer()
    return Decision(answer, (end, event(decider, EventName.CODE_REPLAYED, client, grant, "code_replayed")))


GRANT = TokenGrant(CodeGrant, _replayed)
