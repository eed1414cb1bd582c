"""Acting for others over a real store: an enterprise register that is a dictionary, and a clock set by hand."""

from datetime import date, timedelta

import orjson

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
from idp.account.own_identity import OwnIdentities
from idp.adapters.memory.shortlived import MemoryShortLivedStore
from idp.adapters.sql.database import Database
from idp.audit.model import Origin
from idp.delegation.first_claims import FirstClaims
from idp.delegation.guardians.rechecks import Guardians
from idp.delegation.guardians.service import Guardianships, WardResult
from idp.delegation.mandates.ends import MandateEnds
from idp.delegation.mandates.names import NamedMandate
from idp.delegation.mandates.news import MandateNews
from idp.delegation.mandates.offers import Giving
from idp.delegation.mandates.service import Mandates
from idp.delegation.model import Power
from idp.delegation.organisations.claim_contacts import ClaimObjections
from idp.delegation.organisations.claims import ClaimResult
from idp.delegation.organisations.rechecks import Representatives
from idp.delegation.organisations.service import Organisations
from idp.delegation.people import ActingPeople
from idp.delegation.register_silence import RegisterSilence, SilenceLimits
from idp.delegation.register_word import RegisterWord
from idp.kernel.ids import AccountId, MandateId, PersonId, new_id
from idp.kernel.secrets import HashKey
from idp.proofing.kept_receipts import ReceiptBook
from idp.proofing.model import ClaimedIdentity, RegisterRecord
from idp.proofing.registers.enterprise_service import EnterpriseProofing
from idp.proofing.values.birth_dates import BirthDate
from idp.proofing.values.enterprise_codes import EnterpriseCode
from idp.proofing.values.personal_numbers import PersonalNumber
from idp.proofing.wards import WardProofing
from idp.sessions.model import SessionView, StartSession
from idp.web.messages.catalogue import email_text, sms_text
from portals.simulator.enterprises import ENTERPRISES
from portals.simulator.people import BY_NUMBER
from portals.simulator.person import Person
from records.structs import replace
from tests.support.builders.protocol import ISSUER, NOTARY, PROVIDER
from tests.support.plain.enterprises import PlainEnterprises
from tests.support.plain.register import PlainRegister
from tests.support.rigs.proof import NUMBER_INDEX, HandClock
from tests.support.running.sql_stores import session_of

RIVER, SEA = ENTERPRISES[0], ENTERPRISES[1]
# Who represents the first enterprise; two others; and one whom nobody has ever heard of here.
BOSS, CLERK, TEMP, STRANGER = "001899000039", "001899000001", "001999000002", "079899000003"
FILE, MAY_PASS_ON = frozenset({Power.FILE}), frozenset({Power.FILE, Power.DELEGATE})


def origin() -> Origin:
    """Return where a request of the tests comes from."""
    return Origin(new_id(), "192.0.2.7", 50123, "Firefox, Windows")


class MandateRig:
    """The use cases, composed as the provider composes them."""

    def __init__(self, database: Database, wait: timedelta = timedelta(0)) -> None:
        """Take the store, and how long a first claim waits: not at all where that is not the subject."""
        self.database, self.clock, self.register = database, HandClock(), PlainEnterprises()
        ledger, sealer, store = database.ledger, PROVIDER.sealer, MemoryShortLivedStore(self.clock)
        notices = Notices(Messages(sealer, sms_text, email_text), sealer, HashKey(b"a" * 32))
        own = OwnIdentities(database.identities, sealer, NUMBER_INDEX)
        news = MandateNews(database.accounts, database.mandates, notices)
        self.ends = MandateEnds(database.mandates, ledger, news, self.clock)
        self.mandates = Mandates(
            database.mandates, database.accounts, own, ledger, news, self.ends, store, sealer, NUMBER_INDEX, self.clock
        )
        codes, proofing = HashKey(b"o" * 32), EnterpriseProofing(self.register)
        word = RegisterWord(database.mandates, database.accounts, own, news, sealer)
        silence = RegisterSilence(database.mandates, news, SilenceLimits())
        self.representatives = Representatives(
            database.organisations,
            database.mandate_checks,
            silence,
            database.mandates,
            proofing,
            self.ends,
            ledger,
            word,
            sealer,
            codes,
            self.clock,
        )
        self.organisations = Organisations(
            database.organisations,
            database.mandates,
            database.register_jobs,
            own,
            proofing,
            self.representatives,
            ReceiptBook(ISSUER, NOTARY),
            ledger,
            news,
            store,
            sealer,
            codes,
            self.clock,
            wait,
        )
        self.people = ActingPeople(database.mandates, sealer, self.clock)
        self.objections = ClaimObjections(database.mandates, self.ends, ledger, notices.not_me_hash, self.clock)
        self.claims = FirstClaims(database.mandates, ledger, self.clock)

        self.population = PlainRegister(map(_registered, BY_NUMBER.values()))
        wards = {PersonalNumber(one.number): one.extra.guardian for one in BY_NUMBER.values() if one.extra.guardian}
        self.population.guardians = wards
        self.guardianships = Guardianships(
            database.mandates,
            database.accounts,
            database.own_account,
            database.identities,
            own,
            WardProofing(self.population),
            ReceiptBook(ISSUER, NOTARY),
            ledger,
            news,
            store,
            sealer,
            NUMBER_INDEX,
            self.clock,
            wait,
        )

        self.guardians = Guardians(
            database.mandate_checks,
            silence,
            database.mandates,
            database.identities,
            WardProofing(self.population),
            word,
            ledger,
            sealer,
            self.clock,
        )

    async def ward(self, view: SessionView, number: str, name: str = "") -> WardResult:
        """Claim to represent a child."""
        child = BY_NUMBER[number]
        claimed = ClaimedIdentity(PersonalNumber(number), name or child.full_name, BirthDate.parse(child.born))
        return await self.guardianships.claim(view, claimed, origin())

    async def suspend_guardian(self, child: str) -> None:
        """Let the register name nobody for a child, and be asked."""
        self.population.guardians[PersonalNumber(child)] = ""
        self.clock.pass_by(timedelta(days=1))
        assert await self.guardians.recheck_due(10) == 1

    async def person(self, number: str, proof: ProofState = ProofState.PROVED, name: str = "") -> SessionView:
        """Open the account of a demonstration person and return their session."""
        now, person = self.clock.now(), BY_NUMBER[number]
        account = Account(AccountId(new_id()), PersonId(new_id()), AccountStatus.OPEN, proof, "vi", now, now)
        profile = {"name": name or person.full_name, "birthdate": person.born}
        profile_sealed = PROVIDER.sealer.seal(orjson.dumps(profile), PROFILE_PLACE.of(account.person_id))
        opening = OpenAccount(
            account=account,
            number=SealedValue(
                NUMBER_INDEX.digest(number), PROVIDER.sealer.seal(number.encode(), NUMBER_PLACE.of(account.person_id))
            ),
            phone=SealedValue(
                NUMBER_INDEX.digest("phone"), PROVIDER.sealer.seal(b"+84912345678", PHONE_PLACE.of(account.person_id))
            ),
            profile_sealed=profile_sealed,
            password_hash="$argon2id$placed-by-a-test",
        )
        session = replace(session_of(account), auth_time=now, factor_at=now)
        assert await self.database.ledger.commit(opening, StartSession(session=session))
        return SessionView(session, account, profile_sealed, None, None, None)

    async def claim(self, view: SessionView, code: str = RIVER.code, name: str = RIVER.name) -> ClaimResult:
        """Claim an organisation."""
        return await self.organisations.claim(view, EnterpriseCode(code), name, origin())

    async def boss(self) -> tuple[SessionView, str]:
        """Return the representative of the first enterprise, who has claimed it, and the id of that mandate."""
        view = await self.person(BOSS)
        assert await self.claim(view) is ClaimResult.CLAIMED
        (held,) = (await self.mandates.of(view)).held
        return view, held.mandate.id

    def giving(
        self, to: str, under: MandateId | None, powers: frozenset[Power] = FILE, *, name: str = "", days: int = 30
    ) -> Giving:
        """Return what is given to a demonstration person."""
        until: date = (self.clock.now() + timedelta(days=days)).date()
        return Giving(under, PersonalNumber(to), name or BY_NUMBER[to].full_name, powers, until)

    async def offered(self, view: SessionView) -> list[NamedMandate]:
        """Return what a person is offered."""
        return list((await self.mandates.of(view)).offered)

    async def holds(self, view: SessionView) -> set[str]:
        """Return the ids of the mandates that a person may use now."""
        standing = await self.database.mandates.standing(view.account.person_id, self.clock.now())
        return {one.mandate_id for one in standing}

    async def given(
        self,
        giver: SessionView,
        under: MandateId | None,
        to: SessionView,
        number: str,
        powers: frozenset[Power] = FILE,
        *,
        days: int = 30,
    ) -> str:
        """Offer, accept, and return the mandate's id."""
        offer = await self.mandates.offer(giver, self.giving(number, under, powers, days=days), origin())
        assert not isinstance(offer, str)
        assert await self.mandates.accept(to, offer.id, origin())
        return offer.id

    async def notices_of(self, view: SessionView) -> list[str]:
        """Return the kinds of a person's notices, the newest first."""
        return [notice.kind for notice in await self.database.notices.of_person(view.account.person_id, 50)]

    async def events_of(self, view: SessionView) -> list[str]:
        """Return the names of the events on a person's page, the newest first."""
        await self.database.ledger.flush()
        found = await self.database.activity.activity_of(view.account.person_id, "", 50)
        return [event.name for event in found]


def _registered(person: Person) -> RegisterRecord:
    return RegisterRecord(PersonalNumber(person.number), person.full_name.upper(), BirthDate.parse(person.born))
