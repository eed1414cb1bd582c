"""Searching the audit log: whose events are shown, what is withheld, and that a page looks at a bounded part."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from clients.model import Client, ClientId
from idp.admin.actor import Actor
from idp.admin.audit.chain import AuditChain
from idp.admin.audit.export import ExportFormat, csv_line, defused, export_lines, json_line
from idp.admin.audit.log import AuditLog
from idp.admin.audit.search import AuditQuestion, LoggedEvent
from idp.admin.errors import FreshFactorNeededError, NotFoundError, NotPermittedError
from idp.audit.checkpoints import Checkpoint, Link, SealingPolicy
from idp.audit.model import EventName, RecordEvent
from idp.kernel.effects import Effect
from idp.kernel.ids import AccountId, EventId, PersonId
from idp.officers.roles import Role
from records.structs import replace
from tests.support.plain.agencies import PARENTS, PlainAgencies
from tests.support.plain.audit import PlainAudit, PlainChain, PlainSeal, logged, no_seal
from tests.support.rigs.admin import (
    AGENCY,
    AUDITOR,
    COMMUNE,
    DEVELOPER,
    OPERATOR,
    OTHER_AGENCY,
    SUPPORT,
    StepClock,
    administrator,
)
from tests.support.running.client_store import MemoryClientStore
from tests.support.running.sql_stores import NOW

MINUTE = timedelta(minutes=1)
PERSON, OFFICER, FOREIGN = "p" * 26, "o" * 26, "f" * 26
EVERY = [
    logged(NOW, client_id="portal", person_id=PERSON, session_id="s" * 26),
    logged(NOW + MINUTE, "admin:client:changed", client_id="portal", details={"actor": OFFICER}),
    logged(NOW + 2 * MINUTE, client_id="theirs", person_id=PERSON),
    logged(NOW + 3 * MINUTE, "admin:agency:changed", details={"actor": FOREIGN}),
    logged(NOW + 4 * MINUTE, "operator:key:rotated"),
    logged(NOW + 5 * MINUTE, "account:password:accepted", person_id=f"person-of-{OFFICER}"),
]
EVERYTHING = AuditQuestion()
AGENCY_AUDITOR = administrator("auditor", Role.AUDITOR, "H37")


@dataclass(slots=True)
class Kept:
    """Remembers what was committed. Implements `Ledger`."""

    effects: list[Effect] = field(default_factory=list)

    async def commit(self, *effects: Effect) -> bool:
        self.effects += effects
        return True

    def enqueue(self, *effects: Effect) -> None:
        self.effects += effects

    @property
    def events(self) -> list[RecordEvent]:
        return [one for one in self.effects if isinstance(one, RecordEvent)]


@dataclass(slots=True)
class Rig:
    """The log with its plain ports."""

    audit: PlainAudit = field(
        default_factory=lambda: PlainAudit(
            events=list(EVERY),
            clients={"portal": "H37", "theirs": "H26"},
            officers={OFFICER: "H37", FOREIGN: "H26"},
            persons={OFFICER: PersonId(f"person-of-{OFFICER}"), FOREIGN: PersonId("x"), "account": PersonId(PERSON)},
        )
    )
    ledger: Kept = field(default_factory=Kept)

    async def log(self) -> AuditLog:
        store = MemoryClientStore()
        for client_id, agency in self.audit.clients.items():
            one = Client(client_id=ClientId(client_id), client_name={}, agency=agency, created_at=NOW, updated_at=NOW)
            await store.save(one, expected_version=None)
        return AuditLog(self.audit, store, PlainAgencies(), self.ledger, StepClock())


async def shown(actor: Actor, question: AuditQuestion = EVERYTHING) -> list[int]:
    """Return the places in `EVERY` of the events that one page shows."""
    page = await (await Rig().log()).page(actor, question)
    places = {event.id: place for place, event in enumerate(EVERY)}
    return [places[event.id] for event in page.events]


@pytest.mark.parametrize(
    ("actor", "places"),
    [(OPERATOR, [5, 4, 3, 2, 1, 0]), (AUDITOR, [5, 4, 3, 2, 1, 0]), (AGENCY, [5, 1, 0]), (OTHER_AGENCY, [3, 2]),
     (COMMUNE, []), (AGENCY_AUDITOR, [5, 1, 0])],
)  # fmt: skip
async def test_an_agency_sees_the_events_of_its_clients_and_officers(actor: Actor, places: list[int]) -> None:
    assert await shown(actor) == places


@pytest.mark.parametrize("actor", [DEVELOPER, SUPPORT])
async def test_without_the_permission_there_is_no_log(actor: Actor) -> None:
    log = await Rig().log()
    with pytest.raises(NotPermittedError):
        await log.page(actor, AuditQuestion())
    with pytest.raises(NotPermittedError):
        await log.one(actor, EVERY[0].id)


@pytest.mark.parametrize(
    ("question", "places"),
    [
        (AuditQuestion(name=EventName.KEY_ROTATED), [4]),
        (AuditQuestion(client_id=ClientId("portal")), [1, 0]),
        (AuditQuestion(actor=OFFICER), [1]),
        (AuditQuestion(client_id=ClientId("portal"), name=EventName.TOKEN_ISSUED), [0]),
        (AuditQuestion(actor=FOREIGN, client_id=ClientId("portal")), []),
        (AuditQuestion(account_id=AccountId("account")), [2, 0]),
        (AuditQuestion(account_id=AccountId("account"), client_id=ClientId("theirs")), [2]),
        (AuditQuestion(since=NOW + MINUTE, until=NOW + 3 * MINUTE), [2, 1]),
        (AuditQuestion(until=NOW - MINUTE), []),
    ],
)
async def test_all_that_is_asked_must_be_true(question: AuditQuestion, places: list[int]) -> None:
    assert await shown(OPERATOR, question) == places


@pytest.mark.parametrize(
    ("question", "places"),
    [
        (AuditQuestion(client_id=ClientId("portal")), [1, 0]),
        (AuditQuestion(actor=OFFICER), [1]),
        (AuditQuestion(name=EventName.TOKEN_ISSUED), [0]),
        (AuditQuestion(client_id=ClientId("portal"), name=EventName.TOKEN_ISSUED), [0]),
    ],
)
async def test_an_agency_searches_among_its_own(question: AuditQuestion, places: list[int]) -> None:
    assert await shown(AGENCY, question) == places


@pytest.mark.parametrize(
    "question",
    [AuditQuestion(client_id=ClientId("theirs")), AuditQuestion(client_id=ClientId("nobody's")),
     AuditQuestion(actor=FOREIGN), AuditQuestion(actor="nobody's")],
)  # fmt: skip
async def test_another_agencys_clients_and_officers_are_not_found(question: AuditQuestion) -> None:
    log = await Rig().log()
    with pytest.raises(NotFoundError):
        await log.page(AGENCY, question)
    for place, found in ((0, True), (2, False), (4, False)):
        if found:
            assert (await log.one(AGENCY, EVERY[place].id)).id == EVERY[place].id
        else:
            with pytest.raises(NotFoundError):
                await log.one(AGENCY, EVERY[place].id)
    for nothing in ("", "0" * 26, EVERY[0].id[:-1], "\u00e9"):
        with pytest.raises(NotFoundError):
            await log.one(OPERATOR, EventId(nothing))


async def test_persons_are_shown_to_nobody_who_may_not_find_people() -> None:
    log = await Rig().log()
    for actor in (AGENCY, AUDITOR):
        for event in (*(await log.page(actor, AuditQuestion())).events, await log.one(actor, EVERY[0].id)):
            assert (event.person_id, event.session_id, event.address, event.port) == (None, None, "", 0)
    assert (await log.one(OPERATOR, EVERY[0].id)).person_id == PERSON


async def test_a_search_for_a_person_takes_the_right_to_find_people_and_is_told_to_them() -> None:
    rig = Rig()
    log, question = await rig.log(), AuditQuestion(account_id=AccountId("account"))
    with pytest.raises(NotPermittedError):
        await log.page(AUDITOR, question)
    with pytest.raises(FreshFactorNeededError):
        await log.page(replace(OPERATOR, fresh=False), question)
    both = replace(AGENCY, grants=(*AGENCY.grants, *SUPPORT.grants))
    with pytest.raises(NotPermittedError):
        await log.page(both, question)
    assert rig.ledger.events == []
    page = await log.page(OPERATOR, question, limit=1)
    assert page.before_id is not None
    await log.page(OPERATOR, question, page.before_id)
    (event,) = rig.ledger.events
    assert (event.name, event.person_id) == (EventName.PERSON_EVENTS_READ, PERSON)


async def test_pages_join_without_gap_or_double() -> None:
    log, before, found = await Rig().log(), "", list[LoggedEvent]()
    while True:
        page = await log.page(OPERATOR, AuditQuestion(), before, 2)
        found += page.events
        if page.before_id is None:
            break
        before = page.before_id
    assert [event.id for event in found] == sorted((event.id for event in EVERY), reverse=True)


WIDE = PlainAgencies({**PARENTS, **{f"H37.{n}": "H37" for n in range(30)}})


async def test_events_of_many_agencies_are_looked_for_among_the_newest_of_all() -> None:
    rig = Rig()
    rig.audit.events = [logged(NOW + n * MINUTE, client_id="portal" if n % 3 else "theirs") for n in range(300)]
    log, mine = (
        replace(await rig.log(), lineages=WIDE),
        [one.id for one in rig.audit.events if one.client_id == "portal"],
    )
    read: list[str] = []
    page = await log.page(AGENCY, EVERYTHING, limit=30)
    while True:
        read += [event.id for event in page.events]
        if page.before_id is None:
            break
        page = await log.page(AGENCY, EVERYTHING, page.before_id, limit=30)
    assert read == sorted(mine, reverse=True)
    assert {what for what, _ in rig.audit.asked} == {"RECENT"}


async def test_where_too_few_of_the_newest_are_theirs_each_of_theirs_is_asked_for() -> None:
    rig = Rig()
    theirs = [logged(NOW + n * MINUTE, client_id="theirs") for n in range(2100)]
    mine = logged(NOW, client_id="portal")
    rig.audit.events = [mine, *theirs]
    page = await replace(await rig.log(), lineages=WIDE).page(AGENCY, EVERYTHING)
    assert ([event.id for event in page.events], page.before_id) == ([mine.id], None)
    assert [what for what, _ in rig.audit.asked] == ["RECENT", "AGENCIES"]


async def test_a_name_among_the_events_of_many_agencies_takes_one_look() -> None:
    rig, name = Rig(), EventName.CODE_REPLAYED
    theirs = [logged(NOW + n * MINUTE, name, client_id="theirs") for n in range(1, 2101)]
    mine = [logged(NOW - MINUTE, name, client_id="portal"), logged(NOW + 3000 * MINUTE, name, client_id="portal")]
    rig.audit.events = [*theirs, *mine, logged(NOW + 4000 * MINUTE, client_id="portal")]
    log, question = replace(await rig.log(), lineages=WIDE), AuditQuestion(name=name)
    first = await log.page(AGENCY, question)
    assert [event.id for event in first.events] == [mine[1].id]
    assert first.before_id is not None
    assert [event.id for event in (await log.page(AGENCY, question, first.before_id)).events] == [mine[0].id]
    assert [what for what, _ in rig.audit.asked] == ["RECENT", "RECENT"]


async def test_a_rare_event_is_looked_for_in_bounded_steps() -> None:
    """However long the log is, a page costs the same; it is short then, and says where to go on."""
    rig = Rig()
    many = [logged(NOW + place * MINUTE, client_id="portal") for place in range(2500)]
    rare = logged(NOW - MINUTE, "client:code:replayed", client_id="portal")
    rig.audit.events = [*many, rare]
    log, question = await rig.log(), AuditQuestion(client_id=ClientId("portal"), name=EventName.CODE_REPLAYED)
    first = await log.page(OPERATOR, question)
    assert (first.events, len(rig.audit.asked)) == ([], 3)
    assert first.before_id is not None
    assert [event.id for event in (await log.page(OPERATOR, question, first.before_id)).events] == [rare.id]


async def test_an_export_is_an_event_before_its_first_line_and_pages_through_all() -> None:
    rig = Rig()
    rig.audit.events = [logged(NOW + place * MINUTE, client_id="portal", reason="=1+1") for place in range(1200)]
    log, question = await rig.log(), AuditQuestion(client_id=ClientId("portal"))
    pieces = await export_lines(log, AGENCY, question, ExportFormat.CSV)
    assert [(event.name, event.details["client"]) for event in rig.ledger.events] == [
        (EventName.AUDIT_EXPORTED, "portal")
    ]
    lineages = b"".join([piece async for piece in pieces]).decode().splitlines()
    assert len(lineages) == 1201
    assert lineages[0].startswith('"id","at","name"')
    assert all('"\'=1+1"' in line for line in lineages[1:])
    as_json = b"".join([piece async for piece in await export_lines(log, AGENCY, question, ExportFormat.JSON_LINES)])
    assert as_json.count(b"\n") == 1200


@pytest.mark.parametrize("actor", [SUPPORT, DEVELOPER, replace(AGENCY, fresh=False)])
async def test_an_export_is_refused_before_anything_is_written(actor: Actor) -> None:
    rig = Rig()
    with pytest.raises((NotPermittedError, FreshFactorNeededError)):
        await export_lines(await rig.log(), actor, AuditQuestion(), ExportFormat.CSV)
    assert rig.ledger.effects == []


@pytest.mark.parametrize("cell", ["=1+1", "+84", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "=cmd|' /C calc'!A0"])
def test_what_a_spreadsheet_would_compute_is_defused(cell: str) -> None:
    assert defused(cell) == f"'{cell}"
    assert csv_line((cell,)).decode().startswith("\"'")


@pytest.mark.parametrize("cell", ["", "a=b", "portal", "'=1", "1-2"])
def test_an_honest_text_stays_as_it_is(cell: str) -> None:
    assert defused(cell) == cell


def test_quotes_and_lines_stay_inside_their_cell() -> None:
    assert csv_line(('a"b', "c\nd", "e,f")) == b'"a""b","c\nd","e,f"\r\n'
    assert b"\n" not in json_line(logged(reason="a\nb"))[:-1]


async def test_the_state_of_the_chain_is_that_of_the_newest_checkpoint() -> None:
    clock, chain = StepClock(), PlainChain()
    state = AuditChain(chain, no_seal, SealingPolicy(), clock)
    with pytest.raises(NotFoundError):
        await state.latest(AUDITOR)
    checkpoint = Checkpoint(1, NOW.replace(microsecond=0), "", "a", 1, 0, 1, "r", "l", "p")
    chain.links.append(Link(1, PlainSeal().sign(checkpoint)))
    latest = await state.latest(AGENCY_AUDITOR)
    assert (latest.checkpoint, latest.overdue) == (checkpoint, False)
    clock.later(timedelta(minutes=6))
    assert (await state.latest(AUDITOR)).overdue
    with pytest.raises(NotPermittedError):
        await state.latest(DEVELOPER)
    chain.links.append(Link(2, "written by another hand"))
    with pytest.raises(NotFoundError):
        await state.latest(AUDITOR)


async def details_of(actor: Actor, name: EventName, details: dict[str, str]) -> dict[str, str]:
    """Return the details of an event of the portal, which page, single event and export show alike."""
    rig = Rig()
    event = logged(NOW + 9 * MINUTE, name.value, client_id="portal", details=details)
    rig.audit.events.append(event)
    log = await rig.log()
    page = await log.page(actor, AuditQuestion())
    exported = [one async for one in await export_lines(log, actor, AuditQuestion(), ExportFormat.JSON_LINES)]
    shown = dict(page.events[0].details)
    assert dict((await log.one(actor, event.id)).details) == shown
    assert all(value in exported[0].decode() for value in shown.values())
    return shown


IDS = {"actor": OFFICER, "officer": OFFICER, "account": "a" * 26, "session": "s" * 26, "mandate": "m" * 26}


@pytest.mark.parametrize("actor", [AGENCY, AGENCY_AUDITOR, AUDITOR])
async def test_details_show_who_may_not_find_people_no_account_and_no_session(actor: Actor) -> None:
    said = {"actor_code": "H37-AAAAAA", "members": "contacts"}
    assert await details_of(actor, EventName.CLIENT_EDITED, {**IDS, **said}) == said
    assert await details_of(OPERATOR, EventName.CLIENT_EDITED, {**IDS, **said}) == {**IDS, **said}


async def test_an_object_is_shown_by_its_name_and_not_by_an_id() -> None:
    refused = EventName.ADMIN_REFUSED
    assert await details_of(AGENCY, refused, {"object": "portal"}) == {"object": "portal"}
    assert await details_of(AGENCY, refused, {"object": "a" * 26}) == {}


async def test_of_an_event_that_nobody_knows_no_detail_is_shown() -> None:
    rig = Rig()
    rig.audit.events.append(logged(NOW + 9 * MINUTE, "no:such:name", client_id="portal", details={"members": "x"}))
    page = await (await rig.log()).page(AGENCY, AuditQuestion())
    assert page.events[0].details == {}
