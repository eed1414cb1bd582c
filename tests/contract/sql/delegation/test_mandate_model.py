"""Mandates beside a plain model: whatever people do in whatever order, on whichever node, rights are what it says.

Four persons and one organisation, which the first represents at the beginning. Two nodes take turns. The model knows
two rules only: a mandate holds at most what the one above it holds, and what falls takes all below it along.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from hypothesis import given, settings
from hypothesis import strategies as st

from idp.adapters.sql.database import Database
from idp.delegation.effects import ConfirmMandate, OfferMandate, ResumeMandates, SuspendMandates
from idp.delegation.model import ALL_POWERS, Mandate, Power
from idp.kernel.effects import Effect
from idp.kernel.ids import OrganisationId, PersonId
from records.structs import replace
from tests.contract.sql.direct import empty
from tests.support.builders.mandates import accepting, delegating, ending, organisation, representing
from tests.support.extent import ON_STORES, rounds
from tests.support.running.sql_stores import HOUR, NOW, digest

PEOPLE = ("boss".ljust(26), "heir".ljust(26), "clerk".ljust(26), "temp".ljust(26))
SPANS = (timedelta(days=1), timedelta(days=30), timedelta(days=365))
POWERS = st.sets(st.sampled_from(sorted(ALL_POWERS)), min_size=1).map(frozenset)
ACTIONS = st.sampled_from(("offer", "offer", "accept", "accept", "end", "suspend", "resume", "confirm", "name", "pass"))
STEPS = st.lists(
    st.tuples(ACTIONS, st.integers(0, 30), st.sampled_from(PEOPLE), POWERS, st.sampled_from(SPANS)), max_size=25
)


@dataclass(slots=True)
class Entry:
    """One mandate of the model."""

    mandate: Mandate
    holder: str | None
    parent: "Entry | None"
    giver: str | None
    suspended: bool = False
    ended: bool = False

    def stands(self, now: datetime) -> bool:
        return self.holder is not None and not self.suspended and not self.ended and now < self.mandate.ends_at


@dataclass(slots=True)
class Model:
    """All mandates ever stored."""

    entries: list[Entry] = field(default_factory=list)

    def below(self, top: Entry) -> list[Entry]:
        """The entry and everything under it."""
        found = [top]
        for entry in found:
            found.extend(other for other in self.entries if other.parent is entry)
        return found

    def representatives(self) -> list[Entry]:
        return [entry for entry in self.entries if entry.parent is None and not entry.ended]


@dataclass(slots=True)
class Walk:
    """One run: the real thing and its model, step by step; a step that the model refuses must be too late."""

    nodes: tuple[Database, Database]
    organisation_id: OrganisationId
    model: Model = field(default_factory=Model)
    now: datetime = NOW
    turns: "count[int]" = field(default_factory=count)

    async def commit(self, effect: Effect, *, expected: bool) -> bool:
        """Try it on the node whose turn it is; the model has said what must come of it."""
        assert await self.nodes[next(self.turns) % 2].ledger.commit(effect) is expected
        return expected

    async def step(self, action: str, place: int, person: PersonId, powers: frozenset[Power], span: timedelta) -> None:
        """Take a step on both sides."""
        if action == "pass":
            self.now += span
        elif action == "name":
            await self.name(person)
        elif self.model.entries:
            entry = self.model.entries[place % len(self.model.entries)]
            if action == "offer":
                await self.offer(entry, person, powers, self.now + span)
            elif action == "accept":
                await self.accept(entry, person)
            elif action == "confirm":
                await self.confirm(entry, person)
            else:
                await self.change(action, entry)

    async def name(self, person: PersonId) -> None:
        """The register names somebody as representative."""
        known = any(entry.holder == person for entry in self.model.representatives())
        mandate = representing(self.organisation_id, person)
        if await self.commit(OfferMandate(mandate=mandate), expected=not known):
            self.model.entries.append(Entry(mandate, person, None, None))

    async def offer(self, under: Entry, person: str, powers: frozenset[Power], ends_at: datetime) -> None:
        """The holder of a mandate gives some of it on; so does whoever holds none but says so."""
        giver = PersonId(under.holder or PEOPLE[0])
        offered = delegating(under.mandate, person, powers, ends_at=ends_at, offered_at=self.now)
        mandate = replace(offered, giver_id=giver)
        held = under.mandate.powers
        may = under.stands(self.now) and Power.DELEGATE in held and powers <= held and ends_at <= under.mandate.ends_at
        if await self.commit(OfferMandate(mandate=mandate), expected=may):
            self.model.entries.append(Entry(mandate, None, under, giver))

    async def accept(self, entry: Entry, person: PersonId) -> None:
        """Somebody accepts, whether or not it was offered to them."""
        parent = entry.parent
        may = (
            parent is not None
            and entry.holder is None
            and entry.mandate.actor_index == digest(person)
            and not entry.ended
            and not entry.suspended
            and self.now < entry.mandate.ends_at
            and parent.stands(self.now)
        )
        if await self.commit(accepting(entry.mandate, person, self.now), expected=may):
            entry.holder = person

    async def confirm(self, entry: Entry, person: str) -> None:
        """A representative, or somebody who would like to be one, confirms what was suspended."""
        own = next((found for found in self.model.representatives() if found.holder == person), None)
        under = own or self.model.entries[0]
        may = (
            own is not None
            and own.stands(self.now)
            and entry.parent is not None
            and entry.suspended
            and not entry.ended
            and self.now < entry.mandate.ends_at
        )
        effect = ConfirmMandate(
            principal_id=self.organisation_id,
            mandate_id=entry.mandate.id,
            given_under=under.mandate.id,
            confirmed_by=person,
            at=self.now,
        )
        if await self.commit(effect, expected=may):
            entry.parent, entry.giver = own, person
            for below in self.model.below(entry):
                below.suspended = False

    async def change(self, action: str, entry: Entry) -> None:
        """End, suspend or resume a mandate with all under it."""
        mandate = entry.mandate
        effects: dict[str, tuple[Effect, bool]] = {
            "end": (ending(mandate, self.now), not entry.ended),
            "suspend": (
                SuspendMandates(
                    principal_id=self.organisation_id, given_under=mandate.id, at=self.now, gives_up_at=self.now + HOUR
                ),
                True,
            ),
            "resume": (
                ResumeMandates(principal_id=self.organisation_id, mandate_id=mandate.id),
                entry.suspended and not entry.ended and entry.parent is None,
            ),
        }
        effect, may = effects[action]
        if not await self.commit(effect, expected=may):
            return
        for below in self.model.below(entry):
            below.ended = below.ended or action == "end"
            below.suspended = below.suspended if action == "end" else action == "suspend"

    async def compare(self) -> None:
        """Each node must say of each person what the model says; and no right exceeds the one above it."""
        for person in PEOPLE:
            expected = {e.mandate.id for e in self.model.entries if e.holder == person and e.stands(self.now)}
            for node in self.nodes:
                assert {
                    view.mandate_id for view in await node.mandates.standing(PersonId(person), self.now)
                } == expected
        found = await self.nodes[0].mandates.for_principal(self.organisation_id, NOW - HOUR)
        stored = {view.mandate.id: view.mandate for view in found}
        for mandate in stored.values():
            if mandate.given_under is not None and mandate.stands(self.now):
                above = stored[mandate.given_under]
                assert above.stands(self.now)
                assert mandate.powers <= above.powers
                assert mandate.ends_at <= above.ends_at
                assert mandate.giver_id == above.actor_id


@settings(ON_STORES, max_examples=rounds(14, 40))
@given(steps=STEPS)
async def test_rights_never_exceed_the_givers_and_revoked_is_revoked_on_every_node(
    database: Database,
    neighbour: Database,
    store: str,
    steps: list[tuple[str, int, PersonId, frozenset[Power], timedelta]],
) -> None:
    await empty(store, "mandates", "organisations")
    kept = organisation()
    assert await database.ledger.commit(kept)
    walk = Walk((database, neighbour), kept.organisation.id)
    await walk.name(PersonId(PEOPLE[0]))
    for step in steps:
        await walk.step(*step)
        await walk.compare()
