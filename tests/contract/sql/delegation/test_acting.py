"""For whom a session acts: chosen while the mandate stands, read beside the session, gone with the mandate."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from clients.model import ClientId
from idp.adapters.sql.database import Database
from idp.delegation.effects import ChooseActing
from idp.delegation.model import ActingView, Mandate, MandateKind, Power, PrincipalKind
from idp.grants.model import StartFamily, StartGrant
from idp.kernel.ids import PersonId, new_id
from idp.kernel.secrets import Sealer
from idp.sessions.model import EndSession, Session, SessionView
from records.structs import replace
from tests.support.builders.mandate_rows import end_mandate, mandate_of, place_mandate, place_organisation
from tests.support.running.sql_stores import HOUR, NOW, StatementCounter, family_of, grant_of, opening, signed_in

SEALER = Sealer({"k": b"s" * 32}, "k")
TICK = timedelta(microseconds=1)
CODE = "0100000018"


def choosing(session: Session, mandate: Mandate | None) -> ChooseActing:
    return ChooseActing(
        session_id=session.id, person_id=session.person_id, mandate_id=mandate.id if mandate else None, at=NOW
    )


async def held(store: str, session: Session, **changes: object) -> Mandate:
    """Give the session's person an organisation to act for."""
    principal = await place_organisation(store, SEALER, CODE, "Công ty thử nghiệm", NOW)
    mandate = replace(mandate_of(session.person_id, principal, NOW), **changes)  # type: ignore[arg-type]
    return await place_mandate(store, mandate)


async def live(database: Database, session: Session) -> SessionView:
    view = await database.sessions.live(session.secret_hash, ClientId("portal"), NOW)
    assert view is not None
    return view


async def test_a_session_begins_without_a_choice_and_knows_whether_there_is_one(store: str, database: Database) -> None:
    session = await signed_in(database)
    before = await live(database, session)
    await held(store, session)
    after = await live(database, session)
    assert (before.acting, before.holds_mandates, after.acting, after.holds_mandates) == (None, False, None, True)


async def test_the_chosen_mandate_is_read_with_the_session_in_one_statement(
    store: str, database: Database, counter: StatementCounter
) -> None:
    session = await signed_in(database)
    mandate = await held(store, session, powers=frozenset({Power.SIGN, Power.FILE}))
    assert await database.ledger.commit(choosing(session, mandate))
    counter.take()
    view = await live(database, session)
    assert counter.take() == 1
    assert view.acting is not None
    assert view.acting == ActingView(
        mandate_id=mandate.id,
        kind=MandateKind.REPRESENTATIVE,
        principal_kind=PrincipalKind.ORGANISATION,
        principal_id=mandate.principal_id,
        powers=frozenset({Power.SIGN, Power.FILE}),
        ends_at=mandate.ends_at,
        principal_sealed=view.acting.principal_sealed,
    )
    assert (view.session.mandate_id, view.session.acting_chosen_at) == (mandate.id, NOW)


async def test_a_child_is_read_with_its_own_profile(store: str, database: Database) -> None:
    session, child = await signed_in(database), opening("001899000002")
    assert await database.ledger.commit(child)
    guardian = mandate_of(session.person_id, child.account.person_id, NOW, kind=MandateKind.GUARDIAN)
    assert await database.ledger.commit(choosing(session, await place_mandate(store, guardian)))
    acting = (await live(database, session)).acting
    assert acting is not None
    assert (acting.principal_kind, acting.principal_sealed) == (PrincipalKind.PERSON, child.profile_sealed)


async def test_oneself_is_a_choice_too(store: str, database: Database) -> None:
    session = await signed_in(database)
    assert await database.ledger.commit(choosing(session, await held(store, session)))
    assert await database.ledger.commit(choosing(session, None))
    view = await live(database, session)
    assert (view.acting, view.session.mandate_id, view.session.acting_chosen_at) == (None, None, NOW)


LAPSED: dict[str, Callable[[Mandate], Mandate]] = {
    "offered": lambda one: replace(one, accepted_at=None),
    "not begun": lambda one: replace(one, starts_at=NOW + TICK),
    "run out": lambda one: replace(one, ends_at=NOW),
    "suspended": lambda one: replace(one, suspended_at=NOW - HOUR),
    "ended": lambda one: replace(one, ended_at=NOW - HOUR),
    "somebody else's": lambda one: replace(one, actor_id=PersonId(new_id())),
}


@pytest.mark.parametrize("change", LAPSED.values(), ids=LAPSED)
async def test_what_does_not_stand_is_neither_chosen_nor_read(
    store: str, database: Database, change: Callable[[Mandate], Mandate]
) -> None:
    session = await signed_in(database)
    principal = await place_organisation(store, SEALER, CODE, "Công ty thử nghiệm", NOW)
    mandate = await place_mandate(store, change(mandate_of(session.person_id, principal, NOW)))
    assert not await database.ledger.commit(choosing(session, mandate))
    view = await live(database, session)
    assert (view.acting, view.holds_mandates, view.session.acting_chosen_at) == (None, False, None)


async def test_a_mandate_that_ended_is_gone_from_the_session_at_once(store: str, database: Database) -> None:
    session = await signed_in(database)
    mandate = await held(store, session)
    assert await database.ledger.commit(choosing(session, mandate))
    await end_mandate(store, mandate, NOW)
    view = await live(database, session)
    # That something was chosen stays known: the person is asked, not taken to act for themself.
    assert (view.acting, view.holds_mandates, view.session.mandate_id) == (None, False, mandate.id)


async def test_an_ended_session_chooses_nothing(store: str, database: Database) -> None:
    session = await signed_in(database)
    mandate = await held(store, session)
    assert await database.ledger.commit(
        EndSession(session_id=session.id, person_id=session.person_id, at=NOW, reason="logout")
    )
    assert not await database.ledger.commit(choosing(session, mandate))


async def test_a_session_of_somebody_else_is_not_told_what_to_do(store: str, database: Database) -> None:
    session, other = await signed_in(database), await signed_in(database, "001899000002")
    mandate = await held(store, session)
    assert not await database.ledger.commit(
        ChooseActing(session_id=other.id, person_id=session.person_id, mandate_id=mandate.id, at=NOW)
    )


async def test_a_code_is_redeemed_under_a_mandate_that_stands_and_no_other(store: str, database: Database) -> None:
    session = await signed_in(database)
    mandate = await held(store, session)
    grants = [replace(grant_of(session), mandate_id=mandate.id, acting_sealed=b"sealed") for _ in range(2)]
    assert await database.ledger.commit(
        StartGrant(grant=grants[0], issued_at=NOW), StartFamily(family=family_of(grants[0]))
    )
    state = await database.grants.state(grants[0].id, "-", NOW)
    assert state is not None
    assert (state.grant.mandate_id, state.grant.acting_sealed) == (mandate.id, b"sealed")
    await end_mandate(store, mandate, NOW - HOUR)
    assert not await database.ledger.commit(
        StartGrant(grant=grants[1], issued_at=NOW), StartFamily(family=family_of(grants[1]))
    )


async def test_nobody_redeems_a_code_under_somebody_elses_mandate(store: str, database: Database) -> None:
    session, other = await signed_in(database), await signed_in(database, "001899000002")
    grant = replace(grant_of(other), mandate_id=(await held(store, session)).id)
    assert not await database.ledger.commit(
        StartGrant(grant=grant, issued_at=NOW), StartFamily(family=family_of(grant))
    )
