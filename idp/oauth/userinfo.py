"""The userinfo endpoint: one read, and a second where a register's facts are released."""

from datetime import datetime

from clients.model import ClientId
from idp.audit.model import EventName, Origin, RecordEvent
from idp.grants.model import Grant, GrantState
from idp.kernel.clock import Clock
from idp.kernel.effects import Ledger
from idp.kernel.ids import EventId, new_id
from idp.oauth.reported_refusals import ReportedRefusals
from idp.oauth.shown_tokens import ShownTokens
from idp.proofing.proof import HeldIdentity
from idp.proofing.proof_ports import Identities
from idp.protocol.answers import Answer
from idp.protocol.authorize.refused_requests import said_details
from idp.protocol.errors import INVALID_REQUEST, INVALID_TOKEN
from idp.protocol.policy import PROOF_SCOPES
from idp.protocol.provider import Provider
from idp.protocol.sender.nonces import with_nonce
from idp.protocol.sender.shown import Sender
from idp.protocol.tokens.bearer import ShownCredential, ShownToken, challenge, why_inactive
from idp.protocol.tokens.issued import AccessToken
from idp.protocol.userinfo import UserinfoSnapshot, decide_userinfo


class UserinfoEndpoint:
    """Answers userinfo requests (OIDC Core 5.3)."""

    def __init__(
        self,
        provider: Provider,
        tokens: ShownTokens,
        identities: Identities,
        ledger: Ledger,
        clock: Clock,
    ) -> None:
        self._provider = provider
        self._tokens = tokens
        self._identities = identities
        self._ledger = ledger
        self._clock = clock
        self._reported = ReportedRefusals()

    async def answer(self, presented: tuple[ShownCredential, ...], sender: Sender) -> Answer:
        """Return the claims for the one access token that was shown; with a nonce where a key was proved."""
        answer = await self._answer(presented, sender)
        return with_nonce(self._provider, answer, self._clock.now()) if sender.proofs else answer

    async def _answer(self, presented: tuple[ShownCredential, ...], sender: Sender) -> Answer:
        """Return the claims for the one access token that was shown, in the header or the form (RFC 6750 2)."""
        if not presented:
            return challenge(None)
        if len(presented) > 1:
            return challenge(INVALID_REQUEST.because("Show the access token once."))
        now = self._clock.now()
        shown = await self._tokens.shown(presented[0], sender, now)
        token, state = shown.token, shown.state
        held = await self._held(token, state)
        scheme = presented[0].scheme
        snapshot = UserinfoSnapshot(token, state, shown.client, now, held, shown.fault, scheme)
        answer = decide_userinfo(self._provider, snapshot)
        if answer.error is not None:
            self._note_refusal(shown, answer.error, now)
        elif state is not None and answer.body is not None and "national_id" in answer.body:
            self._ledger.enqueue(_released(state.grant, now))
        return answer

    def _note_refusal(self, shown: ShownToken, reason: str, now: datetime) -> None:
        """Tell the client that a token was issued to, of each token once: our signature says whose it is."""
        token, client = shown.token, shown.client
        if token is None or client is None or not self._reported.is_first(token.jti, reason):
            return
        said = why_inactive(shown, now) if reason == INVALID_TOKEN.code else ""
        self._ledger.enqueue(_refused(client.client_id, reason, said, now))

    async def _held(self, token: AccessToken | None, state: GrantState | None) -> HeldIdentity | None:
        """Return what a register proved, where the scope releases something of it: the only second read there is."""
        if token is None or state is None or not PROOF_SCOPES.intersection(token.scope):
            return None
        grant = state.grant
        return await self._identities.of_account(grant.person_id, grant.account_id, grant.known_as)


def _refused(client_id: ClientId, reason: str, said: str, now: datetime) -> RecordEvent:
    return RecordEvent(
        id=EventId(new_id()),
        name=EventName.USERINFO_REFUSED,
        at=now,
        origin=Origin(new_id()),
        client_id=client_id,
        reason=reason,
        details=said_details(said),
    )


def _released(grant: Grant, now: datetime) -> RecordEvent:
    return RecordEvent(
        id=EventId(new_id()),
        name=EventName.NATIONAL_ID_RELEASED,
        at=now,
        origin=Origin(new_id()),
        person_id=grant.person_id,
        client_id=grant.client_id,
        session_id=grant.session_id,
    )
