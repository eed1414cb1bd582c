"""The register's feed: numbers replaced, names changed, people who died; each change applied once."""

from datetime import timedelta

import msgspec
import pytest

from clients.model import ClientId
from idp.account.model import NUMBER_PLACE, Account, AccountStatus, ProofState, SetAccountStatus
from idp.adapters.sql.database import Database
from idp.kernel.ids import ChangeId, GrantId
from idp.proofing.proof import DEAD
from idp.proofing.registers.feed import ChangeKind, RegisterChange
from idp.proofing.registers.ports import NoAnswer
from idp.proofing.values.personal_numbers import PersonalNumber
from idp.protocol.tokens.security_events import ACCOUNT_DISABLED, IDENTIFIER_CHANGED, IDENTITY_CHANGED, AccountEvent
from idp.sessions.model import StartSession
from records.structs import replace
from tests.contract.sql.direct import rows, run
from tests.support.builders.protocol import BANK, CLIENT, NOW, PROVIDER
from tests.support.rigs.proof import NUMBER, NUMBER_INDEX, ProofRig
from tests.support.running.sql_stores import granted, session_of

# What use cases decide: every statement that they cause runs on both databases in other files.
pytestmark = pytest.mark.one_engine("sqlite")

NEW_NUMBER = "001999000002"
MINUTE = timedelta(minutes=1)
SUBSCRIBED = replace(
    CLIENT,
    security_event_endpoint="https://portal.example/events",
    security_events=(ACCOUNT_DISABLED, IDENTIFIER_CHANGED, IDENTITY_CHANGED),
)


@pytest.fixture
def rig(database: Database) -> ProofRig:
    return ProofRig(database, SUBSCRIBED, BANK)


def replaced(change_id: ChangeId = ChangeId("1"), new: str | None = NEW_NUMBER) -> RegisterChange:
    new_number = PersonalNumber(new) if new else None
    return RegisterChange(change_id, ChangeKind.NUMBER_REPLACED, PersonalNumber(NUMBER), NOW, new_number)


def renamed(name: str | None = "NGUYỄN THỊ HẠNH") -> RegisterChange:
    return RegisterChange("2", ChangeKind.NAME_CHANGED, PersonalNumber(NUMBER), NOW, new_name=name)


def died(number: str = NUMBER) -> RegisterChange:
    return RegisterChange("3", ChangeKind.DIED, PersonalNumber(number), NOW)


async def proved(rig: ProofRig) -> Account:
    return await rig.open_account(ProofState.PROVED, proved_at=NOW)


async def column(store: str, query: str) -> list[object]:
    return [value for (value,) in await rows(store, query)]


async def reported(store: str) -> list[tuple[str, str, str]]:
    payloads = await column(store, "SELECT payload FROM outbox WHERE kind = 'account_event'")
    events = [msgspec.json.decode(bytes(one), type=AccountEvent) for one in payloads]  # type: ignore[call-overload]
    return [(event.client_id, event.person_id, event.event) for event in events]


async def test_a_replaced_number_leads_to_the_same_person(rig: ProofRig, store: str) -> None:
    account = await proved(rig)
    assert await rig.changes.apply(replaced())
    found = await rig.database.accounts.for_sign_in(NUMBER_INDEX.digest(NEW_NUMBER))
    assert found is not None
    assert (found.account.person_id, found.account.proof) == (account.person_id, ProofState.PROVED)
    assert (await rig.profile_of(account))["masked_number"] == "•••••••••002"
    held = await rig.database.identities.of_account(account.person_id, account.id)
    assert held is not None
    assert PROVIDER.sealer.open(held.number_sealed, NUMBER_PLACE.of(account.person_id)) == NEW_NUMBER.encode()
    assert await column(store, "SELECT kind FROM notices") == ["identity_changed"]


async def test_a_change_is_applied_once(rig: ProofRig, store: str) -> None:
    await proved(rig)
    assert [await rig.changes.apply(renamed()) for _ in range(3)] == [True, False, False]
    assert len(await rows(store, "SELECT 1 FROM notices")) == 1


async def test_another_change_of_the_same_kind_is_another(rig: ProofRig) -> None:
    account = await proved(rig)
    assert await rig.changes.apply(renamed())
    assert await rig.changes.apply(replace(renamed("NGUYỄN THỊ HẠNH DUNG"), id="4"))
    assert (await rig.profile_of(account))["name"] == "Nguyễn Thị Hạnh Dung"


async def test_numbers_nobody_has_here_are_passed_over(rig: ProofRig, store: str) -> None:
    await proved(rig)
    elsewhere = replace(renamed(), number=PersonalNumber("079999000002"))
    assert not await rig.changes.apply(elsewhere)
    assert await rows(store, "SELECT 1 FROM used_once") == []
    # A claim for the same number may be under way.
    assert not await rig.changes.apply(died("079999000002"))
    assert await column(store, "SELECT purpose FROM used_once") == [DEAD]


async def test_a_changed_name_loses_the_parts_that_nobody_divided(rig: ProofRig) -> None:
    account = await proved(rig)
    assert await rig.changes.apply(renamed())
    profile = await rig.profile_of(account)
    assert (profile["name"], profile["updated_at"]) == ("Nguyễn Thị Hạnh", int(NOW.timestamp()))
    assert "given_name" not in profile


async def test_a_change_without_a_name_changes_nothing(rig: ProofRig, store: str) -> None:
    account = await proved(rig)
    assert await rig.changes.apply(renamed(None))
    assert (await rig.profile_of(account))["name"] == "Nguyễn Thị Hoà"
    assert await column(store, "SELECT name FROM audit_events") == ["register:change:not_applied"]


@pytest.mark.parametrize("new", [NEW_NUMBER, None])
async def test_a_number_that_none_can_replace_lowers_the_level_and_locks_nobody_out(
    rig: ProofRig, store: str, new: str | None
) -> None:
    account = await proved(rig)
    await rig.open_account(ProofState.PROVED, NEW_NUMBER, proved_at=NOW)
    assert await rig.changes.apply(replaced(new=new))
    record = await rig.record_of(account)
    assert (record.account.proof, record.account.status) == (ProofState.NOT_PROVED, AccountStatus.OPEN)
    assert await column(store, "SELECT name FROM audit_events") == ["register:number:disputed"]
    assert await column(store, "SELECT kind FROM notices") == ["identity_refused"]


async def signed_in_at(rig: ProofRig, account: Account, client_id: ClientId, *, offline: bool = False) -> str:
    session = session_of(account, expires_at=NOW + timedelta(hours=8))
    assert await rig.database.ledger.commit(StartSession(session=session))
    grant, _ = await granted(rig.database, session, client_id=client_id, offline=offline)
    return grant.id


async def test_a_death_closes_the_account_and_ends_sessions_and_grants(rig: ProofRig, store: str) -> None:
    account = await proved(rig)
    online, offline = [await signed_in_at(rig, account, ClientId("portal"), offline=kind) for kind in (False, True)]
    assert await rig.changes.apply(died())
    assert (await rig.record_of(account)).account.status is AccountStatus.CLOSED
    assert set(await column(store, "SELECT end_reason FROM sessions")) == {"died"}
    for grant_id in (online, offline):
        state = await rig.database.grants.state(GrantId(grant_id), "jti", NOW)
        assert state is not None
        assert not state.alive
    assert await column(store, "SELECT revoke_reason FROM grants") == ["died", "died"]
    assert await column(store, "SELECT kind FROM notices") == ["account_closed"]


async def test_a_death_reaches_a_locked_account_too(rig: ProofRig) -> None:
    account = await proved(rig)
    lock = SetAccountStatus(
        account_id=account.id,
        person_id=account.person_id,
        before=AccountStatus.OPEN,
        status=AccountStatus.LOCKED,
        at=NOW,
        reason="not_me",
        gives_up_at=NOW + MINUTE,
    )
    assert await rig.database.ledger.commit(lock)
    assert await rig.changes.apply(died())
    assert (await rig.record_of(account)).account.status is AccountStatus.CLOSED


async def test_a_closed_account_hears_no_more_of_the_register(rig: ProofRig) -> None:
    await proved(rig)
    assert await rig.changes.apply(died())
    assert not await rig.changes.apply(renamed())


async def test_risc_portals_that_subscribed_and_know_the_person_are_told(rig: ProofRig, store: str) -> None:
    account = await proved(rig)
    await signed_in_at(rig, account, ClientId("portal"))
    await signed_in_at(rig, account, ClientId("bank"))
    for change in (replaced(), replace(renamed(), number=PersonalNumber(NEW_NUMBER)), died(NEW_NUMBER)):
        assert await rig.changes.apply(change)
    person = account.person_id
    assert sorted(await reported(store)) == sorted(
        [("portal", person, event) for event in (IDENTIFIER_CHANGED, IDENTITY_CHANGED, ACCOUNT_DISABLED)]
    )


async def test_a_portal_that_never_met_the_person_is_not_told(rig: ProofRig, store: str) -> None:
    await proved(rig)
    assert await rig.changes.apply(died())
    assert await reported(store) == []


async def test_the_feed_is_read_on_from_where_it_stopped(rig: ProofRig) -> None:
    account = await proved(rig)
    rig.register.happened = [replaced()]
    assert not await rig.feed.read_on(MINUTE)
    rig.register.happened.append(died(NEW_NUMBER))
    assert not await rig.feed.read_on(MINUTE)
    assert (await rig.record_of(account)).account.status is AccountStatus.OPEN
    rig.clock.pass_by(MINUTE)
    assert not await rig.feed.read_on(MINUTE)
    assert (await rig.record_of(account)).account.status is AccountStatus.CLOSED


async def test_a_long_feed_is_read_page_after_page(rig: ProofRig) -> None:
    await proved(rig)
    rig.register.happened = [replace(renamed(), id=str(n)) for n in range(150)]
    assert [await rig.feed.read_on(MINUTE) for _ in range(3)] == [True, False, False]


async def test_a_feed_that_does_not_answer_is_asked_again_from_the_same_place(rig: ProofRig) -> None:
    account = await proved(rig)
    rig.register.happened, rig.register.trouble = [died()], NoAnswer("timeout")
    assert not await rig.feed.read_on(MINUTE)
    rig.register.trouble = None
    rig.clock.pass_by(MINUTE)
    assert not await rig.feed.read_on(MINUTE)
    assert (await rig.record_of(account)).account.status is AccountStatus.CLOSED


async def test_a_change_that_cannot_be_applied_does_not_hide_a_death_behind_it(rig: ProofRig, store: str) -> None:
    account = await proved(rig)
    other = await rig.open_account(ProofState.PROVED, NEW_NUMBER, proved_at=NOW)
    broken = replace(renamed(), id="broken", number=PersonalNumber(NEW_NUMBER))
    await rig.database.ledger.flush()
    await spoil_profile(store, other)
    rig.register.happened = [broken, died()]
    assert not await rig.feed.read_on(MINUTE)
    await rig.database.ledger.flush()
    assert (await rig.record_of(account)).account.status is AccountStatus.CLOSED
    assert "register:change:not_applied" in await column(store, "SELECT name FROM audit_events")


async def spoil_profile(store: str, account: Account) -> None:
    wrong = "'\\x00'" if store.startswith("postgresql") else "x'00'"
    await run(store, f"UPDATE persons SET profile_sealed = {wrong} WHERE person_id = '{account.person_id}'")
