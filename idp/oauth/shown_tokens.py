"""Reading the access tokens of ours that are shown to us: the one place that loads what a token stands for."""

from datetime import datetime

from msgspec import Struct

from clients.ports import ClientLookup
from idp.grants.ports import GrantReader
from idp.oauth.proof_uses import ProofUses
from idp.protocol.errors import INVALID_DPOP_PROOF, ProtocolError
from idp.protocol.provider import Provider
from idp.protocol.sender.binding import shown_fault
from idp.protocol.sender.proofs import judge_proofs
from idp.protocol.sender.shown import Sender
from idp.protocol.tokens.bearer import ShownCredential, ShownToken, active_token, own_token
from idp.protocol.tokens.delegated import any_stopped, client_actors
from idp.protocol.tokens.issued import AccessToken, read_access_token
from records.structs import replace


class TokenReader(Struct, frozen=True):
    """Reads what a text stands for, whoever shows it: one round trip, none for a text that is not ours."""

    provider: Provider
    registry: ClientLookup
    grants: GrantReader

    async def read(self, text: str, now: datetime) -> ShownToken:
        """Return the token with its grant and client, and whether all that it has gone on to work (RFC 8693)."""
        token = read_access_token(self.provider, text, now)
        if token is None:
            return ShownToken(None, None, None)
        if token.grant_id is None:
            revoked = await self.grants.token_revoked(token.jti)
            return ShownToken(token, None, self.registry.get(token.client_id), revoked=revoked)
        state = await self.grants.state(token.grant_id, token.jti, now)
        carried_on = state is not None and bool(client_actors(token))
        owner = state.grant.client_id if state is not None and carried_on else token.client_id
        stopped = carried_on and any_stopped(token, self.registry)
        return ShownToken(token, state, self.registry.get(owner), stopped=stopped)


class ShownTokens(Struct, frozen=True):
    """Reads a token with its grant and its client, and judges whether its sender holds what it is bound to.

    One round trip, none for a text that is not ours; a token that counts and is bound to a DPoP key costs one command
    of the short-lived store more.
    """

    provider: Provider
    registry: ClientLookup
    grants: GrantReader
    uses: ProofUses

    @property
    def reader(self) -> TokenReader:
        """Return what reads a text, whoever shows it."""
        return TokenReader(self.provider, self.registry, self.grants)

    async def shown(self, credential: ShownCredential, sender: Sender, now: datetime) -> ShownToken:
        """Return what the token stands for."""
        shown = await self.reader.read(credential.text, now)
        if shown.token is None:
            return shown
        fault = await self._fault(shown, shown.token, credential, sender, now)
        return shown if fault is None else replace(shown, fault=fault)

    async def _fault(
        self, shown: ShownToken, token: AccessToken, credential: ShownCredential, sender: Sender, now: datetime
    ) -> ProtocolError | None:
        if credential.scheme == "Bearer" and not token.binding.is_bound:
            return None
        facts = judge_proofs(self.provider, sender, now, credential.text)
        fault = shown_fault(token.binding, credential.scheme, facts)
        counts = active_token(shown, now) is not None or own_token(shown, now) is not None
        if fault is not None or facts.use is None or not counts:
            return fault
        first = await self.uses.is_first(facts.use)
        return None if first else INVALID_DPOP_PROOF.because("The DPoP proof was used before.")
