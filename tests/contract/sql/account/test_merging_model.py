"""Whatever two accounts have: each sector keeps its subject, rights stay what they were, undoing is the identity."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from hypothesis import example, given, settings
from hypothesis import strategies as st

from clients.model import ClientId
from idp.adapters.sql.database import Database
from idp.delegation.effects import OfferMandate
from idp.delegation.model import Mandate, MandateKind, Power
from idp.kernel.ids import PersonId
from records.structs import replace
from tests.contract.sql.account.test_merging import (
    CLIENTS,
    COMPARED,
    SPACES,
    consent,
    email,
    everything,
    merging,
    name_of,
    person,
)
from tests.contract.sql.direct import empty, run
from tests.support.builders.mandates import accepting, delegating, helping, organisation, representing
from tests.support.extent import ON_STORES, rounds
from tests.support.running.sql_stores import NOW, digest, granted

NUMBERS = ("001899000001", "001899000002", "079899000003", "079999000004")
EMPTIED = (*COMPARED, "grants", "sessions", "merges", "refresh_families", "organisations")

_ACCOUNT = st.fixed_dictionaries({
    "email": st.booleans(),
    "consents": st.sets(st.sampled_from(("portal", "bank", "old"))),
    "clients": st.sets(st.sampled_from(("portal", "bank", "old"))),
    "tech_id": st.booleans(),
})  # fmt: skip


@settings(ON_STORES, max_examples=rounds(5, 15))
@given(_ACCOUNT, _ACCOUNT)
async def test_undoing_a_merge_is_the_identity_and_no_subject_changes(
    database: Database, store: str, first: dict[str, set[str]], second: dict[str, set[str]]
) -> None:
    await empty(store, *EMPTIED)
    both = []
    for number, drawn in (("001899000001", first), ("001899000002", second)):
        session = await person(database, number, **({"email": number} if drawn["email"] else {}))
        if drawn["email"]:
            await email(database, session, number)
        for client_id in sorted(drawn["consents"]):
            await consent(database, session, ClientId(client_id))
        for client_id in sorted(drawn["clients"]):
            await granted(database, session, client_id=client_id)
        if drawn["tech_id"]:
            columns = f"'{session.person_id}', '{number}', ''"
            await run(store, f"INSERT INTO tech_ids (person_id, blind_index, sealed) VALUES ({columns})")
        both.append(session)
    before, use = await everything(database, store), merging(database)
    await use.merge(name_of(both[0]), name_of(both[1]), "test", NOW)
    for client in CLIENTS:
        view = await database.sessions.live(both[0].secret_hash, client.client_id, NOW, SPACES[client.client_id])
        assert view is not None
        if client.client_id in first["clients"]:
            assert view.known_as == both[0].person_id
        elif client.client_id in second["clients"]:
            assert view.known_as == both[1].person_id
    await use.undo(both[1].account_id, NOW + timedelta(days=1))
    assert await everything(database, store) == before


@dataclass(frozen=True)
class Draw:
    """Somebody, by place in `NUMBERS`, gives something to somebody; of an organisation, what they hold of it."""

    giver: int
    to: int
    kind: MandateKind
    powers: frozenset[Power]
    days: int
    accepted: bool


_RIGHTS = (frozenset({Power.FILE}), frozenset({Power.FILE, Power.DELEGATE}))
_DRAW = st.builds(
    Draw,
    st.integers(0, 3),
    st.integers(0, 3),
    st.sampled_from((MandateKind.HELPER, MandateKind.GUARDIAN, MandateKind.DELEGATE, MandateKind.DELEGATE)),
    st.sampled_from(_RIGHTS),
    st.sampled_from((10, 20)),
    st.booleans(),
)


async def placed(database: Database, people: Sequence[str], draws: Sequence[Draw], represent: set[int]) -> None:
    """Store an organisation that some represent, and what was drawn, as far as the store lets it be given."""
    kept = organisation()
    tops = [representing(kept.organisation.id, PersonId(people[place])) for place in sorted(represent)]
    assert await database.ledger.commit(kept, *(OfferMandate(mandate=one) for one in tops))
    held: list[Mandate] = list(tops)
    for draw in draws:
        giver, to = PersonId(people[draw.giver]), PersonId(people[draw.to])
        if draw.kind is MandateKind.DELEGATE:
            under = next((one for one in reversed(held) if one.actor_id == giver), None)
            if under is None:
                continue
            offer = delegating(under, to, draw.powers)
        else:
            offer = replace(helping(giver, to), kind=draw.kind, powers=draw.powers)
        offer = replace(offer, ends_at=NOW + timedelta(days=draw.days), actor_index=digest(NUMBERS[draw.to]))
        if draw.giver == draw.to or not await database.ledger.commit(OfferMandate(mandate=offer)) or not draw.accepted:
            continue
        assert await database.ledger.commit(replace(accepting(offer, to), actor_index=offer.actor_index))
        if draw.kind is MandateKind.DELEGATE:
            held.append(replace(offer, actor_id=to))


async def all_of(database: Database, people: Sequence[str]) -> dict[str, Mandate]:
    """Return every mandate by its id."""
    found = [one for who in people for one in await database.merges.mandates(PersonId(who), PersonId(who))]
    return {one.id: one for one in found}


def rights(mandates: dict[str, Mandate], stays: str, goes: str) -> set[tuple[str, str | None, frozenset[Power]]]:
    """Return who may do what for whom, both accounts taken for one, whatever they may do for themself left out."""

    def one_of(side: str | None) -> str | None:
        return stays if side == goes else side

    said = {
        (str(one_of(one.principal_id)), one_of(one.actor_id), one.powers)
        for one in mandates.values()
        if one.stands(NOW)
    }
    return {right for right in said if right[0] != right[1]}


# One who represents gave both accounts the same: what they gave it under is nobody's of the two.
@example([Draw(2, to, MandateKind.DELEGATE, _RIGHTS[0], 10, accepted=True) for to in (0, 1)], {2})
@settings(ON_STORES, max_examples=rounds(9, 25))
@given(st.lists(_DRAW, max_size=12), st.sets(st.integers(0, 2)))
async def test_a_merge_keeps_every_right_says_none_twice_and_undoing_is_the_identity(
    database: Database, store: str, draws: list[Draw], represent: set[int]
) -> None:
    await empty(store, *EMPTIED)
    sessions = [await person(database, number) for number in NUMBERS]
    people = [session.person_id for session in sessions]
    stays, goes = people[:2]
    await placed(database, people, draws, represent)
    before, use = await everything(database, store), merging(database)
    was = await all_of(database, people)
    await use.merge(name_of(sessions[0]), name_of(sessions[1]), "test", NOW)
    after = await all_of(database, people)
    assert after.keys() == was.keys()
    kept = rights(after, stays, goes)
    for principal, actor, powers in rights(was, stays, goes):
        assert any((one[0], one[1]) == (principal, actor) and powers <= one[2] for one in kept)
    standing = [one for one in after.values() if one.stands(NOW)]
    for one in standing:
        assert goes not in {one.principal_id, one.actor_id, one.giver_id}
        assert one.actor_id not in {one.principal_id, one.giver_id}
        if one.given_under is not None:
            above = after[one.given_under]
            assert above.stands(NOW)
            assert (above.actor_id, above.principal_id) == (one.giver_id, one.principal_id)
            assert one.powers <= above.powers
            assert one.ends_at <= above.ends_at
    # What one account alone gave twice was its own choice.
    said = [
        (one.principal_id, one.actor_id, one.giver_id, one.kind, one.powers, goes in _sides(was[one.id]))
        for one in standing
        if one.kind is not MandateKind.REPRESENTATIVE
    ]
    assert not any((*one[:5], not one[5]) in said for one in said)
    await use.undo(sessions[1].account_id, NOW + timedelta(days=1))
    assert await everything(database, store) == before


def _sides(mandate: Mandate) -> set[str | None]:
    return {mandate.principal_id, mandate.actor_id, mandate.giver_id}
