"""What people see of their account and decide about it, on both databases."""

import asyncio

import orjson

from clients.model import Client, ClientId
from idp.account.closing_effects import EraseAccount, FormerPerson
from idp.account.model import AccountStatus, Consent, GiveConsent, OpenAccount, SetAccountStatus
from idp.account.notices.model import AddNotice, MarkNoticesRead, Notice, NoticeKind
from idp.account.own_account import Standing
from idp.account.own_choices import ConsentRecord, ReplaceProfile, SetLocale, WithdrawConsent
from idp.account.own_portals import ClientUse, Release
from idp.account.rating_effects import Occasion
from idp.account.ratings import Ratings
from idp.adapters.memory.shortlived import MemoryShortLivedStore
from idp.adapters.sql.account.copy import COPIED
from idp.adapters.sql.database import Database
from idp.adapters.sql.schema import metadata
from idp.grants.model import StartGrant
from idp.grants.revocation import RevokeClientGrants, TellPortal
from idp.kernel.ids import GrantId, LogoutNoticeId, NoticeId, PersonId, new_id
from idp.kernel.secrets import HashKey
from idp.metrics.counter import MetricsCounter
from idp.sessions.model import EndSession, Session, StartSession
from records.structs import replace
from tests.contract.sql.direct import rows, run
from tests.support.rigs.proof import HandClock
from tests.support.running.sql_stores import (
    HOUR,
    NOW,
    StatementCounter,
    digest,
    event,
    grant_of,
    granted,
    opening,
    rotation,
    sealed,
    session_of,
    signed_in,
)

# What opens doors, or names somebody only to our own machines: never part of the copy.
WITHHELD = {
    "subject_index",
    "account_id", "person_id", "session_id", "grant_id", "proof_id", "receipt_id", "job_id", "notice_id", "event_id",
    "device_id", "approval_id", "recovery_id", "correlation_id",
    "blind_index", "phone_index", "password_hash", "secret_hash", "code_hash", "head_hash", "previous_hash",
    "successor_sealed", "reference_hash", "secret_sealed", "last_step", "credential_id", "public_key", "sign_count",
    "nonce", "match_number", "claim_sealed", "phone_sealed", "codes_since", "epoch", "change_id", "replaced_index",
    "standing", "second_needed", "seconded_by", "behind_since", "person_number_index", "person_number_sealed",
    "settles_at", "pending_until", "two_steps_from",
    "joining_id", "other_person_id", "other_account_id", "other_epoch",
    "subject_id", "merge_id", "merged_person_id", "merged_account_id", "before_sealed",
    "about_sealed", "assisted_by", "assistance_id", "officer_person_id", "officer_account_id", "issued_by",
    "given_by", "revoked_by", "renewed_by", "asked_by", "confirmed_by", "contact_sealed",
    "known_as", "enrolment_hash", "enrolment_ends_at", "upstream_sealed", "assistance_sealed", "acting_sealed",
}  # fmt: skip


async def register(database: Database, client_id: ClientId = ClientId("portal")) -> None:
    client = Client(
        client_id=client_id,
        client_name={"": client_id},
        backchannel_logout_uri="https://portal.example/logout",
        created_at=NOW,
        updated_at=NOW,
    )
    await database.clients.save(client, expected_version=None)


def consent(session: Session, client_id: ClientId = ClientId("portal")) -> GiveConsent:
    return GiveConsent(consent=Consent(session.person_id, client_id, ("openid", "profile"), "2026-11", "vi", NOW))


def revoking(session: Session, client_id: ClientId = ClientId("portal")) -> RevokeClientGrants:
    return RevokeClientGrants(
        account_id=session.account_id,
        person_id=session.person_id,
        client_id=client_id,
        at=NOW + HOUR,
        reason="consent_withdrawn",
    )


def telling(session: Session, client_id: ClientId = ClientId("portal")) -> TellPortal:
    return TellPortal(
        account_id=session.account_id,
        person_id=session.person_id,
        client_id=client_id,
        notice_id=LogoutNoticeId(new_id()),
        at=NOW,
        gives_up_at=NOW + HOUR,
    )


def closing(session: Session) -> tuple[SetAccountStatus, EraseAccount]:
    close = SetAccountStatus(
        account_id=session.account_id,
        person_id=session.person_id,
        before=AccountStatus.OPEN,
        status=AccountStatus.CLOSED,
        at=NOW,
        reason="closed_by_owner",
        gives_up_at=NOW + HOUR,
    )
    return close, EraseAccount(
        account_id=session.account_id,
        person_id=session.person_id,
        profile_sealed=sealed("nothing"),
        at=NOW,
        reason="closed_by_owner",
    )


async def alive(database: Database, grant_id: GrantId) -> bool:
    state = await database.grants.life(grant_id, "jti", NOW + HOUR)
    assert state is not None
    return state.alive


async def test_live_sessions_are_listed_and_ended_resting_and_others_are_not(database: Database) -> None:
    first = await signed_in(database)
    stranger = await signed_in(database, "079999000002")
    view = await database.sessions.live(first.secret_hash, ClientId(""), NOW)
    assert view is not None
    second = replace(
        session_of(view.account), browser="Firefox, Windows", address="192.0.2.7", idle_until=NOW + 2 * HOUR
    )
    resting = replace(session_of(view.account), idle_until=NOW)
    ended = session_of(view.account)
    await database.ledger.commit(
        StartSession(session=second), StartSession(session=resting), StartSession(session=ended)
    )
    await database.ledger.commit(EndSession(session_id=ended.id, person_id=ended.person_id, at=NOW, reason="logout"))
    found = await database.own_sessions.sessions_of(first.person_id, first.account_id, NOW + HOUR)
    assert [one.id for one in found] == [first.id, second.id]
    assert (found[1].browser, found[1].address) == ("Firefox, Windows", "192.0.2.7")
    # Used last an hour of rest before the end of its rest.
    assert found[1].used_at == NOW + HOUR
    assert stranger.id not in {one.id for one in found}


async def test_uses_tell_first_and_last_use_and_the_scope_of_what_is_alive(database: Database) -> None:
    session = await signed_in(database)
    _, family = await granted(database, session, client_id="bank", offline=True)
    assert await database.ledger.commit(rotation(family, "head 1"))
    old, _ = await granted(database, session, client_id="portal")
    assert await database.ledger.commit(revoking(session))
    assert not await alive(database, old.id)
    uses = await database.own_portals.uses_of(session.person_id, session.account_id, NOW + HOUR)
    assert uses == [
        ClientUse(ClientId("bank"), NOW, NOW + HOUR, ("openid", "profile")),
        ClientUse(ClientId("portal"), NOW, NOW, ()),
    ]


async def test_a_grant_of_an_ended_session_releases_nothing_unless_it_is_offline(database: Database) -> None:
    session = await signed_in(database)
    await granted(database, session, client_id="portal")
    await granted(database, session, client_id="bank", offline=True)
    assert await database.ledger.commit(
        EndSession(session_id=session.id, person_id=session.person_id, at=NOW, reason="logout")
    )
    uses = await database.own_portals.uses_of(session.person_id, session.account_id, NOW + HOUR)
    assert {use.client_id: use.live_scope for use in uses} == {"bank": ("openid", "profile"), "portal": ()}


async def test_releases_tell_from_when_until_when_newest_first(database: Database) -> None:
    session = await signed_in(database)
    first, _ = await granted(database, session, client_id="bank")
    await granted(database, session, client_id="portal")
    assert await database.ledger.commit(revoking(session))
    found = await database.own_portals.releases_of(session.person_id, session.account_id, 10)
    assert sorted(found, key=lambda one: one.client_id) == [
        Release(ClientId("bank"), ("openid", "profile"), NOW, first.expires_at),
        Release(ClientId("portal"), ("openid", "profile"), NOW, NOW + HOUR),
    ]
    assert len(await database.own_portals.releases_of(session.person_id, session.account_id, 1)) == 1


async def test_a_withdrawn_consent_is_gone_and_can_be_withdrawn_once(database: Database) -> None:
    """Luật 91/2025 Đ10."""
    session = await signed_in(database)
    assert await database.ledger.commit(consent(session), consent(session, ClientId("bank")))
    record = ConsentRecord(ClientId("portal"), ("openid", "profile"), "2026-11", "vi", NOW)
    assert record in await database.own_portals.consents_of(session.person_id)
    withdraw = WithdrawConsent(person_id=session.person_id, client_id=ClientId("portal"))
    assert await database.ledger.commit(withdraw)
    assert not await database.ledger.commit(withdraw)
    assert [one.client_id for one in await database.own_portals.consents_of(session.person_id)] == ["bank"]


async def test_revoking_at_one_client_leaves_the_other_clients_grants(database: Database) -> None:
    session = await signed_in(database)
    there, family = await granted(database, session, client_id="portal", offline=True)
    elsewhere, _ = await granted(database, session, client_id="bank", offline=True)
    assert await database.ledger.commit(revoking(session))
    assert not await alive(database, there.id)
    assert await alive(database, elsewhere.id)
    assert not await database.ledger.commit(rotation(family, "head 1"))


async def test_a_portal_is_told_of_each_live_session_with_a_live_grant_and_again_after_it_came_back(
    database: Database,
) -> None:
    """OIDC Back-Channel Logout 2.4: the notice names the session."""
    session = await signed_in(database)
    await register(database)
    for _ in range(2):
        await granted(database, session)
        assert await database.ledger.commit(telling(session), revoking(session))
    # Nothing is alive any more: nobody is told a third time.
    assert await database.ledger.commit(telling(session), revoking(session))
    reported = await database.outbox.lease(NOW, NOW + HOUR, 10)
    assert [message.kind for message in reported] == ["logout_notice", "logout_notice"]
    assert len({message.key for message in reported}) == 2
    assert orjson.loads(reported[0].payload) == {
        "session_id": session.id,
        "client_id": "portal",
        "person_id": session.person_id,
        "subject_id": None,
    }


async def test_a_profile_is_replaced_only_if_it_is_still_the_one_that_was_read(database: Database) -> None:
    session = await signed_in(database)
    before = sealed("profile 001899000001")
    assert await database.ledger.commit(
        ReplaceProfile(person_id=session.person_id, profile_before=before, profile_sealed=sealed("new"))
    )
    assert not await database.ledger.commit(
        ReplaceProfile(person_id=session.person_id, profile_before=before, profile_sealed=sealed("newer"))
    )
    view = await database.sessions.live(session.secret_hash, ClientId(""), NOW)
    assert view is not None
    assert view.profile_sealed == sealed("new")


async def test_the_language_of_the_account_is_kept(database: Database) -> None:
    session = await signed_in(database)
    assert await database.ledger.commit(
        SetLocale(account_id=session.account_id, person_id=session.person_id, locale="en")
    )
    record = await database.accounts.by_id(session.person_id, session.account_id)
    assert record is not None
    assert record.account.locale == "en"


async def test_standing_counts_unread_notices_only(database: Database) -> None:
    session = await signed_in(database)
    notices = [
        Notice(NoticeId(new_id()), session.person_id, session.account_id, NoticeKind.NEW_DEVICE, NOW + minutes * HOUR)
        for minutes in (0, 1)
    ]
    assert await database.ledger.commit(
        *(AddNotice(notice=one) for one in notices), MarkNoticesRead(person_id=session.person_id, at=NOW)
    )
    assert await database.own_account.standing_of(session.person_id, session.account_id, NOW) == Standing(1, 0)


async def test_activity_is_the_persons_own_newest_first_and_pages_by_id(database: Database) -> None:
    session, other = await signed_in(database), await signed_in(database, "079999000002")
    events = [event(person_id=session.person_id) for _ in range(3)]
    for one in (*events, event(person_id=other.person_id), event()):
        assert await database.ledger.commit(one)
    ids = sorted((one.id for one in events), reverse=True)
    newest = await database.activity.activity_of(session.person_id, "", 2)
    assert [one.id for one in newest] == ids[:2]
    assert [one.id for one in await database.activity.activity_of(session.person_id, ids[1], 2)] == ids[2:]


async def test_closing_erases_what_the_law_does_not_keep_and_ends_the_rest(database: Database, store: str) -> None:
    """Luật 91/2025 Đ14."""
    session = await signed_in(database)
    other = await signed_in(database, "079999000002")
    grant, _ = await granted(database, session, offline=True)
    notice = Notice(NoticeId(new_id()), session.person_id, session.account_id, NoticeKind.NEW_DEVICE, NOW)
    assert await database.ledger.commit(consent(session), AddNotice(notice=notice))
    assert await database.ledger.commit(*closing(session))
    for table in ("contacts", "passwords", "notices", "consents", "devices", "passkeys", "recovery_codes"):
        left = await rows(store, f"SELECT person_id FROM {table}")
        assert session.person_id not in {person_id for (person_id,) in left}, table
    ((profile,),) = await rows(store, f"SELECT profile_sealed FROM persons WHERE person_id = '{session.person_id}'")
    assert profile == sealed("nothing")
    ((revoked,),) = await rows(store, f"SELECT revoke_reason FROM grants WHERE grant_id = '{grant.id}'")
    assert revoked == "closed_by_owner"
    assert await database.sessions.live(session.secret_hash, ClientId(""), NOW) is None
    # Somebody else's account goes on.
    assert await database.sessions.live(other.secret_hash, ClientId(""), NOW) is not None


async def test_a_closed_account_is_closed_once(database: Database) -> None:
    session = await signed_in(database)
    assert await database.ledger.commit(*closing(session))
    assert not await database.ledger.commit(*closing(session))


def opening_again(number: str, person_id: PersonId) -> OpenAccount:
    return opening(number, person_id=person_id)


async def test_a_closed_number_opens_an_account_for_the_same_person_only(database: Database) -> None:
    """docs/architecture.md: the pairwise subject belongs to the person and survives a re-created account."""
    number = "001899000001"
    session = await signed_in(database, number)
    assert await database.own_account.former_person(digest(number)) is None
    assert await database.ledger.commit(*closing(session))
    assert await database.accounts.for_sign_in(digest(number)) is None
    assert await database.own_account.former_person(digest(number)) == FormerPerson(session.person_id, None)
    assert not await database.ledger.commit(opening(number))
    assert await database.ledger.commit(opening_again(number, session.person_id))
    record = await database.accounts.for_sign_in(digest(number))
    assert record is not None
    assert record.account.person_id == session.person_id
    assert record.account.id != session.account_id
    assert await database.own_account.former_person(digest(number)) is None


async def test_a_number_that_the_register_took_away_has_no_former_person(database: Database, store: str) -> None:
    session = await signed_in(database)
    await run(store, f"UPDATE identifiers SET valid_to = 1 WHERE person_id = '{session.person_id}'")
    assert await database.own_account.former_person(digest("001899000001")) is None


async def test_of_an_answer_the_store_has_a_used_token_and_a_day(database: Database, store: str) -> None:
    """A row of its own stands where it was written, beside the rows of the same second: no order, no time, no score."""
    clock, key = HandClock(), HashKey(b"r" * 32)
    store_of = MemoryShortLivedStore(clock)
    ratings = Ratings(database.ledger, store_of, key, clock, MetricsCounter(clock), lambda _: None)
    assert await ratings.rate(ratings.offer(Occasion.SIGN_IN, "passkey", ClientId("")), 4)
    ((expires_at,),) = await rows(store, "SELECT expires_at FROM used_once WHERE purpose = 'rating'")
    assert int(str(expires_at)) % (24 * 3600 * 1_000_000) == 0
    # What every store has from its first day on.
    for table in set(metadata.tables) - {"used_once", "change_counters", "transparency_position"}:
        assert await rows(store, f"SELECT count(*) FROM {table}") == [(0,)], table


async def test_of_many_answers_with_one_token_one_is_kept(database: Database, neighbour: Database) -> None:
    """Two processes, fifty answers at once: the claim is one conditional write."""
    clock, key = HandClock(), HashKey(b"r" * 32)
    processes = [
        Ratings(one.ledger, MemoryShortLivedStore(clock), key, clock, MetricsCounter(clock), lambda _: None)
        for one in (database, neighbour)
    ]
    token = processes[0].offer(Occasion.SIGN_IN, "password", ClientId(""))
    answers = await asyncio.gather(*(processes[n % 2].rate(token, n % 5 + 1) for n in range(50)))
    assert answers.count(True) == 1
    taken = [counted for one in processes for counted in one.metrics.take(ends=True)]
    assert [amount for _, amount in taken] == [1]


async def test_of_many_closings_at_once_one_is_written(database: Database, neighbour: Database) -> None:
    session = await signed_in(database)
    both = (database.ledger, neighbour.ledger)
    done = await asyncio.gather(*(both[n % 2].commit(*closing(session)) for n in range(10)))
    assert done.count(True) == 1


async def test_no_code_is_redeemed_once_the_account_is_closed(database: Database) -> None:
    session = await signed_in(database)
    assert await database.ledger.commit(*closing(session))
    assert not await database.ledger.commit(StartGrant(grant=grant_of(session), issued_at=NOW))


async def test_the_copy_holds_every_table_with_instants_and_flags_as_what_they_are(database: Database) -> None:
    session = await signed_in(database)
    await granted(database, session, client_id="bank")
    found = await database.own_copy.everything_of(session.person_id)
    assert found["grants"][0]["client_id"] == "bank"
    assert found["grants"][0]["created_at"] == NOW
    assert found["grants"][0]["offline"] is False
    assert found["sessions"][0]["ended_at"] is None
    assert found["contacts"][0]["sealed"] == sealed("0912345678")
    stranger = await database.own_copy.everything_of(PersonId("0" * 26))
    assert all(rows == [] for rows in stranger.values())


def test_every_column_about_a_person_is_copied_or_withheld_with_a_reason() -> None:
    """Luật 91/2025 Đ4: a copy of everything; a new table cannot be forgotten."""
    personal = {name: table for name, table in metadata.tables.items() if "person_id" in table.columns}
    assert personal.keys() == COPIED.keys()
    for name, table in personal.items():
        columns = {column.name for column in table.columns}
        assert set(COPIED[name]) <= columns
        assert columns - set(COPIED[name]) <= WITHHELD, name


async def test_reading_ones_account_costs_one_round_trip_each(database: Database, counter: StatementCounter) -> None:
    session = await signed_in(database)
    person_id, account_id = session.person_id, session.account_id
    counter.take()
    await database.own_account.standing_of(person_id, account_id, NOW)
    assert counter.take() == 1
    await database.own_sessions.sessions_of(person_id, account_id, NOW)
    assert counter.take() == 1
    await database.activity.activity_of(person_id, "", 25)
    assert counter.take() == 1
