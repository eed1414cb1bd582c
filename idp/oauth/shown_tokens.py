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
from idp.protocol.tokens.bearer import ShownCredential, ShownToken, active_token
from idp.protocol.tokens.issued import AccessToken, read_access_token
from records.structs import replace


class ShownTokens(Struct, frozen=True):
    """Reads a token with its grant and its client, and judges whether its sender holds what it is bound to.

    One round trip, none for a text that is not ours; a token that counts and is bound to a DPoP key costs one command
    of the short-lived store more.
    """

    provider: Provider
    registry: ClientLookup
    grants: GrantReader
    uses: ProofUses

    async def shown(self, credential: ShownCredential, sender: Sender, now: datetime) -> ShownToken:
        """Return what the token stands for."""
        token = read_access_token(self.provider, credential.text, now)
        if token is None:
            return ShownToken(None, None, None)
        state = None
        if token.grant_id is not None:
            state = await self.grants.state(token.grant_id, token.jti, now)
        shown = ShownToken(token, state, self.registry.get(token.client_id))
        fault = await self._fault(shown, token, credential, sender, now)
        return shown if fault is None else replace(shown, fault=fault)

    async def _fault(
        self, shown: ShownToken, token: AccessToken, credential: ShownCredential, sender: Sender, now: datetime
    ) -> ProtocolError | None:
        if credential.scheme == "Bearer" and not token.binding.is_bound:
            return None
        facts = judge_proofs(self.provider, sender, now, credential.text)
        fault = shown_fault(token.binding, credential.scheme, facts)
        if fault is not None or facts.use is None or active_token(shown, now) is None:
            return fault
        first = await self.uses.is_first(facts.use)
        return None if first else INVALID_DPOP_PROOF.because("The DPoP proof was used before.")
