"""What every back-channel endpoint shares: reading who asks, and committing a decision before its answer leaves."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from msgspec import Struct

from clients.ports import ClientLookup
from clients.tokens.encryption import is_encrypted_to
from idp.audit.client_refusals import RefusalTally, RefusedAt, refusal_of
from idp.audit.model import Origin
from idp.kernel.clock import Clock
from idp.kernel.effects import Ledger
from idp.oauth.client_keys import NO_KEYS, ClientKeys
from idp.oauth.proof_uses import ProofUses
from idp.protocol.answers import Answer, Decision
from idp.protocol.client_auth import self_signed_tls_client_auth
from idp.protocol.client_auth.authentication import read_credentials, refused, why_unproven
from idp.protocol.client_auth.client_jws import claimed_kid
from idp.protocol.decider import ClientFacts, answer_of
from idp.protocol.errors import (
    AUTHORIZATION_PENDING,
    INVALID_CLIENT,
    INVALID_DPOP_PROOF,
    INVALID_GRANT,
    SLOW_DOWN,
    OAuth2Error,
)
from idp.protocol.forms import Form, stated_client
from idp.protocol.provider import Provider
from idp.protocol.sender.nonces import with_nonce
from idp.protocol.sender.proofs import judge_proofs
from idp.protocol.sender.shown import Sender

# A loser of a race decides anew; each round somebody won, so a handful is enough for any honest client.
MAX_ROUNDS = 5
# A device asks every five seconds until its person has decided: that is no refusal.
_NOT_YET = frozenset({AUTHORIZATION_PENDING.code, SLOW_DOWN.code})
_USED = "the assertion was used before"


class BackChannelRequest(Struct, frozen=True):
    """A form POST from a client's server."""

    form: Form
    authorization: str | None
    origin: Origin
    # What it shows beside: DPoP proofs, a client certificate.
    sender: Sender


class BackChannel(Struct, frozen=True):
    """The parts that token, introspection and revocation endpoints work with."""

    provider: Provider
    registry: ClientLookup
    client_keys: ClientKeys
    ledger: Ledger
    clock: Clock
    uses: ProofUses
    refusals: RefusalTally

    async def client_facts(self, request: BackChannelRequest, now: datetime) -> ClientFacts:
        """Return who claims to ask; raises `OAuth2Error` for credentials that cannot be read."""
        credentials = read_credentials(request.form, request.authorization, request.sender.certificate)
        client = self.registry.get(credentials.client_id) if credentials.client_id else None
        jwks = NO_KEYS
        if client is not None and credentials.assertion and client.active:
            jwks = await self.client_keys.of(client, claimed_kid(credentials.assertion), now)
        if client is not None and client.active and credentials.method_of(client) == self_signed_tls_client_auth.METHOD:
            jwks = await self.client_keys.to_prove(client, credentials.certificate, now)
        if client is not None and client.active and is_encrypted_to(client):
            jwks = await self.client_keys.to_encrypt_for(client, now)
        return ClientFacts(credentials, client, jwks, judge_proofs(self.provider, request.sender, now))

    async def answer(self, request: BackChannelRequest, decide: "Decide", place: RefusedAt) -> Answer:
        """Return the answer of the first decision whose effects could be committed."""
        try:
            facts = await self.client_facts(request, self.clock.now())
        except OAuth2Error as error:
            return self._unread(request, error, place)
        answer = await self._decided(facts, decide)
        self._count(facts, answer, place)
        # A client that proves a key learns which nonce its next proof shall carry (RFC 9449 8.2).
        return with_nonce(self.provider, answer, self.clock.now()) if request.sender.proofs else answer

    async def _decided(self, facts: ClientFacts, decide: "Decide") -> Answer:
        unused = False
        for _ in range(MAX_ROUNDS):
            decision = await decide(facts, self.clock.now())
            if decision.proof is not None and not unused:
                unused = await self.uses.is_first_or_unknown(decision.proof)
                if not unused:
                    return INVALID_DPOP_PROOF.because("The DPoP proof was used before.").answer()
            answer = await self._commit(decision)
            if answer is not None:
                return answer
        return _try_again()

    def _unread(self, request: BackChannelRequest, error: OAuth2Error, place: RefusedAt) -> Answer:
        """Return the refusal of credentials that cannot be read, told to whom the form names."""
        answer, named = answer_of(error), stated_client(request.form)
        client = self.registry.get(named) if named else None
        if client is not None:
            said = refusal_of(client.client_id, place, answer.error or "", answer.description, proven=False)
            self.refusals.count(said, self.clock.now())
        return answer

    def _count(self, facts: ClientFacts, answer: Answer, place: RefusedAt) -> None:
        """Count a refusal for its client's people: with the rule that it broke where it did not prove itself."""
        client, code = facts.client, answer.error
        if client is None or code is None or code in _NOT_YET:
            return
        now, credentials = self.clock.now(), facts.credentials
        because = why_unproven(self.provider, client, credentials, facts.jwks, now)
        proves = credentials.method_of(client) != "none" and not because and code != INVALID_CLIENT.code
        if not because and code == INVALID_CLIENT.code:
            because = _USED if credentials.assertion else answer.description
        self.refusals.count(
            refusal_of(client.client_id, place, code, because or answer.description, proven=proves), now
        )

    async def _commit(self, decision: Decision) -> Answer | None:
        """Write what the decision wants; None means: it came too late, load and decide anew."""
        if decision.first is not None and not await self.ledger.commit(decision.first):
            return answer_of(refused())
        if decision.effects and not await self.ledger.commit(*decision.effects):
            # The assertion was claimed in this round; a new round would find it used.
            if decision.when_late is None:
                return None if decision.first is None else _try_again()
            return await self._commit(decision.when_late)
        if decision.enqueued:
            self.ledger.enqueue(*decision.enqueued)
        return decision.answer


Decide = Callable[[ClientFacts, datetime], Awaitable[Decision]]


def _try_again() -> Answer:
    return INVALID_GRANT.because("The token is being used elsewhere at the same time.").answer()
