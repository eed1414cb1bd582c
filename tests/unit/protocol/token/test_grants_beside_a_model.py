"""Codes, families, sessions and revocations run beside a plain model (cases.md 2: I1, I3-I7).

The decisions are the real ones; their effects are applied in memory; the model says what must have come of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from clients.model import Client
from idp.grants.model import AuthorizationCode, GrantState
from idp.kernel.ids import GrantId, PersonId, SessionId
from idp.protocol.answers import Answer, Decision
from idp.protocol.authorize.endpoint import SendCode, decide_authorization
from idp.protocol.introspection import PresentedToken, decide_introspection, decide_revocation
from idp.protocol.token.authorization_code import CodeFacts
from idp.protocol.token.endpoint import TokenSnapshot, decide_token
from idp.protocol.token.refresh_token import RefreshFacts
from idp.protocol.tokens.issued import AccessToken, read_access_token
from idp.protocol.tokens.refresh import RefreshToken
from idp.sessions.model import EndSession
from records.structs import replace
from tests.support.builders.protocol import (
    AS_IT_IS,
    BANK,
    CLIENT,
    NOW,
    ORIGIN,
    PERSON,
    PROVIDER,
    REDIRECT,
    SESSION,
    VERIFIER,
    VIEW,
    claims_of,
    code_request,
    inspection,
    refresh_request,
    situation,
)
from tests.support.extent import rounds
from tests.unit.protocol.books import Books

GRACE = PROVIDER.policy.refresh_grace
# Mostly the newest, so that one family lives through many things.
WHICH = st.sampled_from([-1, -1, -1, -2, 0])
WRONG: tuple[tuple[Client, dict[str, str]], ...] = (
    (CLIENT, {"code_verifier": VERIFIER + "x"}),
    (CLIENT, {"code_verifier": ""}),
    (CLIENT, {"redirect_uri": REDIRECT + "/"}),
    (BANK, {}),
)


@dataclass
class ModelGrant:
    """What a plain mind remembers of one code and everything that came of it."""

    session: str
    offline: bool
    scope: frozenset[str]
    issued_at: datetime
    code_hash: bytes
    text: str
    redeemed_at: datetime | None = None
    revoked: bool = False
    refresh: list[RefreshToken] = field(default_factory=list)
    rotated_at: datetime = NOW
    access: list[tuple[AccessToken, datetime]] = field(default_factory=list)
    ended_access: set[str] = field(default_factory=set)
    successes: int = 0


def name_of(token: AccessToken | RefreshToken) -> str:
    return token.text if isinstance(token, RefreshToken) else token.jti


class GrantsBesideAModel(RuleBasedStateMachine):
    """Every rule does one thing to the real decisions and to the model, and compares."""

    def __init__(self) -> None:
        """Start with nothing."""
        super().__init__()
        self.books = Books()
        self.now = NOW
        self.live: set[str] = set()
        self.sessions: list[str] = []
        self.grants: list[ModelGrant] = []
        self.inactive_for_good: set[str] = set()
        self.answers: dict[str, tuple[PresentedToken, datetime, bool]] = {}

    # What the model says.

    def alive(self, grant: ModelGrant) -> bool:
        """Whether anything of a redeemed code can still be active."""
        if grant.redeemed_at is None or grant.revoked:
            return False
        life = timedelta(days=30) if grant.offline else timedelta(hours=12)
        return self.now < grant.redeemed_at + life and (grant.offline or grant.session in self.live)

    def a_grant(self, which: int) -> ModelGrant:
        return self.grants[which % len(self.grants)]

    def a_redeemed_grant(self, which: int) -> ModelGrant:
        redeemed = [grant for grant in self.grants if grant.refresh]
        return redeemed[which % len(redeemed)]

    # What the endpoints do: load, decide, commit, and again where somebody was quicker.

    def settle(self, decision: Decision) -> Answer | None:
        if decision.effects and not self.books.commit(*decision.effects):
            return self.settle(decision.when_late) if decision.when_late else None
        return decision.answer

    def redemption(self, grant: ModelGrant, client: Client = CLIENT, changed: Mapping[str, str] = AS_IT_IS) -> Decision:
        code = self.books.codes.get(grant.code_hash)
        facts = CodeFacts(grant.code_hash, code)
        return decide_token(PROVIDER, replace(code_request(changed, client=client), facts_of_grant=facts, now=self.now))

    def refreshing(
        self, token: RefreshToken, client: Client = CLIENT, changed: Mapping[str, str] = AS_IT_IS
    ) -> Decision:
        facts = RefreshFacts(token, self.books.state(token.grant_id, "", self.now))
        snapshot: TokenSnapshot = refresh_request(token.text, changed, client=client)
        return decide_token(PROVIDER, replace(snapshot, facts_of_grant=facts, now=self.now))

    def presented(self, token: AccessToken | RefreshToken) -> PresentedToken:
        if isinstance(token, RefreshToken):
            return PresentedToken(token, self.books.state(token.grant_id, "", self.now), token_revoked=False)
        state: GrantState | None = self.books.state(token.grant_id or GrantId(""), token.jti, self.now)
        return PresentedToken(token, state, token_revoked=state is not None and state.token_revoked)

    def is_active(self, token: AccessToken | RefreshToken) -> bool:
        """Ask once for each snapshot: three invariants ask after every step, and a decision sees nothing else."""
        name, presented = name_of(token), self.presented(token)
        if self.answers.get(name, ())[:2] != (presented, self.now):
            answer = decide_introspection(PROVIDER, replace(inspection(presented), now=self.now)).answer
            self.answers[name] = (presented, self.now, bool((answer.body or {})["active"]))
        return self.answers[name][2]

    def take_tokens(self, grant: ModelGrant, answer: Answer) -> RefreshToken:
        """Keep the tokens of a success and check that they are no wider than the grant (I6)."""
        assert answer.status == 200, answer
        body = answer.body or {}
        access = read_access_token(PROVIDER, str(body["access_token"]), self.now)
        refresh = PROVIDER.refresh_tokens.parse(str(body["refresh_token"]))
        assert access is not None
        assert refresh is not None
        claims = claims_of(body["access_token"])
        assert set(access.scope) <= grant.scope
        assert (claims["acr"], claims["amr"]) == (SESSION.acr, list(SESSION.amr))
        assert "auth_time" not in claims
        grant.access.append((access, self.now))
        return refresh

    def refused(self, answer: Answer | None) -> None:
        assert answer is not None
        assert (answer.status, answer.error) == (400, "invalid_grant")

    # The rules.

    @initialize()
    def first_sign_in(self) -> None:
        self.sign_in()

    @rule()
    def sign_in(self) -> None:
        session = f"session-{len(self.sessions)}"
        self.sessions.append(session)
        self.live.add(session)
        self.books.live_sessions |= {session}

    @precondition(lambda self: self.live)
    @rule(which=WHICH, offline=st.booleans())
    def issue_code(self, which: int, *, offline: bool) -> None:
        session = SessionId(sorted(self.live)[which % len(self.live)])
        scope = "openid profile offline_access" if offline else "openid profile"
        view = replace(VIEW, session=replace(SESSION, id=session, auth_time=SESSION.auth_time))
        decided = decide_authorization(replace(situation(view=view, scope=scope), now=self.now), ORIGIN)
        assert isinstance(decided, SendCode)
        code: AuthorizationCode = decided.code
        self.books.codes[decided.code_hash] = code
        text = decided.response.in_query().split("code=")[1].split("&")[0]
        self.grants.append(ModelGrant(session, offline, frozenset(scope.split()), self.now, decided.code_hash, text))

    @precondition(lambda self: self.grants)
    @rule(which=WHICH)
    def redeem(self, which: int) -> None:
        """A first valid redemption works; every later one is refused and ends everything (I1, I3)."""
        grant = self.a_grant(which)
        answer = self.settle(self.redemption(grant))
        in_time = self.now < grant.issued_at + PROVIDER.policy.code_life
        if grant.redeemed_at is None and in_time and grant.session in self.live:
            assert answer is not None
            grant.redeemed_at = grant.rotated_at = self.now
            grant.refresh = [self.take_tokens(grant, answer)]
            grant.successes += 1
        else:
            self.refused(answer)
            grant.revoked = grant.revoked or grant.redeemed_at is not None

    @precondition(lambda self: self.grants)
    @rule(which=WHICH)
    def redeem_twice_at_once(self, which: int) -> None:
        """Two deciders see the same unspent code: one claim succeeds, the other is a replay."""
        grant = self.a_grant(which)
        decisions = [self.redemption(grant), self.redemption(grant)]
        answers = [self.settle(decision) for decision in decisions]
        won = [answer for answer in answers if answer is not None and answer.status == 200]
        in_time = self.now < grant.issued_at + PROVIDER.policy.code_life
        if grant.redeemed_at is None and in_time and grant.session in self.live:
            assert len(won) == 1
            grant.redeemed_at = grant.rotated_at = self.now
            grant.refresh = [self.take_tokens(grant, won[0])]
            grant.successes += 1
            grant.revoked = True
        else:
            assert won == []
            grant.revoked = grant.revoked or grant.redeemed_at is not None

    @precondition(lambda self: self.grants)
    @rule(which=WHICH, wrong=st.sampled_from(WRONG))
    def redeem_with_one_thing_wrong(self, which: int, wrong: tuple[Client, dict[str, str]]) -> None:
        """Nothing changes, whatever the code's fate (CR-3)."""
        client, changed = wrong
        decision = self.redemption(self.a_grant(which), client, changed)
        assert decision.effects == ()
        self.refused(self.settle(decision))

    @precondition(lambda self: self.live)
    @rule(which=WHICH, offline=st.booleans())
    def sign_on(self, which: int, *, offline: bool) -> None:
        """Do what most people do: a code, and at once its redemption."""
        self.issue_code(which, offline=offline)
        self.redeem(len(self.grants) - 1)

    @precondition(lambda self: any(grant.refresh for grant in self.grants))
    @rule(which=WHICH, times=st.integers(1, 3), back=st.sampled_from([1, 1, 2, 3]), wait=st.sampled_from([0, 29, 30]))
    def refresh_and_come_back(self, which: int, times: int, back: int, wait: int) -> None:
        """Rotate a few times, then show one of the tokens that were replaced."""
        for _ in range(times):
            self.refresh(which, back=0, wait=0)
        self.refresh(which, back=back, wait=wait)

    @precondition(lambda self: any(grant.refresh for grant in self.grants))
    @rule(which=WHICH, back=st.sampled_from([0, 0, 1, 1, 2, 3]), wait=st.sampled_from([0, 0, 29, 30]))
    def refresh(self, which: int, back: int, wait: int) -> None:
        """The head rotates, its predecessor retries within the grace, everything else ends the family (I4, I5)."""
        self.now += timedelta(seconds=wait)
        grant = self.a_redeemed_grant(which)
        back = min(back, len(grant.refresh) - 1)
        answer = self.settle(self.refreshing(grant.refresh[-1 - back]))
        if not self.alive(grant):
            self.refused(answer)
        elif back == 0:
            assert answer is not None
            grant.refresh.append(self.take_tokens(grant, answer))
            grant.rotated_at = self.now
        elif back == 1 and self.now < grant.rotated_at + GRACE:
            assert answer is not None
            assert self.take_tokens(grant, answer) == grant.refresh[-1]
        else:
            self.refused(answer)
            grant.revoked = True

    @precondition(lambda self: any(grant.refresh for grant in self.grants))
    @rule(which=WHICH)
    def refresh_twice_at_once(self, which: int) -> None:
        """Both see the same head: one rotates, the other decides anew and gets the same successor (I4)."""
        grant = self.a_redeemed_grant(which)
        head = grant.refresh[-1]
        first, second = self.refreshing(head), self.refreshing(head)
        answers = [self.settle(first), self.settle(second)]
        if not self.alive(grant):
            for answer in answers:
                self.refused(answer)
            return
        assert answers[1] is None
        answers[1] = self.settle(self.refreshing(head))
        successors = {self.take_tokens(grant, answer).text for answer in answers if answer is not None}
        assert len(successors) == 1
        parsed = PROVIDER.refresh_tokens.parse(successors.pop())
        assert parsed is not None
        grant.refresh.append(parsed)
        grant.rotated_at = self.now

    @precondition(lambda self: any(grant.refresh for grant in self.grants))
    @rule(which=WHICH, back=st.integers(0, 3), foreign=st.booleans())
    def refresh_without_any_right_to(self, which: int, back: int, *, foreign: bool) -> None:
        """Another client's try and a try for a wider scope change nothing, unless the token was spent (I5, I6)."""
        grant = self.a_redeemed_grant(which)
        if foreign:
            decision = self.refreshing(grant.refresh[-1 - min(back, len(grant.refresh) - 1)], BANK)
        else:
            decision = self.refreshing(grant.refresh[-1], changed={"scope": "openid email"})
        code = "invalid_scope" if self.alive(grant) and not foreign else "invalid_grant"
        assert (decision.answer.error, decision.effects) == (code, ())

    @precondition(lambda self: any(grant.refresh for grant in self.grants))
    @rule(which=WHICH, back=st.integers(0, 3), access=st.booleans())
    def revoke(self, which: int, back: int, *, access: bool) -> None:
        """One access token ends alone; any refresh token takes everything along (I7)."""
        grant = self.a_redeemed_grant(which)
        tokens = [token for token, _ in grant.access] if access else grant.refresh
        token = tokens[-1 - min(back, len(tokens) - 1)]
        answer = self.settle(decide_revocation(PROVIDER, replace(inspection(self.presented(token)), now=self.now)))
        assert answer is not None
        assert answer.status == 200
        if isinstance(token, AccessToken):
            grant.ended_access.add(token.jti)
        else:
            grant.revoked = True

    @precondition(lambda self: self.live)
    @rule(which=WHICH)
    def end_session(self, which: int) -> None:
        session = SessionId(sorted(self.live)[which % len(self.live)])
        assert self.books.commit(
            EndSession(session_id=session, person_id=PersonId(PERSON), at=self.now, reason="logout")
        )
        self.live.remove(session)

    @rule(step=st.sampled_from([1, 31, 60, 300, 12 * 3600, 12 * 3600, 30 * 86400]))
    def advance_clock(self, step: int) -> None:
        self.now += timedelta(seconds=step)

    # The invariants.

    @invariant()
    def i1_no_code_is_exchanged_twice(self) -> None:
        assert all(grant.successes <= 1 for grant in self.grants)
        assert len(self.books.grants) == sum(grant.successes for grant in self.grants)

    @invariant()
    def i3_i7_a_token_is_active_exactly_when_the_model_says_so(self) -> None:
        for grant in self.grants:
            alive = self.alive(grant)
            for token, issued_at in grant.access:
                expected = alive and token.jti not in grant.ended_access and self.now < issued_at + timedelta(minutes=5)
                assert self.is_active(token) is expected

    @invariant()
    def i4_a_family_has_one_head_while_it_lives_and_none_afterwards(self) -> None:
        for grant in self.grants:
            active = [token for token in grant.refresh if self.is_active(token)]
            assert active == (grant.refresh[-1:] if self.alive(grant) else [])

    @invariant()
    def i7_nothing_returns_to_active(self) -> None:
        for grant in self.grants:
            every: list[AccessToken | RefreshToken] = [*grant.refresh, *(token for token, _ in grant.access)]
            for token in every:
                if not self.is_active(token):
                    self.inactive_for_good.add(name_of(token))
                else:
                    assert name_of(token) not in self.inactive_for_good


TestGrantsBesideAModel = GrantsBesideAModel.TestCase
TestGrantsBesideAModel.settings = settings(max_examples=rounds(40, 100), stateful_step_count=40, deadline=None)
