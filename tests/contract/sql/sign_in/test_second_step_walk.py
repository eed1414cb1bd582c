"""Sign-in and second step beside a plain model: whatever is tried, no session without both factors."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hypothesis import example, given, settings
from hypothesis import strategies as st

from idp.account.model import Account
from idp.adapters.sql.database import Database
from idp.factors.answers import Refused, Shown, Why
from idp.factors.checks import Entered
from idp.factors.drafts import AuthenticationMethod, FactorChallenge
from idp.factors.model import ForgetTries
from idp.factors.totp.codes import code_of, step_at
from idp.kernel.secrets import Secret
from idp.sign_in.levels import is_strong
from idp.sign_in.password import SecondStepNeeded, SignInRefusal
from idp.sign_in.second_steps import PENDING_LIFE
from idp.sign_in.throttling import delay_after
from tests.support.extent import ON_STORES, rounds
from tests.support.rigs.second_step import (
    NUMBER,
    ORIGIN,
    PASSWORD,
    TOTP_SECRET,
    SecondStepRig,
    context,
    new_browser,
)

PAPER = ("ABCD-EFGH-JKMNP", "BCDE-FGHJ-KMNPQ", "CDEF-GHJK-MNPQR")
BROWSERS = 2
DEEDS = ("password", "wrong password", "app", "app", "guess", "guess", "old code", "paper", "foreign", "forget", "wait")
STEPS = st.lists(st.tuples(st.sampled_from(DEEDS), st.integers(0, BROWSERS - 1), st.integers(0, 3)), max_size=30)
WAITS = (timedelta(seconds=31), timedelta(minutes=2), timedelta(minutes=16), timedelta(hours=2))


@dataclass
class Counter:
    """What a factor's counter should be."""

    failures: int = 0
    retry_at: datetime | None = None

    def may_try(self, now: datetime) -> bool:
        """Count a try if one may be made."""
        if self.retry_at is not None and now < self.retry_at:
            return False
        self.failures += 1
        wait = delay_after(self.failures)
        self.retry_at = now + wait if wait else None
        return True


@dataclass
class Model:
    """What should be: which browser waits for the second step since when, which codes are spent, who is let in."""

    waiting: dict[int, tuple[str, datetime]] = field(default_factory=dict)
    app: Counter = field(default_factory=Counter)
    paper: Counter = field(default_factory=Counter)
    password: Counter = field(default_factory=Counter)
    last_step: int = 0
    paper_left: set[str] = field(default_factory=lambda: set(PAPER))
    let_in: int = 0


class Walk:
    """Does each deed to the use cases and to the model, and compares."""

    def __init__(self, rig: SecondStepRig, account: Account) -> None:
        self.rig, self.account, self.model = rig, account, Model()
        self.browsers = [new_browser() for _ in range(BROWSERS)]

    @property
    def now(self) -> datetime:
        return self.rig.clock.now()

    async def do(self, deed: str, browser: int, choice: int) -> None:
        match deed:
            case "password" | "wrong password":
                await self.show_password(browser, right=deed == "password")
            case "app":
                await self.show_app(browser, code_of(TOTP_SECRET, step_at(self.now) + choice % 3 - 1))
            case "guess":
                await self.show_app(browser, f"{choice:06d}")
            case "old code":
                await self.show_app(browser, code_of(TOTP_SECRET, self.model.last_step))
            case "paper":
                await self.show_paper(browser, (*PAPER, "XXXX-XXXX-XXXXX")[choice])
            case "foreign":
                await self.take_over(browser)
            case "forget":
                self.model.waiting.pop(browser, None)
            case _:
                self.rig.clock.at += WAITS[choice]

    async def show_password(self, browser: int, *, right: bool) -> None:
        entered = PASSWORD if right else "something else"
        result = await self.rig.sign_in.attempt(NUMBER, entered, context(self.browsers[browser]))
        may_try = self.model.password.may_try(self.now)
        if right and may_try:
            assert isinstance(result, SecondStepNeeded)
            self.model.password = Counter()
            self.model.waiting[browser] = (result.draft, self.now)
        else:
            assert result is SignInRefusal.WRONG

    async def challenge(self, browser: int) -> FactorChallenge | None:
        draft, since = self.model.waiting.get(browser, ("", self.now))
        found = await self.rig.second_steps.load(draft, self.browsers[browser])
        assert (found is not None) is (bool(draft) and self.now - since <= PENDING_LIFE)
        return found

    async def show_app(self, browser: int, code: str) -> None:
        challenge = await self.challenge(browser)
        if challenge is None:
            return
        around = {code_of(TOTP_SECRET, step): step for step in range(step_at(self.now) + 1, step_at(self.now) - 2, -1)}
        may_try = self.model.app.may_try(self.now)
        fresh = around.get(code, 0) > self.model.last_step
        shown = await self.show(
            challenge, AuthenticationMethod.TOTP, code, expected=self.expected(Why.TOTP_WRONG, may_try, fresh)
        )
        if shown is not None:
            self.model.app, self.model.last_step = Counter(), around[code]
            await self.finish(browser, challenge, shown)

    async def show_paper(self, browser: int, code: str) -> None:
        challenge = await self.challenge(browser)
        if challenge is None:
            return
        may_try = self.model.paper.may_try(self.now)
        expected = self.expected(Why.RECOVERY_CODE_WRONG, may_try, code in self.model.paper_left)
        # An account whose paper is used up is not asked for it, and nothing is counted.
        if not self.model.paper_left:
            self.model.paper, expected = Counter(self.model.paper.failures - may_try), Why.CODE_EXPIRED
        shown = await self.show(challenge, AuthenticationMethod.RECOVERY_CODE, code, expected=expected)
        if shown is not None:
            self.model.paper = Counter()
            self.model.paper_left.discard(code)
            await self.finish(browser, challenge, shown)

    @staticmethod
    def expected(wrong: Why, may_try: bool, right: bool) -> Why | None:
        if not may_try:
            return Why.WAIT
        return None if right else wrong

    async def show(
        self, challenge: FactorChallenge, way: AuthenticationMethod, code: str, *, expected: Why | None
    ) -> Shown | None:
        shown = await self.rig.checks.check(challenge, way, Entered(code), "", ORIGIN)
        assert (shown.why if isinstance(shown, Refused) else None) is expected
        return shown if isinstance(shown, Shown) else None

    async def finish(self, browser: int, challenge: FactorChallenge, shown: Shown) -> None:
        finished = await self.rig.second_steps.finish(challenge, shown, None, (), ORIGIN)
        assert not isinstance(finished, Refused)
        view = await self.rig.live(finished.cookie)
        assert view is not None
        assert is_strong(view.session.amr)
        assert view.session.acr == "loa3"
        # The same step again, as the back button sends it: everything in it is used up.
        assert isinstance(await self.rig.second_steps.finish(challenge, shown, None, (), ORIGIN), Refused)
        del self.model.waiting[browser]
        self.model.let_in += 1

    async def take_over(self, browser: int) -> None:
        """Open the other browser's question, as with an address that was sent along (SE-7)."""
        for other, (draft, _) in self.model.waiting.items():
            if other != browser:
                assert await self.rig.second_steps.load(draft, self.browsers[browser]) is None


@settings(ON_STORES, max_examples=rounds(14, 40))
@given(steps=STEPS)
@example([("password", 0, 0), ("app", 0, 1), ("password", 1, 0), ("old code", 1, 0), ("paper", 1, 2)])
@example([("password", 0, 0), *[("guess", 0, 3)] * 6, ("app", 0, 1), ("wait", 0, 0), ("app", 0, 1)])
async def test_mf_1_mf_3_i10_no_walk_ends_in_a_session_without_both_factors(
    database: Database, steps: list[tuple[str, int, int]]
) -> None:
    rig = SecondStepRig(database)
    known = await database.accounts.for_sign_in(rig.token_hash.digest(NUMBER))
    account = known.account if known else await rig.open_account(two_steps=True)
    await begin_anew(rig, account)
    walk = Walk(rig, account)
    before = await database.operations.live_sessions(account.person_id, account.id, rig.clock.now())
    for deed, browser, choice in steps:
        await walk.do(deed, browser, choice)
    now_live = await database.operations.live_sessions(account.person_id, account.id, rig.clock.at)
    assert now_live <= before + walk.model.let_in


async def begin_anew(rig: SecondStepRig, account: Account) -> None:
    """Take back what an earlier example has left: tries, spent codes."""
    await rig.enrol(account, *PAPER)
    for factor in ("totp", "recovery_code"):
        await rig.database.ledger.commit(ForgetTries(person_id=account.person_id, account_id=account.id, factor=factor))
    while not isinstance(await rig.sign_in.attempt(NUMBER, PASSWORD, context(new_browser())), SecondStepNeeded):
        rig.clock.at += timedelta(hours=2)


async def test_mf_1_two_steps_finish_only_with_a_second_factor(database: Database) -> None:
    rig = SecondStepRig(database)
    await rig.open_account(two_steps=True)
    browser = new_browser()
    begun = await rig.sign_in.attempt(NUMBER, PASSWORD, context(browser))
    assert isinstance(begun, SecondStepNeeded)
    challenge = await rig.second_steps.load(begun.draft, browser)
    assert challenge is not None
    refused = await rig.second_steps.finish(challenge, Shown("pwd", ()), None, (), ORIGIN)
    assert refused == Refused(Why.USED)


async def test_mf_1_a_second_step_is_no_step_up_and_the_other_way_round(database: Database) -> None:
    rig = SecondStepRig(database)
    account = await rig.open_account(two_steps=True)
    await rig.enrol(account, *PAPER)
    browser = new_browser()
    begun = await rig.sign_in.attempt(NUMBER, PASSWORD, context(browser))
    assert isinstance(begun, SecondStepNeeded)
    challenge = await rig.second_steps.load(begun.draft, browser)
    assert challenge is not None
    shown = await rig.checks.check(challenge, AuthenticationMethod.RECOVERY_CODE, Entered(PAPER[0]), browser, ORIGIN)
    assert isinstance(shown, Shown)
    finished = await rig.second_steps.finish(challenge, shown, None, (), ORIGIN)
    assert not isinstance(finished, Refused)
    view = await rig.live(Secret(finished.cookie.reveal()))
    assert view is not None
    assert await rig.step_up.load(begun.draft, view, browser, None) is None
    inside = await rig.step_up.start(view, browser, None)
    assert await rig.second_steps.load(inside.name, browser) is None
