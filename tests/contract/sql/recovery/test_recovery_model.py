"""Recovery beside a plain model: whatever two people do in whatever order, the account is what the model says.

One is the owner, who holds the account's phone; the other knows all that the register knows of the owner, and holds
a phone of their own. A password comes from the proof with a factor or from the proof with the waiting time, never
otherwise; what was cancelled never ends well.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from idp.account.model import AccountStatus
from idp.adapters.sql.database import Database
from idp.factors.change_model import CHANGE_WAIT
from idp.kernel.ids import NoticeId, new_id
from idp.proofing.model import Verdict
from idp.recovery.drafts import RecoveryDraft
from idp.recovery.model import NOT_ME, CancelRecoveries
from idp.recovery.policy import Evidence
from idp.recovery.started import MaySetPassword, MustWait, NotShown, OtherIsOpen
from tests.contract.sql.direct import empty
from tests.support.extent import ON_STORES, rounds
from tests.support.rigs.proof import NAME, NUMBER, NUMBER_INDEX, PHONE
from tests.support.rigs.recovery import Claimant, PlainHasher, RecoveryRig, origin

THIEFS_PHONE = "+84500000201"
WEEK, DAYS_OPEN, HOLD, DRAFT = timedelta(days=7), timedelta(days=14), timedelta(minutes=30), timedelta(minutes=30)
SHORT_WEEK = timedelta(days=3)
EMPTIED = (
    "accounts",
    "identifiers",
    "contacts",
    "passwords",
    "persons",
    "recoveries",
    "outbox",
    "alarms",
    "contact_changes",
)
# Alone and in the order in which they lead somewhere: single steps rarely meet.
EPISODES = (
    ("begin", "sms", "prove"),
    ("begin", "sms", "prove", "password"),
    ("begin", "phone", "prove"),
    ("begin", "phone", "prove", "pass", "return"),
    ("begin", "sms", "phone", "prove"),
    *((action,) for action in ("begin", "sms", "phone", "prove", "lie", "password", "return")),
    *((action,) for action in ("pass", "pass", "not_me", "strong_sign_in")),
)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(EPISODES),
        st.sampled_from(("owner", "thief")),
        st.sampled_from((timedelta(minutes=31), timedelta(days=3), timedelta(days=7))),
    ),
    max_size=8,
)


@dataclass(slots=True)
class Begun:
    """A recovery that the register has proved."""

    actor: str
    waits: bool
    ready_at: datetime
    ends_at: datetime
    # Whether a factor of the account was shown for it: then it takes the place of one that only waits.
    shown: bool = False
    # When it began, or the first of those whose place it took.
    trouble_since: datetime | None = None


@dataclass(slots=True)
class Browser:
    """How far somebody's browser has come."""

    began_at: datetime
    epoch: int
    shown: bool = False
    phone: bool = False
    begun: Begun | None = None


@dataclass(slots=True)
class Model:
    """The account, the one recovery that is open, and the browsers."""

    password: str = ""
    locked: bool = False
    phone: str = PHONE
    open: Begun | None = None
    browsers: dict[str, Browser] = field(default_factory=dict)
    references: dict[str, Begun] = field(default_factory=dict)
    epoch: int = 0
    # When another phone took the place of the account's.
    moved_at: datetime | None = None

    def browser(self, actor: str, now: datetime) -> Browser | None:
        found = self.browsers.get(actor)
        return found if found is not None and now < found.began_at + DRAFT else None

    def open_at(self, now: datetime) -> Begun | None:
        return self.open if self.open is not None and now < self.open.ends_at else None

    def ends(self, begun: Begun | None, now: datetime) -> bool:
        """Say whether a recovery gives a password now; if so, it is used."""
        if begun is None or begun is not self.open_at(now) or now < begun.ready_at:
            return False
        self.open, self.locked = None, False
        self.epoch += 1
        # A phone that was moved shortly before may be why somebody recovers: the one before it comes back.
        if self.moved_at is not None and begun.trouble_since is not None:
            self.take_phone_back(begun.trouble_since - CHANGE_WAIT)
        return True

    def take_phone_back(self, since: datetime) -> None:
        """Give the account the phone that it had, if another took its place since then."""
        if self.moved_at is not None and self.moved_at >= since:
            self.phone, self.moved_at = PHONE, None


@dataclass(slots=True)
class Walk:
    """One run: the real thing and its model, step by step."""

    rig: RecoveryRig
    people: dict[str, Claimant]
    model: Model = field(default_factory=Model)
    count: int = 0

    async def step(self, action: str, actor: str, span: timedelta) -> None:
        """Take a step on both sides and compare the answers."""
        self.count += 1
        match action:
            case "pass":
                self.rig.clock.pass_by(span)
            case "not_me":
                await self.not_me()
            case "strong_sign_in":
                await self.strong_sign_in()
            case "begin":
                # Waits between guesses and limits of messages are tested apart.
                self.rig.clock.pass_by(timedelta(minutes=61))
                await self.people[actor].begin()
                self.model.browsers[actor] = Browser(self.now, self.model.epoch)
            case "sms":
                await self.sms(actor)
            case "phone":
                await self.name_phone(actor)
            case "prove" | "lie":
                await self.prove(actor, lie=action == "lie")
            case "password":
                await self.set_password(actor)
            case _:
                await self.come_back(actor)

    @property
    def now(self) -> datetime:
        return self.rig.clock.now()

    async def sms(self, actor: str) -> None:
        """Show the code that came to the phone at hand: right only if it is the account's."""
        person = self.people[actor]
        self.rig.clock.pass_by(timedelta(minutes=6))
        browser = self.model.browser(actor, self.now)
        answer = await person.show(Evidence.SMS)
        right = browser is not None and person.phone == self.model.phone
        assert isinstance(answer, RecoveryDraft) is right
        if browser is not None:
            browser.shown = browser.shown or right

    async def name_phone(self, actor: str) -> None:
        """Name one's own phone as the new one."""
        self.rig.clock.pass_by(timedelta(minutes=6))
        browser = self.model.browser(actor, self.now)
        assert await self.people[actor].name_phone() is (browser is not None)
        if browser is not None:
            browser.phone = True

    async def prove(self, actor: str, *, lie: bool) -> None:
        """Be asked by the register who the owner is; both know."""
        person, now = self.people[actor], self.now
        browser = self.model.browser(actor, now)
        answer = await person.prove("Trần Văn Khác" if lie else NAME)
        if browser is None:
            assert answer is None
        elif lie and browser.shown:
            assert answer is Verdict.DIFFERENT
        elif lie and browser.phone:
            # As for a number of nobody's: told to wait, and nothing comes of it.
            assert isinstance(answer, MustWait | OtherIsOpen)
            del self.model.browsers[actor]
        elif browser.phone:
            await self.waiting_began(actor, browser, answer)
        elif browser.shown and browser.epoch != self.model.epoch:
            assert isinstance(answer, OtherIsOpen)
        elif browser.shown:
            assert isinstance(answer, MaySetPassword)
            since = known.trouble_since if (known := self.model.open_at(now)) else now
            begun = Begun(actor, waits=False, ready_at=now, ends_at=now + HOLD, trouble_since=since)
            self.model.open, browser.begun = begun, begun
        else:
            assert isinstance(answer, NotShown)

    async def waiting_began(self, actor: str, browser: Browser, answer: object) -> None:
        """Compare the start of a wait with who waits already."""
        known = self.model.open_at(self.now)
        del self.model.browsers[actor]
        begins = known is None or (known.waits and browser.shown and not known.shown)
        if begins and browser.epoch == self.model.epoch:
            known = self.begun(actor, browser, known)
            self.model.open = known
        elif known is None or not known.waits or known.actor != actor:
            assert isinstance(answer, OtherIsOpen)
            return
        assert isinstance(answer, MustWait)
        assert answer.ready_at == known.ready_at
        self.people[actor].reference, self.model.references[actor] = answer.reference, known

    def begun(self, actor: str, browser: Browser, known: Begun | None) -> Begun:
        """Return the wait that begins; with the phone of one whose place it takes, the time that was waited counts."""
        ready_at = self.now + (SHORT_WEEK if browser.shown else WEEK)
        ends_at = ready_at + DAYS_OPEN
        if known is not None and known.actor == actor and known.ready_at < ready_at:
            ready_at, ends_at = known.ready_at, known.ends_at
        since = known.trouble_since if known is not None else self.now
        return Begun(actor, waits=True, ready_at=ready_at, ends_at=ends_at, shown=browser.shown, trouble_since=since)

    async def set_password(self, actor: str) -> None:
        """Set a password with what the browser has earned."""
        browser, password = self.model.browser(actor, self.now), f"password {self.count}"
        expected = browser is not None and self.model.ends(browser.begun, self.now)
        assert await self.people[actor].set_password(password) is expected
        self.model.password = password if expected else self.model.password

    async def come_back(self, actor: str) -> None:
        """Come back with the reference."""
        self.rig.clock.pass_by(timedelta(minutes=61))
        password = f"password {self.count}"
        expected = self.model.ends(self.model.references.get(actor), self.now)
        assert await self.people[actor].come_back(password) is expected
        if expected:
            self.model.password, self.model.phone = password, self.people[actor].phone
            self.model.moved_at = self.now

    async def not_me(self) -> None:
        """The owner types the newest code that came to the old phone."""
        code = await self.rig.not_me_code_to(PHONE)
        not_me_code = await self.rig.database.notices.not_me_code(self.rig.not_me.not_me_hash.digest(code), self.now)
        if await self.rig.not_me.report(code, origin()):
            assert not_me_code is not None
            self.model.open, self.model.locked = None, True
            self.model.epoch += 1
            self.model.take_phone_back(min(not_me_code.at, self.now - CHANGE_WAIT))

    async def strong_sign_in(self) -> None:
        """What signing in with two factors brings along; a locked account has no sign-in."""
        if self.model.locked:
            return
        record = await self.rig.database.accounts.for_sign_in(self.number_index)
        assert record is not None
        account = record.account
        await self.rig.database.ledger.commit(
            CancelRecoveries(
                person_id=account.person_id, account_id=account.id, at=self.now, notice_id=NoticeId(new_id())
            )
        )
        self.model.open = None

    @property
    def number_index(self) -> bytes:
        return NUMBER_INDEX.digest(NUMBER)

    async def compare(self) -> None:
        """The account must be what the model says."""
        record = await self.rig.database.accounts.for_sign_in(self.number_index)
        assert record is not None
        if self.model.password:
            assert record.password.hash == await PlainHasher().hash(self.model.password)
        else:
            assert record.password.hash == "$argon2id$placed-by-a-test"
        account = record.account
        assert (account.status is AccountStatus.LOCKED) is self.model.locked
        locked_for = await self.rig.database.recoveries.locked_for(account.person_id, account.id)
        assert locked_for == (NOT_ME if self.model.locked else None)
        assert await self.rig.phone_of(account) == self.model.phone
        # Portals are told the phone that counts. The account of the rig is opened without the claim.
        assert (await self.rig.profile_of(account)).get("phone_number", PHONE) == self.model.phone


@settings(ON_STORES, max_examples=rounds(14, 40))
@given(steps=STEPS)
async def test_rc_recovery_ends_as_its_model(
    database: Database, store: str, steps: list[tuple[tuple[str, ...], str, timedelta]]
) -> None:
    """No path to a new password but proof and factor, or proof and time; a cancellation before the end always wins."""
    await empty(store, *EMPTIED)
    rig = RecoveryRig(database)
    await rig.open_account()
    walk = Walk(rig, {"owner": Claimant(rig, PHONE, "owner"), "thief": Claimant(rig, THIEFS_PHONE, "thief")})
    for actions, actor, span in steps:
        for action in actions:
            await walk.step(action, actor, span)
        await walk.compare()


async def test_a_second_recovery_takes_back_the_phone_of_the_first_and_what_portals_are_told_of_it(
    database: Database, store: str
) -> None:
    """Who moved the phone by waiting and recovers again by it within days has not had it long enough to keep it."""
    await empty(store, *EMPTIED)
    rig = RecoveryRig(database)
    await rig.open_account()
    walk = Walk(rig, {"thief": Claimant(rig, THIEFS_PHONE, "thief")})
    for action in ("begin", "phone", "prove", "pass", "return", "begin", "sms", "prove", "password"):
        await walk.step(action, "thief", timedelta(days=7))
        await walk.compare()
    assert walk.model.phone == PHONE
