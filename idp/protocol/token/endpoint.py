"""The decision of the token endpoint (RFC 6749 3.2)."""

from datetime import datetime

from msgspec import Struct

from idp.audit.model import EventName, Origin
from idp.grants.model import ClaimOnce, RevokeGrantOfCode, StartGrant
from idp.kernel.effects import Effect
from idp.protocol.answers import Answer, Decision
from idp.protocol.decider import ClientFacts, Decider, DecisionRequest
from idp.protocol.errors import INVALID_GRANT, INVALID_REQUEST
from idp.protocol.forms import Form
from idp.protocol.house import House
from idp.protocol.token.authorization_code import CodeFacts, CodeGrant
from idp.protocol.token.client_credentials import ClientCredentialsGrant
from idp.protocol.token.events import event
from idp.protocol.token.refresh_token import RefreshFacts, RefreshGrant

GRANTS = (CodeGrant, RefreshGrant, ClientCredentialsGrant)
GRANT_TYPES: tuple[str, ...] = tuple(grant.GRANT_TYPE for grant in GRANTS)


class TokenSnapshot(Struct, frozen=True):
    """Everything the token endpoint decides on."""

    form: Form
    facts: ClientFacts
    presented: CodeFacts | RefreshFacts | None
    origin: Origin
    now: datetime


class TokenDecider(Decider):
    """Decides one token request."""

    def __init__(self, house: House, snapshot: TokenSnapshot) -> None:
        """Take the snapshot; grants are registered once for the class, as registering costs more than deciding."""
        super().__init__(house, snapshot.facts, snapshot.origin, snapshot.now)
        self.record_facts = snapshot.presented
        self._token_grants = [(grant, None) for grant in GRANTS]


def decide_token(house: House, snapshot: TokenSnapshot) -> Decision:
    """Return the answer to a token request, with the effects that must commit before it leaves."""
    if snapshot.form.repeated:
        # RFC 6749 3.2: request parameters MUST NOT be included more than once.
        return Decision(INVALID_REQUEST.because("A parameter was sent more than once.").answer())
    if snapshot.form.get("grant_type") is None:
        return Decision(INVALID_REQUEST.because("'grant_type' is missing.").answer())
    decider = TokenDecider(house, snapshot)
    answer: Answer = decider.create_token_response(DecisionRequest(house, snapshot.form))
    record = decider.record
    return Decision(
        answer=answer,
        effects=tuple(record.effects) if answer.status == 200 or _is_refusal_with_effects(record.effects) else (),
        first=claim_of_assertion(house, decider),
        notes=tuple(record.notes) if answer.status == 200 else _refusal_note(decider, answer),
        when_late=_replayed(decider, snapshot) if isinstance(snapshot.presented, CodeFacts) else None,
    )


def claim_of_assertion(house: House, decider: Decider) -> ClaimOnce | None:
    """Return the claim of a client assertion's jti, so that it proves its client only once (RFC 7523 3)."""
    proven = decider.record.authenticated
    if proven is None or proven.assertion is None:
        return None
    assertion = proven.assertion
    return ClaimOnce(
        purpose="client_assertion",
        value_hash=house.token_hash.digest(f"{assertion.client_id}|{assertion.jti}"),
        expires_at=assertion.remember_until,
    )


def _is_refusal_with_effects(effects: list[Effect]) -> bool:
    """Say whether a refusal must itself be written: a reused refresh token ends its family (I5)."""
    return bool(effects) and not effects[0].claim


def _refusal_note(decider: Decider, answer: Answer) -> tuple[Effect, ...]:
    proven = decider.record.authenticated
    client = proven.client if proven else decider.facts.client
    if client is None:
        return ()
    return (event(decider, EventName.TOKEN_REFUSED, client, reason=answer.error or "", said=answer.description),)


def _replayed(decider: Decider, snapshot: TokenSnapshot) -> Decision | None:
    """Return what happens when the code was redeemed already: everything from it ends (RFC 6749 4.1.2).

    Only a request that was valid in every other way gets here, so that a thief of a code alone cannot log anybody
    out (OAuth 2.1 draft 4.1.3).
    """
    starts = [effect for effect in decider.record.effects if isinstance(effect, StartGrant)]
    if not starts or decider.record.authenticated is None:
        return None
    grant, client = starts[0].grant, decider.record.authenticated.client
    effects = (
        RevokeGrantOfCode(
            code_hash=grant.code_hash, person_id=grant.person_id, at=snapshot.now, reason="code_replayed"
        ),
        event(decider, EventName.CODE_REPLAYED, client, grant, "code_replayed"),
    )
    answer = INVALID_GRANT.because("The code was used before, or its session has ended.").answer()
    return Decision(answer, effects)
