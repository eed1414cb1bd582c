"""refresh token -> tokens, in families that rotate (RFC 6749 6, RFC 9700 4.14.2)."""

from datetime import datetime

from authlib.oauth2.rfc6749 import grants
from authlib.oauth2.rfc6749.errors import InvalidGrantError
from msgspec import Struct

from clients.model import Client
from clients.ports import ClientLookup
from clients.profiles import profile_of
from idp.audit.model import EventName
from idp.grants.model import Grant, GrantState, RefreshFamily, RetryRotation, RevokeGrant, RotateFamily
from idp.protocol.client_auth.authentication import METHODS
from idp.protocol.decider import Decider, RegisteredClient
from idp.protocol.rar.details import granted_details
from idp.protocol.resources import NO_CLIENTS, narrowed, target_of
from idp.protocol.token.bodies import tokens_of
from idp.protocol.token.events import event, note_released_number
from idp.protocol.token.grant import TokenGrant
from idp.protocol.tokens.identity_claims import NOBODY, PersonFacts, PersonSource, id_token_claims
from idp.protocol.tokens.refresh import RefreshToken


class RefreshFacts(Struct, frozen=True):
    """A presented refresh token that is genuine, and its grant as it stands. Both None for a text that is not ours."""

    token: RefreshToken | None
    state: GrantState | None
    person: PersonFacts = NOBODY
    # The registry, where the grant is for APIs of others.
    clients: ClientLookup = NO_CLIENTS


class RefreshGrant(grants.RefreshTokenGrant):
    """refresh token -> tokens, in families that rotate (RFC 9700 4.14.2)."""

    TOKEN_ENDPOINT_AUTH_METHODS = METHODS

    def authenticate_refresh_token(self, refresh_token: str) -> "_PresentedToken | None":
        """Return the presented token with its family's word on it; a reused one ends the family on the way."""
        facts: RefreshFacts = self.server.facts_of_grant
        if facts.token is None or facts.state is None or facts.state.family is None or not facts.state.alive:
            return None
        if facts.state.grant.client_id != self.request.client.client_id:
            return None
        # Before its family is looked at: who stole a token without its key ends nobody's sign-in.
        if facts.state.grant.dpop_jkt not in {None, self.server.record.binding.holder}:
            return None
        standing = _standing(self.server, facts.token, facts.state.family)
        if standing == "reused":
            self._end_family(facts.state.grant)
            return None
        return _PresentedToken(facts.token, facts.state, retry=standing == "retry")

    def _end_family(self, grant: Grant) -> None:
        server: Decider = self.server
        client: Client = self.request.client.client
        server.record.on_refusal = (
            RevokeGrant(grant_id=grant.id, person_id=grant.person_id, at=server.now, reason="refresh_token_reused"),
            event(server, EventName.REFRESH_REUSED, client, grant, "refresh_token_reused"),
        )

    def authenticate_user(self, refresh_token: "_PresentedToken") -> "_PresentedToken":
        """Return the token: account and session were read with its state."""
        return refresh_token

    def issue_token(self, user: "_PresentedToken", refresh_token: "_PresentedToken") -> dict[str, object]:
        """Return new tokens: a rotation with a new head, or a retry with the same successor."""
        server: Decider = self.server
        client: Client = self.request.client.client
        wanted = self.request.payload.scope
        grant = narrowed(user.state.grant, tuple(wanted.split()) if wanted else user.state.grant.scope)
        facts: RefreshFacts = self.server.facts_of_grant
        target = target_of(server.provider, grant, client, self.request.form.get("resource"), facts.clients)
        details = granted_details(
            server.provider.sealer, grant.details_sealed, self.request.form.get("authorization_details")
        )
        source = PersonSource(user.state.profile_sealed, facts.person)
        personal = id_token_claims(server.provider, client, grant, grant.scope, source, server.now)
        note_released_number(server, client, grant, personal)
        token = tokens_of(server, client, grant, target, details, nonce=None, personal=personal)
        if not profile_of(client).rotates_refresh_tokens:
            # Nothing is claimed: a revocation at this moment counts wherever the new access token is shown.
            server.record.enqueued.append(event(server, EventName.REFRESH_ROTATED, client, grant))
        elif user.retry:
            token["refresh_token"] = self._same_successor(user, client)
        else:
            token["refresh_token"] = self._new_head(user, client)
        return token

    def _new_head(self, presented: "_PresentedToken", client: Client) -> str:
        server: Decider = self.server
        provider, grant = server.provider, presented.state.grant
        successor = provider.refresh_tokens.make(grant.id, presented.token.generation + 1)
        server.record.effects += [
            RotateFamily(
                grant_id=grant.id,
                person_id=grant.person_id,
                presented_hash=provider.token_hash.digest(presented.token.text),
                head_hash=provider.token_hash.digest(successor.text),
                successor_sealed=provider.sealer.seal(successor.text.encode(), f"refresh:{grant.id}"),
                rotated_at=server.now,
            ),
            event(server, EventName.REFRESH_ROTATED, client, grant),
        ]
        return successor.text

    def _same_successor(self, presented: "_PresentedToken", client: Client) -> str:
        server: Decider = self.server
        grant, family = presented.state.grant, presented.state.family
        if family is None or family.successor_sealed is None:
            raise InvalidGrantError
        server.record.effects += [
            RetryRotation(
                grant_id=grant.id,
                person_id=grant.person_id,
                previous_hash=server.provider.token_hash.digest(presented.token.text),
            ),
            event(server, EventName.REFRESH_RETRIED, client, grant),
        ]
        return server.provider.sealer.open(family.successor_sealed, f"refresh:{grant.id}").decode()

    def revoke_old_credential(self, refresh_token: "_PresentedToken") -> None:
        """Do nothing: the rotation is the claim."""


def _standing(server: Decider, token: RefreshToken, family: RefreshFamily) -> str:
    """Return "head", "retry" (the immediate predecessor within the grace, successor unused) or "reused"."""
    provider = server.provider
    if provider.token_hash.matches(token.text, family.head_hash):
        return "head"
    grace_ends: datetime = family.rotated_at + provider.policy.refresh_grace
    is_previous = family.previous_hash is not None and provider.token_hash.matches(token.text, family.previous_hash)
    # Once the successor was used it is itself the predecessor, so `previous_hash` no longer matches this token.
    return "retry" if is_previous and server.now < grace_ends else "reused"


class _PresentedToken:
    """A refresh token in the shape that Authlib asks questions of."""

    def __init__(self, token: RefreshToken, state: GrantState, *, retry: bool) -> None:
        self.token, self.state, self.retry = token, state, retry

    def check_client(self, client: RegisteredClient) -> bool:
        return self.state.grant.client_id == client.client_id

    def get_scope(self) -> str:
        return " ".join(self.state.grant.scope)


GRANT = TokenGrant(RefreshGrant)
