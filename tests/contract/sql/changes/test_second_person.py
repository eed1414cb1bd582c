"""An administrator's account is nobody's until a second person has said so, and its code is shown to neither."""

import re
from dataclasses import dataclass
from datetime import timedelta

import pytest

from idp.account.notices.messages import Messages, OutgoingMessage, open_message
from idp.adapters.sql.database import Database
from idp.admin.actor import Actor
from idp.admin.administrators.posts import PostCommand, RoleCommand
from idp.admin.administrators.second_person import SecondPerson
from idp.admin.administrators.service import Administrators
from idp.admin.changes.independence import approves_from
from idp.admin.errors import (
    InvalidInputError,
    NotFoundError,
    NotIndependentError,
    NotPermittedError,
    RightRestsError,
    StaleVersionError,
    TooLateError,
)
from idp.app.officers import officer_accounts
from idp.audit.model import EventName
from idp.kernel.messages import MessageChannel
from idp.kernel.root_key import RootKey
from idp.officers.model import EnrolOfficer, Officer
from idp.officers.roles import Role
from idp.officers.service import OfficerAccounts
from idp.web.messages.catalogue import email_text, sms_text
from tests.contract.sql.account.test_two_people import Puppet, appear
from tests.support.plain.agencies import PlainAgencies
from tests.support.rigs.admin import AGENCY, COLLEAGUE, OPERATOR, OTHER_AGENCY, SECOND_OPERATOR, AdminRig
from tests.support.running.sql_stores import NOW

POST = PostCommand("H37", "hai", "Nguyễn Văn Bình", "Quản trị viên", "2028-12-31")
OPERATES, ADMINISTERS = RoleCommand("national_operator", "national"), RoleCommand("agency_administrator", "H37")
PHONE, ADDRESS = "0912345678", "binh@langson.gov.vn"
REST = timedelta(hours=72)


@dataclass(frozen=True, slots=True)
class Issuing:
    """What issues and confirms administrators over one store."""

    rig: AdminRig
    root: RootKey

    @property
    def accounts(self) -> OfficerAccounts:
        messages = Messages(self.root.sealer(), sms_text, email_text)
        return officer_accounts(self.rig.database, self.root, messages, self.rig.clock)

    @property
    def administrators(self) -> Administrators:
        database = self.rig.database
        return Administrators(
            database.administrators,
            PlainAgencies(),
            self.accounts,
            database.ledger,
            self.root.sealer(),
            self.rig.clock,
        )

    async def issued(self, actor: Actor = OPERATOR, role: RoleCommand = OPERATES, contact: str = PHONE) -> Officer:
        return await self.administrators.issue(actor, POST, role, contact)

    async def confirm(self, actor: Actor, officer: Officer, digest: str | None = None) -> None:
        seen = await self.administrators.get(actor, officer.account_id)
        second = SecondPerson(self.administrators, self.rig.database.ties)
        await second.confirm(actor, officer.account_id, seen.digest if digest is None else digest)

    async def found(self, officer: Officer) -> Officer:
        found = await self.rig.database.officers.of_account(officer.person_id, officer.account_id)
        assert found is not None
        return found

    async def sent(self) -> list[OutgoingMessage]:
        now, outbox = self.rig.clock.now(), self.rig.database.outbox
        leased = await outbox.lease(now, now + timedelta(days=400), 1_000)
        sent = list[OutgoingMessage]()
        for message in leased:
            channel: MessageChannel = "sms" if message.kind == "sms" else "email"
            if message.kind == channel:
                sent.append(open_message(self.root.sealer(), channel, message.payload))
        return sent

    async def enrols(self, officer: Officer, code: str) -> bool:
        using = EnrolOfficer(
            person_id=officer.person_id,
            account_id=officer.account_id,
            enrolment_hash=self.accounts.hashed(code),
            password_hash="hash",
            now=self.rig.clock.now(),
        )
        return await self.rig.database.ledger.commit(using)


@pytest.fixture
async def issuing(database: Database) -> Issuing:
    return Issuing(await AdminRig.appointed(database), RootKey("root", b"r" * 32))


def code_of(message: OutgoingMessage) -> str:
    found = re.search(r"(?:[A-Z0-9]{4}-){3}[A-Z0-9]{4}", message.text)
    assert found is not None, message.text
    return found[0]


async def test_an_account_that_one_person_issued_has_no_code(issuing: Issuing) -> None:
    """Whoever sees the code is the account: seen, an operator enrolled it and approved their own change."""
    officer = await issuing.found(await issuing.issued())
    assert officer.enrolment_ends_at is None
    assert officer.asked is not None
    assert await issuing.sent() == []


@pytest.mark.parametrize(("contact", "to"), [(PHONE, "+84912345678"), (ADDRESS, ADDRESS)])
async def test_once_a_second_person_confirms_it_the_code_goes_to_the_officer_alone(
    issuing: Issuing, contact: str, to: str
) -> None:
    officer = await issuing.issued(contact=contact)
    await issuing.confirm(SECOND_OPERATOR, officer)
    (message,) = await issuing.sent()
    assert message.to == to
    assert (await issuing.found(officer)).asked is None
    assert not await issuing.enrols(officer, "AAAA-BBBB-CCCC-DDDD")
    assert await issuing.enrols(officer, code_of(message))


async def test_a_code_is_not_renewed_by_one_person_and_the_one_before_ends(issuing: Issuing) -> None:
    officer = await issuing.issued()
    await issuing.confirm(SECOND_OPERATOR, officer)
    (first,) = await issuing.sent()
    await issuing.administrators.renew_enrolment(OPERATOR, officer.account_id, ADDRESS)
    assert not await issuing.enrols(officer, code_of(first))
    with pytest.raises(NotPermittedError):
        await issuing.confirm(OPERATOR, await issuing.found(officer))
    issuing.rig.clock.later(timedelta(seconds=1))
    await issuing.confirm(SECOND_OPERATOR, officer)
    second = [one for one in await issuing.sent() if one.to == ADDRESS]
    assert await issuing.enrols(officer, code_of(second[0]))


async def test_what_the_host_renews_needs_nobody_else_and_ends_what_waits(issuing: Issuing) -> None:
    officer = await issuing.issued()
    event = OPERATOR.event(EventName.OFFICER_ENROLMENT_RENEWED, NOW)
    code = await issuing.accounts.renew_enrolment(officer, "host", event)
    assert code is not None
    assert (await issuing.found(officer)).asked is None
    assert await issuing.enrols(officer, code.reveal())


@pytest.mark.parametrize(
    ("actor", "error"),
    [
        (OPERATOR, NotPermittedError),
        # Who may not give what the account holds; and who does not even see it.
        (AGENCY, NotPermittedError),
        (OTHER_AGENCY, NotFoundError),
    ],
    ids=["who asked", "who holds less", "another agency's"],
)
async def test_who_may_not_confirm(issuing: Issuing, actor: Actor, error: type[Exception]) -> None:
    officer = await issuing.issued()
    with pytest.raises(error):
        await issuing.confirm(actor, officer)
    assert await issuing.sent() == []


async def test_an_agencys_own_two_are_enough_for_the_agency(issuing: Issuing) -> None:
    officer = await issuing.issued(AGENCY, ADMINISTERS)
    await issuing.confirm(COLLEAGUE, officer)
    assert len(await issuing.sent()) == 1


async def test_whom_the_asker_made_does_not_confirm(issuing: Issuing) -> None:
    puppet = await appear(issuing.rig.database, Puppet("puppet", issued_by=OPERATOR.account_id))
    own = await appear(issuing.rig.database, Puppet("own", issued_by=SECOND_OPERATOR.account_id))
    officer = await issuing.issued()
    with pytest.raises(NotIndependentError):
        await issuing.confirm(puppet, officer)
    await issuing.confirm(own, officer)


async def test_a_right_that_is_new_or_unconfirmed_does_not_confirm(issuing: Issuing) -> None:
    new = await appear(issuing.rig.database, Puppet("new", at=NOW))
    officer = await issuing.issued()
    with pytest.raises(RightRestsError):
        await issuing.confirm(new, officer)
    issuing.rig.clock.later(REST)
    await issuing.confirm(new, officer)


async def test_what_was_not_read_is_not_confirmed(issuing: Issuing) -> None:
    """Between reading and confirming another contact is put in the place of the one that was read."""
    officer = await issuing.issued()
    read = (await issuing.administrators.get(SECOND_OPERATOR, officer.account_id)).digest
    issuing.rig.clock.later(timedelta(seconds=1))
    await issuing.administrators.renew_enrolment(OPERATOR, officer.account_id, ADDRESS)
    with pytest.raises(StaleVersionError):
        await issuing.confirm(SECOND_OPERATOR, officer, read)
    assert await issuing.sent() == []
    await issuing.confirm(SECOND_OPERATOR, officer)


async def test_it_is_confirmed_once(issuing: Issuing) -> None:
    officer = await issuing.issued()
    await issuing.confirm(SECOND_OPERATOR, officer)
    with pytest.raises(TooLateError):
        await issuing.confirm(SECOND_OPERATOR, officer)


async def test_a_role_that_one_person_gave_approves_nothing_until_another_confirms_it(issuing: Issuing) -> None:
    made = await appear(issuing.rig.database, Puppet("made", role=Role.AUDITOR, agency="H37"))
    await issuing.administrators.grant(OPERATOR, made.account_id, ADMINISTERS, "2028-12-31")
    issuing.rig.clock.later(timedelta(days=60))
    (given,) = (await issuing.administrators.get(OPERATOR, made.account_id)).unconfirmed
    assert approves_from(given) == given.ends_at
    await issuing.confirm(SECOND_OPERATOR, Officer(made.person_id, made.account_id, "H37", "", "", NOW, NOW, "", NOW))
    found = await issuing.rig.database.administrators.by_account(made.account_id)
    assert found is not None
    confirmed = next(grant for grant in found.grants if grant.id == given.id)
    assert approves_from(confirmed) == issuing.rig.clock.now() + REST


async def test_a_role_that_approves_nothing_needs_nobody_else(issuing: Issuing) -> None:
    made = await appear(issuing.rig.database, Puppet("made", role=Role.AUDITOR, agency="H37"))
    await issuing.administrators.grant(OPERATOR, made.account_id, RoleCommand("client_developer", "H37"), "2028-12-31")
    assert (await issuing.administrators.get(OPERATOR, made.account_id)).unconfirmed == ()


@pytest.mark.parametrize("contact", ["", "02438253536", "binh", "0912"])
async def test_a_code_goes_only_where_messages_go(issuing: Issuing, contact: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        await issuing.issued(contact=contact)
    assert [(one.field, one.rule) for one in caught.value.problems] == [("contact", "not_a_contact")]
