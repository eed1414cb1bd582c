"""Merging two accounts of one person: what stays, what comes along, and that undoing it is the identity."""

from collections.abc import Sequence
from datetime import timedelta

import orjson
import pytest

from clients.model import Client, ClientId
from idp.account.merging.service import AccountName, Merging
from idp.account.merging.unmerging import MergeRefusedError
from idp.account.model import (
    EMAIL_PLACE,
    NUMBER_PLACE,
    PHONE_PLACE,
    PROFILE_PLACE,
    AccountStatus,
    Consent,
    GiveConsent,
    ProofState,
    SealedValue,
)
from idp.adapters.sql.database import Database
from idp.factors.contacts.model import SetContact
from idp.grants.model import StartGrant
from idp.kernel.places import Column
from idp.kernel.secrets import Sealer
from idp.proofing.proof import SetProof
from idp.protocol.tokens.subjects import subject_space
from idp.sessions.model import Session, StartSession
from records.structs import replace
from tests.contract.sql.account.test_forgetting import OVER, forgetting_at
from tests.contract.sql.account.test_own_account import closing
from tests.contract.sql.direct import rows, run
from tests.support.running.sql_stores import NOW, digest, event, grant_of, granted, opening, session_of

SEALER = Sealer({"k": b"s" * 32}, "k")
CLIENTS = tuple(
    Client(
        client_id=ClientId(name),
        client_name={"": name},
        sector_identifier=f"{name}.example",
        governed_claims=("tech_id",) if name == "old" else (),
        backchannel_logout_uri="https://portal.example/logout",
        created_at=NOW,
        updated_at=NOW,
    )
    for name in ("portal", "bank", "old")
)
# Two accounts are made one for one human: the same name, however it is written, born on the same day.
ONE_HUMAN = {"name": "Nguyễn Thị Hoà", "birthdate": "1990-02-01"}
SPACES = {client.client_id: subject_space(client) for client in CLIENTS}
COMPARED = (
    "persons",
    "accounts",
    "identifiers",
    "contacts",
    "passwords",
    "consents",
    "subject_aliases",
    "tech_ids",
    "mandates",
)


def merging(database: Database) -> Merging:
    return Merging(database.merges, database.identities, CLIENTS, database.ledger, SEALER)


def name_of(session: Session) -> AccountName:
    return AccountName(session.person_id, session.account_id)


async def person(database: Database, number: str, **claims: object) -> Session:
    effect = opening(number)
    said = {**ONE_HUMAN, "phone_number": number, **claims}
    profile = SEALER.seal(orjson.dumps(said), PROFILE_PLACE.of(effect.account.person_id))
    session = session_of(effect.account)
    phone = f"+84{number[-9:]}"
    effect = replace(
        effect,
        profile_sealed=profile,
        number=SealedValue(effect.number.blind_index, _sealed(number, NUMBER_PLACE, session)),
        phone=SealedValue(effect.phone.blind_index, _sealed(phone, PHONE_PLACE, session)),
    )
    assert await database.ledger.commit(effect, StartSession(session=session))
    return session


def _sealed(text: str, column: Column, session: Session) -> bytes:
    return SEALER.seal(text.encode(), column.of(session.person_id))


async def email(database: Database, session: Session, address: str) -> None:
    contact = SealedValue(digest(address), _sealed(address, EMAIL_PLACE, session))
    assert await database.ledger.commit(
        SetContact(
            account_id=session.account_id, person_id=session.person_id, kind="email", contact=contact, confirmed_at=NOW
        )
    )


async def consent(database: Database, session: Session, client_id: ClientId) -> None:
    given_ = Consent(session.person_id, client_id, ("openid",), "1", "vi", NOW)
    assert await database.ledger.commit(GiveConsent(consent=given_))


async def everything(database: Database, store: str) -> dict[str, Sequence[tuple[object, ...]]]:
    """Return the tables as they stand; sealed profiles opened, as every sealing differs."""
    found = {table: sorted(await rows(store, f"SELECT * FROM {table}"), key=repr) for table in COMPARED}
    opened = [
        (person_id, sorted(orjson.loads(SEALER.open(bytes(str_), PROFILE_PLACE.of(str(person_id)))).items()), *others)
        for person_id, str_, *others in found["persons"]
        if isinstance(str_, bytes)
    ]
    identifiers = [_opened(row, NUMBER_PLACE, 3) for row in found["identifiers"]]
    contacts = [_opened(row, EMAIL_PLACE if "email" in row else PHONE_PLACE, 4) for row in found["contacts"]]
    return {**found, "persons": opened, "identifiers": identifiers, "contacts": contacts}


def _opened(row: tuple[object, ...], column: Column, at: int) -> tuple[object, ...]:
    """Return a row with its sealed value opened: it has the seal of the person whose row it is."""
    sealed = row[at]
    assert isinstance(sealed, bytes)
    return (*row[:at], SEALER.open(sealed, column.of(str(row[0]))), *row[at + 1 :])


async def test_the_one_that_goes_is_closed_signed_out_and_its_number_leads_to_nobody_else(
    database: Database, store: str
) -> None:
    stays, goes = await person(database, "001899000001"), await person(database, "001899000002")
    grant, _ = await granted(database, goes, offline=True)
    await merging(database).merge(name_of(stays), name_of(goes), "test", NOW)
    assert await database.sessions.live(goes.secret_hash, ClientId(""), NOW) is None
    assert await database.sessions.live(stays.secret_hash, ClientId(""), NOW) is not None
    state = await database.grants.state(grant.id, "jti", NOW)
    assert state is not None
    assert not state.alive
    assert await database.accounts.for_sign_in(digest("001899000002")) is None
    assert not await database.ledger.commit(opening("001899000002"))
    assert await database.identities.held_by_another(digest("001899000002"), goes.person_id)
    assert not await database.identities.held_by_another(digest("001899000002"), stays.person_id)
    assert await rows(store, "SELECT locked_for FROM accounts WHERE status = 'closed'") == [("merged",)]


async def test_each_sector_goes_on_with_the_subject_it_knew(database: Database) -> None:
    stays, goes = await person(database, "001899000001"), await person(database, "001899000002")
    await granted(database, stays, client_id="portal")
    await granted(database, goes, client_id="portal")
    await granted(database, goes, client_id="bank")
    await merging(database).merge(name_of(stays), name_of(goes), "test", NOW)
    for client_id, known_as in (("portal", stays), ("bank", goes), ("old", stays)):
        view = await database.sessions.live(stays.secret_hash, ClientId(client_id), NOW, SPACES[ClientId(client_id)])
        assert view is not None
        assert view.known_as == known_as.person_id, client_id


async def test_a_sector_that_is_allowed_the_tech_id_knows_the_one_who_has_it(database: Database, store: str) -> None:
    stays, goes = await person(database, "001899000001"), await person(database, "001899000002")
    await run(store, f"INSERT INTO tech_ids (person_id, blind_index, sealed) VALUES ('{goes.person_id}', '1', '2')")
    await merging(database).merge(name_of(stays), name_of(goes), "test", NOW)
    view = await database.sessions.live(stays.secret_hash, ClientId("old"), NOW, SPACES[ClientId("old")])
    assert view is not None
    assert view.known_as == goes.person_id


async def test_contacts_and_consents_come_along_where_there_are_none(database: Database) -> None:
    stays, goes = await person(database, "001899000001"), await person(database, "001899000002", email="a@thu.example")
    await email(database, goes, "a@thu.example")
    await consent(database, goes, ClientId("bank"))
    await merging(database).merge(name_of(stays), name_of(goes), "test", NOW)
    view = await database.sessions.live(stays.secret_hash, ClientId("bank"), NOW)
    assert view is not None
    assert view.email_sealed is not None
    assert SEALER.open(view.email_sealed, EMAIL_PLACE.of(stays.person_id)) == b"a@thu.example"
    assert view.consented_scope == frozenset({"openid"})
    profile = orjson.loads(SEALER.open(view.profile_sealed, PROFILE_PLACE.of(stays.person_id)))
    assert (profile["email"], profile["phone_number"]) == ("a@thu.example", "001899000001")


@pytest.mark.parametrize(
    ("said", "may"),
    [
        ({"name": "NGUYỄN  THỊ HÒA"}, True),
        ({"name": "Nguyễn Thị Hoa"}, False),
        ({"name": "Nguyễn Thị Hồng"}, False),
        ({"birthdate": "1990-02-02"}, False),
        ({"birthdate": "1990"}, False),
        ({"birthdate": ""}, False),
        ({"name": ""}, False),
    ],
    ids=str,
)
@pytest.mark.parametrize("turned", [False, True], ids=["goes", "stays"])
async def test_two_different_people_are_not_made_one(
    database: Database, said: dict[str, str], *, may: bool, turned: bool
) -> None:
    """Seen: two different people merged without a question."""
    both = [await person(database, "001899000001"), await person(database, "001899000002", **said)]
    stays, goes = reversed(both) if turned else both
    if may:
        await merging(database).merge(name_of(stays), name_of(goes), "test", NOW)
        return
    with pytest.raises(MergeRefusedError, match="name or birth date"):
        await merging(database).merge(name_of(stays), name_of(goes), "test", NOW)


async def test_an_account_goes_up_once_and_not_in_itself(database: Database) -> None:
    stays, goes = await person(database, "001899000001"), await person(database, "001899000002")
    third = await person(database, "001899000003")
    merge = merging(database).merge
    with pytest.raises(MergeRefusedError, match="of one person already"):
        await merge(name_of(stays), name_of(stays), "test", NOW)
    await merge(name_of(stays), name_of(goes), "test", NOW)
    with pytest.raises(MergeRefusedError, match="is closed"):
        await merge(name_of(third), name_of(goes), "test", NOW)
    with pytest.raises(MergeRefusedError, match="must be open"):
        await merge(name_of(goes), name_of(third), "test", NOW)
    with pytest.raises(MergeRefusedError, match="has taken up another"):
        await merge(name_of(third), name_of(stays), "test", NOW)


async def test_a_merge_is_undone_once_and_within_thirty_days(database: Database) -> None:
    stays, goes = await person(database, "001899000001"), await person(database, "001899000002")
    use = merging(database)
    with pytest.raises(MergeRefusedError, match="did not go up"):
        await use.undo(goes.account_id, NOW)
    await use.merge(name_of(stays), name_of(goes), "test", NOW)
    with pytest.raises(MergeRefusedError, match="are over"):
        await use.undo(goes.account_id, NOW + timedelta(days=30))
    await use.undo(goes.account_id, NOW + timedelta(days=29))
    with pytest.raises(MergeRefusedError, match="did not go up"):
        await use.undo(goes.account_id, NOW + timedelta(days=29))
    record = await database.accounts.for_sign_in(digest("001899000002"))
    assert record is not None
    assert record.account.status is AccountStatus.OPEN


async def test_what_was_given_up_since_stays_given_up(database: Database, store: str) -> None:
    stays, goes = await person(database, "001899000001"), await person(database, "001899000002")
    await email(database, goes, "a@thu.example")
    await consent(database, goes, ClientId("bank"))
    use = merging(database)
    await use.merge(name_of(stays), name_of(goes), "test", NOW)
    await email(database, stays, "new@thu.example")
    await run(store, "DELETE FROM consents")
    await use.undo(goes.account_id, NOW)
    assert await rows(store, "SELECT person_id FROM contacts WHERE kind = 'email'") == [(stays.person_id,)]
    assert await rows(store, "SELECT * FROM consents") == []


async def test_tokens_that_bear_the_others_subject_end_with_the_undoing(database: Database) -> None:
    stays, goes = await person(database, "001899000001"), await person(database, "001899000002")
    use = merging(database)
    await use.merge(name_of(stays), name_of(goes), "test", NOW - timedelta(minutes=1))
    grant, _ = await granted(database, stays, client_id="bank", subject_id=goes.person_id, offline=True)
    await use.undo(goes.account_id, NOW)
    state = await database.grants.state(grant.id, "jti", NOW)
    assert state is not None
    assert not state.alive


async def test_luat_91_2025_d14_who_went_is_forgotten_with_who_stayed(database: Database, store: str) -> None:
    stays, goes = await person(database, "001899000001"), await person(database, "001899000002")
    third = await person(database, "001899000003")
    await merging(database).merge(name_of(stays), name_of(goes), "test", NOW)
    assert await database.ledger.commit(*closing(stays))
    assert await forgetting_at(database, OVER).forget_due(10) == 1
    assert await rows(store, "SELECT person_id FROM persons") == [(third.person_id,)]
    for table in ("accounts", "passwords", "sessions", "identifiers"):
        assert await rows(store, f"SELECT DISTINCT person_id FROM {table}") == [(third.person_id,)], table


async def test_a_code_that_was_under_way_is_not_redeemed_with_the_subject_from_before(database: Database) -> None:
    stays, goes = await person(database, "001899000001"), await person(database, "001899000002")
    await merging(database).merge(name_of(stays), name_of(goes), "test", NOW)
    assert not await database.ledger.commit(StartGrant(grant=grant_of(stays), issued_at=NOW))


async def test_what_undoing_needs_is_forgotten_when_its_time_is_over(database: Database, store: str) -> None:
    stays, goes = await person(database, "001899000001"), await person(database, "001899000002")
    merge = await merging(database).merge(name_of(stays), name_of(goes), "test", NOW)
    assert await database.sweeps.sweep("merges", NOW + timedelta(days=30), 10) == 0
    assert await database.sweeps.sweep("merges", NOW + timedelta(days=31), 10) == 1
    assert await database.sweeps.sweep("merges", NOW + timedelta(days=31), 10) == 0
    assert await rows(store, "SELECT length(before_sealed) FROM merges") == [(0,)]
    with pytest.raises(MergeRefusedError, match="are over"):
        await merging(database).undo(merge.merged_account_id, NOW + timedelta(days=31))


async def test_the_history_of_the_one_that_went_is_read_with_the_others(database: Database) -> None:
    stays, goes = await person(database, "001899000001"), await person(database, "001899000002")
    for session in (stays, goes):
        assert await database.ledger.commit(event(person_id=session.person_id))
    assert len(await database.activity.activity_of(stays.person_id, "", 10)) == 1
    await merging(database).merge(name_of(stays), name_of(goes), "test", NOW)
    newest = await database.activity.activity_of(stays.person_id, "", 10)
    assert [one.person_id for one in newest] == [goes.person_id, stays.person_id]
    assert await database.activity.activity_of(stays.person_id, newest[0].id, 10) == newest[1:]


@pytest.mark.parametrize("proof", [ProofState.MATCHED, ProofState.WAITING, ProofState.NOT_PROVED])
async def test_nothing_goes_up_in_an_account_that_was_never_proved(database: Database, proof: ProofState) -> None:
    """Whoever knew the victim's data may have opened it: the victim's subjects and TechID would be theirs."""
    stays, goes = await person(database, "001899000001"), await person(database, "001899000002")
    assert await database.ledger.commit(
        SetProof(person_id=stays.person_id, account_id=stays.account_id, proof=proof, proved_at=None)
    )
    with pytest.raises(MergeRefusedError, match="never proved"):
        await merging(database).merge(name_of(stays), name_of(goes), "test", NOW)
    # The other way round is the positive twin.
    await merging(database).merge(name_of(goes), name_of(stays), "test", NOW)
