"""A session that was stolen, over a real store: what its thief can change, and how the owner comes back."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from clients.model import ClientId
from idp.account.closing import Closing
from idp.account.model import Account
from idp.account.notices.message_ceilings import MessageCeilings
from idp.account.notices.messages import Messages
from idp.account.notices.service import Notices
from idp.account.own_identity import OwnIdentities
from idp.account.portal_news import PortalNews
from idp.adapters.memory.shortlived import MemoryShortLivedStore
from idp.adapters.passwords.bloom_file import NoBreachedPasswords
from idp.adapters.sql.database import Database
from idp.delegation.effects import OfferMandate
from idp.delegation.mandates.ends import MandateEnds
from idp.delegation.mandates.names import seal_actor
from idp.delegation.mandates.news import MandateNews
from idp.delegation.model import Mandate
from idp.factors.change_model import BeginChange
from idp.factors.contacts.phone_ownership import PhoneOwnership
from idp.factors.contacts.service import ContactDraft, ContactRefusal, OwnContacts
from idp.factors.contacts.settling import SettleContacts
from idp.factors.model import TOTP_PLACE, AddTotp
from idp.factors.one_time_codes.service import CodeVerdict, OneTimeCodes
from idp.factors.passkey.credentials import LABEL_PLACE, AddPasskey, Passkey
from idp.factors.password.own_password import OwnPassword
from idp.factors.password.service import PasswordRules
from idp.factors.recovery_codes.service import NewCodes, RecoveryCodes, hash_of
from idp.factors.totp.codes import new_totp_secret
from idp.factors.totp.service import TotpDraft, TotpEnrolment
from idp.factors.two_steps import TwoSteps
from idp.factors.waits_ended import OwnPhones
from idp.kernel.ids import PersonId, new_id
from idp.kernel.secrets import HashKey, Secret
from idp.proofing.values.phones import PhoneNumber
from idp.sessions.browser_sessions import BrowserSessions, EvidenceUsedError
from idp.sessions.model import SessionView
from idp.sign_in.drafts import DraftStore
from idp.sign_in.levels import PASSWORD, SMS, SOFTWARE_KEY
from idp.upstream.link_model import SUBJECT_PLACE, LinkUpstream, UpstreamLink
from idp.upstream.own_links import OwnUpstreams, mark_of
from idp.web.messages.catalogue import email_text, sms_text
from records.structs import replace
from tests.support.builders.mandates import helping
from tests.support.builders.protocol import PROVIDER
from tests.support.rigs.proof import NUMBER_INDEX, KnownClients
from tests.support.rigs.recovery import CODES_HASH, PHONE_HASH, PlainHasher, RecoveryRig, origin

THIEFS_PHONE: Final = "+84500000201"
_COOKIES = HashKey(b"s" * 32)
_LIFE, _YEAR = timedelta(minutes=15), timedelta(days=365)
BROWSER: Final = "the stolen browser"


@dataclass(slots=True)
class Planted:
    """What the thief holds of the account afterwards."""

    passkeys: list[bytes] = field(default_factory=list)
    app: Secret | None = None
    codes: tuple[str, ...] = ()
    mandates: list[str] = field(default_factory=list)
    password: str = ""


class TheftRig(RecoveryRig):
    """Recovery, and everything that a strong session changes, composed as the provider composes them."""

    def __init__(self, database: Database) -> None:
        """Take the store."""
        super().__init__(database)
        ledger, sealer, store = database.ledger, PROVIDER.sealer, MemoryShortLivedStore(self.clock)
        messages = Messages(sealer, sms_text, email_text)
        notices = Notices(messages, sealer, HashKey(b"a" * 32))
        one_time = OneTimeCodes(ledger, store, HashKey(b"2" * 32), messages, MessageCeilings(store, PHONE_HASH))
        self.sessions = BrowserSessions(ledger, _COOKIES)
        self.contacts = OwnContacts(
            DraftStore(store, sealer, "contact", ContactDraft, _LIFE),
            one_time,
            store,
            ledger,
            notices,
            sealer,
            PHONE_HASH,
            HashKey(b"e" * 32),
            self.clock,
            database.contact_changes,
            OwnPhones(OwnIdentities(database.identities, sealer, NUMBER_INDEX), PhoneOwnership(self.proof.carriers)),
            database.phone_ages,
        )
        self.app = TotpEnrolment(
            DraftStore(store, sealer, "totp", TotpDraft, _LIFE), database.factors, ledger, sealer, notices, self.clock
        )
        self.codes = RecoveryCodes(
            DraftStore(store, sealer, "codes", NewCodes, _LIFE), ledger, notices, CODES_HASH, self.clock
        )
        self.password = OwnPassword(
            database.accounts,
            database.identities,
            PlainHasher(),
            PasswordRules(NoBreachedPasswords()),
            ledger,
            notices,
            sealer,
            self.clock,
        )
        self.two_steps = TwoSteps(ledger, notices, self.clock)
        news = PortalNews(database.identities, KnownClients())
        ends = MandateEnds(
            database.mandates, ledger, MandateNews(database.accounts, database.mandates, notices), self.clock
        )
        self.closing = Closing(ledger, notices, news, ends, sealer, self.clock, database.closed_accounts)
        self.ends, self.links = ends, OwnUpstreams(database.upstream_links, ledger, notices, self.clock)
        self.settling = SettleContacts(database.contact_changes, database.accounts, ledger, sealer, self.clock)

    async def sign_in(self, account: Account, *factors: str, waiting: bool = False) -> str:
        """Return the cookie of a session whose factors were just shown; of the last one, whether it waits to count."""
        waits = frozenset(factors[-1:]) if waiting else frozenset[str]()
        cookie = await self.sessions.authenticated(
            account, frozenset(factors), None, origin(), self.clock.now(), waiting=waits
        )
        return cookie.reveal()

    async def link(self, account: Account) -> UpstreamLink:
        """Link an account of another provider, as its owner did."""
        sealed, now = PROVIDER.sealer.seal(b"subject", SUBJECT_PLACE), self.clock.now()
        link = UpstreamLink(account.person_id, account.id, "vneid", b"i" * 32, sealed, now, now)
        assert await self.database.ledger.commit(LinkUpstream(link=link))
        return link

    async def give(self, mandate: Mandate) -> Mandate:
        """Store a mandate that counts from now for a year, to or from somebody else."""
        now = self.clock.now()
        sealed = seal_actor(PROVIDER.sealer, mandate.id, "001899000009", "Trần Văn Khác")
        given = replace(
            mandate,
            actor_id=PersonId(mandate.actor_id or new_id()),
            actor_sealed=sealed,
            offered_at=now,
            starts_at=now,
            accepted_at=now,
            ends_at=now + _YEAR,
        )
        assert await self.database.ledger.commit(OfferMandate(mandate=given))
        return given

    async def view(self, cookie: str) -> SessionView | None:
        """Return the live session of a cookie."""
        return await self.database.sessions.live(_COOKIES.digest(cookie), ClientId(""), self.clock.now())

    async def pass_by(self, span: timedelta) -> None:
        """Let time pass, and the jobs of the worker run at its end."""
        self.clock.pass_by(span)
        await self.settling.run(100)
        await self.closing.erase_due(100)


@dataclass(slots=True)
class Thief:
    """Somebody with one strong session of the owner, who does what its pages offer."""

    rig: TheftRig
    account: Account
    cookie: str
    planted: Planted = field(default_factory=Planted)

    async def do(self, deed: str) -> None:
        """Do one thing with the session, if it lives; whether it works is for the rules to say."""
        view = await self.rig.view(self.cookie)
        if view is not None:
            await getattr(self, deed)(view)

    async def change_phone(self, view: SessionView) -> None:
        """Name the own phone as the account's."""
        await self.rig.pass_by(timedelta(minutes=1))
        name = await self.rig.contacts.begin(view, PhoneNumber(THIEFS_PHONE), BROWSER, "vi")
        draft = None if isinstance(name, ContactRefusal) else await self.rig.contacts.load(name, view, BROWSER)
        if draft is not None:
            code = await self.rig.code_to(THIEFS_PHONE)
            answer = await self.rig.contacts.confirm(str(name), draft, code, view, origin())
            assert answer in {CodeVerdict.RIGHT, ContactRefusal.CHANGED_MEANWHILE}

    async def remove_app(self, view: SessionView) -> None:
        """Take the owner's app away."""
        await self.rig.app.remove(view, origin())

    async def add_app(self, view: SessionView) -> None:
        """Set up an own app, in the place of the owner's if there is one."""
        await self.remove_app(view)
        secret, account, now = new_totp_secret(), self.account, self.rig.clock.now()
        sealed = PROVIDER.sealer.seal(secret.reveal().encode(), TOTP_PLACE.of(account.person_id))
        begin = BeginChange(person_id=account.person_id, account_id=account.id, now=now)
        add = AddTotp(
            person_id=account.person_id,
            account_id=account.id,
            secret_sealed=sealed,
            last_step=0,
            created_at=now,
            pending_until=now + self.rig.app.wait,
        )
        if await self.rig.database.ledger.commit(begin, add):
            self.planted.app = secret

    async def make_codes(self, view: SessionView) -> None:
        """Make recovery codes, which end the owner's."""
        name = await self.rig.codes.replace(view, BROWSER, origin())
        if name is not None:
            self.planted.codes = await self.rig.codes.take(name, view, BROWSER)

    async def add_passkey(self, view: SessionView) -> None:
        """Add a passkey."""
        account, now = view.account, self.rig.clock.now()
        key = Passkey(
            person_id=account.person_id,
            account_id=account.id,
            credential_id=new_id().encode(),
            public_key=b"key",
            sign_count=0,
            transports=(),
            backup_eligible=True,
            backed_up=True,
            label_sealed=PROVIDER.sealer.seal(b"thief", LABEL_PLACE.of(account.person_id)),
            created_at=now,
            pending_until=now + self.rig.app.wait,
        )
        begin = BeginChange(person_id=account.person_id, account_id=account.id, now=now)
        if await self.rig.database.ledger.commit(begin, AddPasskey(passkey=key)):
            self.planted.passkeys.append(key.credential_id)

    async def change_password(self, view: SessionView) -> None:
        """Set a password that the owner does not know."""
        password = f"the thief's own {new_id()}"
        if await self.rig.password.change(view, password, origin(), two_steps=False) is None:
            self.planted.password = password

    async def ask_two_steps(self, view: SessionView) -> None:
        """Ask for a second factor at every sign-in."""
        await self.rig.two_steps.switch(view, origin(), on=True)

    async def give_mandate(self, view: SessionView) -> None:
        """Make oneself a helper of the owner."""
        now = self.rig.clock.now()
        plain = helping(view.account.person_id, new_id())
        mandate = replace(
            plain, actor_id=PersonId(new_id()), offered_at=now, starts_at=now, accepted_at=now, ends_at=now + _YEAR
        )
        if await self.rig.database.ledger.commit(OfferMandate(mandate=mandate)):
            self.planted.mandates.append(mandate.id)

    async def remove_link(self, view: SessionView) -> None:
        """Take away the ways in through other providers."""
        for link in await self.rig.links.of(view):
            await self.rig.links.unlink(view, mark_of(link), origin())

    async def end_mandates(self, view: SessionView) -> None:
        """End what the owner gave, and what others gave the owner."""
        reader, person_id, now = self.rig.database.mandates, view.account.person_id, self.rig.clock.now()
        for one in (*await reader.given_by(person_id, now), *await reader.held_by(person_id, now)):
            if one.mandate.ended_at is None and one.mandate.id not in self.planted.mandates:
                ending = await self.rig.ends.of(one.mandate, "revoked", now, person_id, origin())
                assert await self.rig.database.ledger.commit(*ending)

    async def close_account(self, view: SessionView) -> None:
        """Close the account, so that nothing of it is left."""
        assert await self.rig.closing.close(view, origin())

    async def stop_recovery(self, view: SessionView) -> None:
        """Press the button that ends the owner's wait."""
        await self.rig.not_me.cancel_recovery(view, origin())

    async def report(self, view: SessionView) -> None:
        """Say "not me" in the owner's name."""
        await self.rig.not_me.report_from(view, origin())

    async def come_back(self) -> None:
        """Sign in with everything that was planted, which ends the owner's wait if it counts."""
        account = self.account
        for credential in self.planted.passkeys:
            owned = await self.rig.database.passkeys.by_credential(credential)
            if owned is not None:
                await self._try(SOFTWARE_KEY, waits=owned.passkey.pending_until)
        record = await self.rig.database.accounts.by_id(account.person_id, account.id)
        knows = record is not None and record.password.hash == await PlainHasher().hash(self.planted.password)
        totp = (await self.rig.database.factors.of_account(account.person_id, account.id)).totp
        if knows and totp is not None and await self._own(totp.secret_sealed):
            await self._try(PASSWORD, "otp", waits=totp.pending_until)
        if knows and await self.rig.phone_of(account) == THIEFS_PHONE:
            await self._try(PASSWORD, SMS, waits=None)

    async def _own(self, sealed: bytes) -> bool:
        known = PROVIDER.sealer.open(sealed, TOTP_PLACE.of(self.account.person_id)).decode()
        return self.planted.app is not None and self.planted.app.reveal() == known

    async def _try(self, *factors: str, waits: object) -> None:
        account = await self.rig.record(self.account)
        if account.account.status.value != "open":
            return
        waiting = waits is not None and waits > self.rig.clock.now()  # type: ignore[operator]  # an instant
        try:
            self.cookie = await self.rig.sign_in(account.account, *factors, waiting=waiting)
        except EvidenceUsedError:
            return

    async def holds(self) -> list[str]:
        """Return what of the planted things is still there."""
        database, account = self.rig.database, self.account
        left = ["passkey" for one in self.planted.passkeys if await database.passkeys.by_credential(one)]
        enrolled = await database.factors.of_account(account.person_id, account.id)
        if enrolled.totp is not None and await self._own(enrolled.totp.secret_sealed):
            left.append("app")
        hashes = [hash_of(CODES_HASH, account.id, code) for code in self.planted.codes]
        whose = (account.person_id, account.id)
        left += ["recovery code" for one in hashes if await database.factors.has_recovery_code(*whose, one)]
        if await self.rig.view(self.cookie) is not None:
            left.append("session")
        if (await self.rig.phone_of(account)) == THIEFS_PHONE:
            left.append("phone")
        views = await database.mandates.for_principal(account.person_id, self.rig.clock.now())
        planted = [view.mandate for view in views if view.mandate.id in self.planted.mandates]
        left += ["mandate" for one in planted if one.stands(self.rig.clock.now())]
        if any(
            one.settled_at is None for one in await database.contact_changes.of_account(account.person_id, account.id)
        ):
            left.append("waiting contact")
        record = await self.rig.record(account)
        if self.planted.password and record.password.hash == await PlainHasher().hash(self.planted.password):
            left.append("password")
        return left
