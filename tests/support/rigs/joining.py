"""Two accounts that are to become one, over a real store: the use cases as the provider composes them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

import orjson

from clients.model import ClientId
from idp.account.merging.joining import JoiningJobs, JoiningRequests, JoinRefusal
from idp.account.merging.other_accounts import OtherAccounts, ShowingDraft, ShownAccount, ShowRefusal
from idp.account.merging.service import Merging
from idp.account.merging.unmerging import Unmerging
from idp.account.model import (
    NUMBER_PLACE,
    PHONE_PLACE,
    PROFILE_PLACE,
    Account,
    AccountStatus,
    OpenAccount,
    ProofState,
    SealedValue,
)
from idp.account.notices.messages import Messages
from idp.account.notices.service import Notices
from idp.adapters.memory.shortlived import MemoryShortLivedStore
from idp.adapters.sql.database import Database
from idp.factors.answers import Refused
from idp.factors.checks import Entered
from idp.factors.drafts import AuthenticationMethod
from idp.factors.model import TOTP_PLACE, AddTotp
from idp.kernel.ids import AccountId, PersonId, new_id
from idp.kernel.locales import Locale
from idp.kernel.secrets import HashKey, Sealer, Secret
from idp.recovery.not_me import NotMe
from idp.sessions.model import SessionView, StartSession
from idp.sign_in.admission import Admission
from idp.sign_in.drafts import AgeingDrafts
from idp.sign_in.levels import PASSWORD as PASSWORD_FACTOR
from idp.sign_in.levels import SMS
from idp.sign_in.limits import SignInLimits
from records.structs import replace
from tests.support.rigs.second_step import ORIGIN, PASSWORD, PlainHasher, SecondStepRig
from tests.support.running.sql_stores import NOW, session_of

KEY: Final = HashKey(b"k" * 32)
BROWSER: Final = "the person's browser"
HUMAN: Final = {"name": "Nguyễn Thị Hoà", "birthdate": "1990-02-01"}
OWN, OTHER = "001899000001", "093999000044"
MINE, THEIRS = "+84500000101", "+84500000102"


@dataclass
class Texts:
    """Implements `SmsTexts`: keeps to whom what was told, with the code of each."""

    reported: list[tuple[str, str]] = field(default_factory=list)

    def __call__(self, key: str, locale: Locale, values: Mapping[str, str | timedelta]) -> str:
        """Keep the key and the code."""
        self.reported.append((key, str(values.get("code", ""))))
        return f"{locale} {key}"

    def codes(self, key: str) -> list[str]:
        """Return the codes of a kind of message, in their order."""
        return [code for name, code in self.reported if name == key]


class JoiningRig:
    """A person at a browser, who may have two accounts."""

    def __init__(self, database: Database, sealer: Sealer) -> None:
        """Take the store and the keys that the second steps' own rig has."""
        self.database, self.steps, self.texts, self.sealer = database, SecondStepRig(database), Texts(), sealer
        self.clock, ledger = self.steps.clock, database.ledger
        store = MemoryShortLivedStore(self.clock)
        messages = Messages(sealer, self.texts, lambda key, *_: (key, key))
        self.notices = Notices(messages, sealer, KEY)
        self.others = OtherAccounts(
            accounts=database.accounts,
            identities=database.identities,
            reader=database.joinings,
            hasher=PlainHasher(),
            limits=SignInLimits(ledger, store, Admission(1_000)),
            checks=self.steps.checks,
            drafts=AgeingDrafts(store, sealer, "joining", ShowingDraft, timedelta(minutes=30), self.clock),
            ledger=ledger,
            sealer=sealer,
            number_index=KEY,
            clock=self.clock,
        )
        self.requests = JoiningRequests(database.accounts, database.joinings, ledger, self.notices, sealer, self.clock)
        self.jobs = JoiningJobs(database.accounts, database.joinings, ledger, self.notices, self._merging, self.clock)
        self.not_me = NotMe(
            accounts=database.accounts,
            reader=database.notices,
            recoveries=database.recoveries,
            notices=self.notices,
            ledger=ledger,
            store=store,
            not_me_hash=KEY,
            clock=self.clock,
            changes=database.contact_changes,
            sealer=sealer,
            merges=Unmerging(database.merges, ledger, sealer),
        )

    async def _merging(self) -> Merging:
        return Merging(self.database.merges, self.database.identities, (), self.database.ledger, self.sealer)

    async def open_account(
        self, number: str, phone: str, proof: ProofState = ProofState.PROVED, claims: Mapping[str, str] | None = None
    ) -> Account:
        """Open an account with a phone and the password of the tests."""
        account = Account(AccountId(new_id()), PersonId(new_id()), AccountStatus.OPEN, proof, "vi", NOW, NOW)
        account = account if proof is ProofState.PROVED else replace(account, proved_at=None)
        seal = self.sealer.seal
        opened = OpenAccount(
            account=account,
            number=SealedValue(KEY.digest(number), seal(number.encode(), NUMBER_PLACE.of(account.person_id))),
            phone=SealedValue(KEY.digest(phone), seal(phone.encode(), PHONE_PLACE.of(account.person_id))),
            profile_sealed=seal(
                orjson.dumps({**HUMAN, "phone_number": phone, **(claims or {})}), PROFILE_PLACE.of(account.person_id)
            ),
            password_hash=f"plain:{PASSWORD}",
        )
        assert await self.database.ledger.commit(opened)
        return account

    async def add_app(self, account: Account, secret: Secret) -> None:
        """Give an account an authenticator app."""
        sealed = self.sealer.seal(secret.reveal().encode(), TOTP_PLACE.of(account.person_id))
        assert await self.database.ledger.commit(
            AddTotp(
                person_id=account.person_id, account_id=account.id, secret_sealed=sealed, last_step=0, created_at=NOW
            )
        )

    async def signed_in(self, account: Account) -> SessionView:
        """Return a session in which both factors were shown a moment ago."""
        now = self.clock.now()
        session = session_of(account, expires_at=now + timedelta(hours=8))
        session = replace(session, shown=((PASSWORD_FACTOR, now), (SMS, now)), amr=(PASSWORD_FACTOR, SMS))
        assert await self.database.ledger.commit(StartSession(session=session))
        view = await self.database.sessions.live(session.secret_hash, ClientId(""), now)
        assert view is not None
        return view

    async def show(self, view: SessionView, number: str = OTHER, password: str = PASSWORD) -> str | ShowRefusal:
        """Show the other account's password."""
        return await self.others.show(view, number, password, BROWSER, ORIGIN)

    async def shown(self, view: SessionView, number: str = OTHER) -> ShownAccount | None:
        """Show password and SMS code of the other account."""
        name = await self.show(view, number)
        assert not isinstance(name, ShowRefusal)
        draft = await self.others.load(name, view, BROWSER)
        assert draft is not None
        challenge = await self.others.challenge(draft, BROWSER)
        assert challenge is not None
        if AuthenticationMethod.SMS in challenge.ways:
            sent = await self.others.checks.send(challenge, "confirm", BROWSER, "vi")
            assert not isinstance(sent, Refused)
            entered = Entered(self.steps.sent.codes[-1])
            yes = await self.others.checks.check(sent, AuthenticationMethod.SMS, entered, BROWSER, ORIGIN)
            assert not isinstance(yes, Refused)
            assert await self.others.take(name, draft, yes, BROWSER) is None
        draft = await self.others.load(name, view, BROWSER)
        assert draft is not None
        return await self.others.complete(draft, BROWSER)

    async def asked(self, view: SessionView, number: str = OTHER) -> None:
        """Ask for the other account to be joined."""
        shown = await self.shown(view, number)
        assert shown is not None
        assert not isinstance(await self.requests.ask(view, shown, ORIGIN), JoinRefusal)

    async def wait_over(self) -> int:
        """Let the wait pass and the worker run."""
        self.clock.at += self.requests.wait
        return await self.jobs.run(10)
