"""Agencies in the store: the tree of any day, lists and searches, one winner of two changes, what moves in a merge."""

import asyncio
from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clients.errors import ClientChangedError
from clients.model import Client, ClientId
from clients.registry import ClientRegistry
from idp.adapters.sql.database import Database
from idp.admin.agencies.changes import decide
from idp.admin.agencies.commands import Close, Command, Merge, Move, Rename, Split
from idp.admin.changes.model import By, Change, ChangeKind, ObjectKind, ProposeChange
from idp.admin.errors import AdminError
from idp.admin.permissions import Permission
from idp.agencies.ports import AgencyRow, Belongings
from idp.agencies.tree import AgencyNames, SuccessionKind, Tree
from idp.kernel.ids import AccountId, ChangeId, RoleGrantId, new_id
from idp.officers.roles import NATIONAL, GrantRole, Role, RoleGrant
from records.structs import replace
from tests.contract.sql.direct import empty
from tests.contract.sql.officers.test_officers import issuing, officer_of
from tests.support.builders.agencies import (
    AT,
    COMMUNE,
    LONG_AGO,
    MINISTRY,
    TODAY,
    UNIT,
    act,
    founding,
    names,
)
from tests.support.extent import ON_STORES, rounds
from tests.support.running.sql_stores import NOW

NOTHING = Belongings()
YESTERDAY = TODAY - timedelta(days=1)
TABLES = ("agencies", "agency_periods", "agency_successions", "agency_search_keys")
SEEDS: tuple[Command, ...] = (
    founding("G15", MINISTRY, name="Bộ Tư pháp"),
    founding("G15.1", UNIT, "G15", "Cục Trợ giúp pháp lý"),
    founding("H03", name="Tỉnh Bắc Kạn"),
    founding("H03.1", COMMUNE, "H03", "Phường Đức Xuân"),
    founding("H55", name="Tỉnh Thái Nguyên"),
    founding("H55.1", COMMUNE, "H55", "Phường Phan Đình Phùng"),
)
MERGED = Merge(("H03", "H55"), founding("H19", name="Tỉnh Thái Nguyên mới"))


async def carried(database: Database, command: Command, day: date = TODAY, own: Belongings = NOTHING) -> bool:
    return await database.ledger.commit(*decide(await database.agencies.tree(), command, act(day), own))


async def seeded(database: Database) -> None:
    for command in SEEDS:
        assert await carried(database, command, LONG_AGO)


def client_of(client_id: ClientId, agency: str | None) -> Client:
    return Client(
        client_id=client_id,
        client_name={"": client_id},
        redirect_uris=(f"https://{client_id}.example/cb",),
        sector_identifier=f"{client_id}.example",
        default_max_age=timedelta(minutes=20),
        agency=agency,
        created_at=NOW,
        updated_at=NOW,
    )


async def saved(
    database: Database, client_id: ClientId, agency: str | None, resource: str | None = None, owner: str | None = None
) -> Client:
    client = replace(client_of(client_id, agency), resource=resource, resource_agency=owner)
    return await database.clients.save(client, expected_version=None)


def proposed(client_id: ClientId, agency: str) -> Change:
    """Return a change of a client that waits for a second administrator."""
    return Change(
        id=ChangeId(new_id()),
        kind=ChangeKind.UPDATE,
        object_kind=ObjectKind.CLIENT,
        object_id=client_id,
        agency=agency,
        before={},
        after={},
        needs=Permission.CLIENTS_APPROVE,
        reason="",
        proposed_by=By(AccountId(new_id()), "A-1"),
        proposed_at=NOW,
        expires_at=NOW + timedelta(days=7),
    )


def codes(rows: Sequence[AgencyRow]) -> list[str]:
    return [row.code for row in rows]


async def test_the_stored_tree_is_the_one_that_was_decided(database: Database) -> None:
    assert await database.agencies.tree() == Tree.of(0, ())
    assert not await database.agencies.known()
    await seeded(database)
    assert await carried(database, Rename("H55.1", AgencyNames("Phường 1", "Ward 1")))
    tree = await database.agencies.tree()
    agency = tree.agencies["H55.1"]
    assert await database.agencies.get("H55.1") == agency
    assert (tree.version, agency.version, len(agency.periods)) == (7, 2, 2)
    assert agency.on(YESTERDAY) is not None
    assert await database.agencies.get("H99") is None
    assert await database.agencies.known()


async def test_lineage_and_subtree_are_those_of_the_day(database: Database) -> None:
    await seeded(database)
    assert await carried(database, MERGED)
    read = database.agencies
    assert await read.lineage("H55.1", YESTERDAY) == ("H55.1", "H55")
    assert await read.lineage("H55.1", TODAY) == ("H55.1", "H19")
    assert await read.lineage("H55", TODAY) == ()
    assert await read.lineage("H99", TODAY) == ()
    assert await read.lineage("H55", LONG_AGO - timedelta(days=1)) == ()
    assert await read.subtree("H55", YESTERDAY) == ["H55", "H55.1"]
    assert await read.subtree("H19", TODAY) == ["H03.1", "H19", "H55.1"]
    assert await read.subtree("H19", YESTERDAY) == []


_PAST = st.sampled_from([TODAY, YESTERDAY, TODAY - timedelta(days=9)])
_CODE = st.sampled_from(["G15", "G15.1", "H03", "H03.1", "H55", "H55.1", "H19", "G15.2"])
_COMMAND: st.SearchStrategy[Command] = st.one_of(
    st.builds(Move, _CODE, _CODE),
    st.builds(Rename, _CODE, st.sampled_from("ab").map(names)),
    st.builds(lambda code, into: Merge((code,), into), _CODE, _CODE),
    st.builds(Close, _CODE),
    st.just(MERGED),
    st.just(founding("G15.2", UNIT, "G15.1")),
    st.just(Split("H55", (founding("H81"), founding("H82")))),
)


@settings(ON_STORES, max_examples=rounds(5, 15))
@given(st.lists(st.tuples(_COMMAND, _PAST), max_size=6))
async def test_the_store_reads_every_day_as_the_snapshot_does(
    database: Database, store: str, steps: list[tuple[Command, date]]
) -> None:
    await empty(store, *TABLES)
    await seeded(database)
    for command, day in steps:
        try:
            assert await carried(database, command, day)
        except AdminError:
            continue
    tree = await database.agencies.tree()
    for day in (TODAY, YESTERDAY, TODAY - timedelta(days=10)):
        for code in tree.agencies:
            assert await database.agencies.lineage(code, day) == tree.lineage(code, day)
            assert await database.agencies.subtree(code, day) == tree.subtree(code, day)


async def test_of_two_merges_of_one_agency_at_once_one_is_done(database: Database, neighbour: Database) -> None:
    await seeded(database)
    commands = (Merge(("H03",), "H55"), Merge(("H03",), founding("H19")))
    tree = await database.agencies.tree()
    changes = [decide(tree, command, act()) for command in commands]
    stores = (database, neighbour)
    done = await asyncio.gather(*(store.ledger.commit(*one) for store, one in zip(stores, changes, strict=True)))
    assert sorted(done) == [False, True]
    (succeeded,) = [one for one in await database.agencies.history("H03") if one.kind is SuccessionKind.MERGED]
    assert (await database.agencies.get("H19") is None) == (succeeded.successor == "H55")


async def test_two_moves_that_make_a_circle_only_together_are_not_both_done(
    database: Database, neighbour: Database
) -> None:
    await seeded(database)
    assert await carried(database, founding("G15.2", UNIT, "G15"))
    tree = await database.agencies.tree()
    done = await asyncio.gather(
        database.ledger.commit(*decide(tree, Move("G15.1", "G15.2"), act())),
        neighbour.ledger.commit(*decide(tree, Move("G15.2", "G15.1"), act())),
    )
    assert sorted(done) == [False, True]
    with pytest.raises(AdminError):
        await carried(database, Move("G15.1", "G15.2") if done[1] else Move("G15.2", "G15.1"))


async def test_history_names_what_happened_and_by_which_decision(database: Database) -> None:
    await seeded(database)
    assert await carried(database, MERGED)
    assert [(one.code, one.kind, one.successor, one.day) for one in await database.agencies.history("H55")] == [
        ("H55", SuccessionKind.FOUNDED, "H55", LONG_AGO),
        ("H55", SuccessionKind.MERGED, "H19", TODAY),
    ]
    arrived = await database.agencies.history("H19")
    assert [one.code for one in arrived] == ["H19", "H03", "H55"]
    assert {(one.decision, one.by, one.at) for one in arrived} == {("NQ 202/2025/QH15", "operator", AT)}


async def test_lists_are_paged_by_code_and_say_how_much_is_below(database: Database) -> None:
    await seeded(database)
    await saved(database, ClientId("tu-phap"), "G15")
    read = database.agencies
    first = await read.below(NATIONAL, "", 2)
    assert first == [
        AgencyRow("G15", MINISTRY, AgencyNames("Bộ Tư pháp", "Bộ Tư pháp (en)"), NATIONAL, 1, 1),
        AgencyRow("H03", founding("H03").kind, names("Tỉnh Bắc Kạn"), NATIONAL, 1, 0),
    ]
    assert codes(await read.below(NATIONAL, "H03", 2)) == ["H55"]
    assert codes(await read.below("G15", "", 5)) == ["G15.1"]
    assert codes(await read.rows(["H55", "G15.1", "H99"])) == ["G15.1", "H55"]
    assert await carried(database, MERGED)
    assert codes(await read.below(NATIONAL, "", 5)) == ["G15", "H19"]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("thai ngu", ["H55"]),
        ("Tỉnh", ["H03", "H55"]),
        ("ĐỨC", ["H03.1"]),
        ("duc xuan", ["H03.1"]),
        ("h55", ["H55", "H55.1"]),
        ("H55.1", ["H55.1"]),
        ("guyen", []),
        ("%", ["G15", "G15.1", "H03", "H03.1", "H55", "H55.1"]),
        ("tinh bac kan x", []),
    ],
)
async def test_a_search_finds_words_of_names_without_marks_and_codes(
    database: Database, typed: str, expected: list[str]
) -> None:
    await seeded(database)
    assert codes(await database.agencies.search(typed, [NATIONAL], "", 10)) == expected


async def test_a_search_stays_in_the_subtrees_and_finds_former_names(database: Database) -> None:
    await seeded(database)
    read = database.agencies
    assert codes(await read.search("phuong", ["H55"], "", 10)) == ["H55.1"]
    assert codes(await read.search("phuong", ["H55", "H03.1"], "", 10)) == ["H03.1", "H55.1"]
    assert codes(await read.search("phuong", ["H55", "H03"], "H03.1", 10)) == ["H55.1"]
    assert codes(await read.search("phuong", [], "", 10)) == []
    assert await carried(database, Rename("H55.1", names("Xã Đại Phúc")))
    assert codes(await read.search("phan dinh", ["H55"], "", 10)) == ["H55.1"]


async def test_what_is_an_agencys_own_goes_with_it(database: Database, neighbour: Database) -> None:
    await seeded(database)
    before = [await saved(database, ClientId("bac-kan"), "H03"), await saved(database, ClientId("thai-nguyen"), "H55")]
    other = await saved(database, ClientId("tu-phap"), "G15")
    officer = replace(officer_of(), agency="H03")
    grant = RoleGrant(
        RoleGrantId(new_id()),
        officer.person_id,
        officer.account_id,
        Role.AUDITOR,
        "H03",
        "operator",
        NOW,
        NOW,
        officer.ends_at,
    )
    assert await database.ledger.commit(
        issuing(officer), GrantRole(grant=grant), ProposeChange(change=proposed(ClientId("bac-kan"), "H03"))
    )
    registry = ClientRegistry()
    await registry.refresh(neighbour.clients)
    assert await carried(database, MERGED)
    assert await registry.refresh(neighbour.clients)
    for client in before:
        moved = registry.get(client.client_id)
        assert moved is not None
        assert moved.version > other.version
        assert moved == replace(client, agency="H19", updated_at=AT, version=moved.version)
        assert moved.sector_identifier == client.sector_identifier
    assert registry.get(ClientId("tu-phap")) == other
    assert await database.agencies.belongings("H19", NOW) == Belongings(
        (ClientId("bac-kan"), ClientId("thai-nguyen")), 1, 1
    )
    assert await database.agencies.belongings("H19", officer.ends_at) == Belongings(
        (ClientId("bac-kan"), ClientId("thai-nguyen"))
    )
    assert await database.agencies.belongings("H03", NOW) == Belongings()
    assert [change.agency for change in await database.changes.waiting([ObjectKind.CLIENT], None, NOW, "", 5)] == [
        "H19"
    ]
    assert [held.agency for held in await database.roles.held(officer.person_id, officer.account_id, NOW)] == ["H19"]


async def test_a_split_gives_the_named_client_to_its_part_or_does_nothing(database: Database) -> None:
    await seeded(database)
    await saved(database, ClientId("mot-cua"), "H55")
    await saved(database, ClientId("thai-nguyen"), "H55")
    parts = (founding("H81"), founding("H82"))
    stale = Belongings((ClientId("elsewhere"),))
    assert not await carried(database, Split("H55", parts, clients={ClientId("elsewhere"): "H82"}), own=stale)
    own = await database.agencies.belongings("H55", NOW)
    assert await carried(database, Split("H55", parts, clients={ClientId("mot-cua"): "H82"}), own=own)
    owners = {client.client_id: client.agency for client in await database.clients.load_all()}
    assert owners == {"mot-cua": "H82", "thai-nguyen": "H81"}


async def test_a_resource_goes_with_its_agency_and_guests_are_told(database: Database) -> None:
    await seeded(database)
    own = await saved(database, ClientId("bac-kan"), "H03", "https://a.example", "H03")
    guest = await saved(database, ClientId("tu-phap"), "G15", "https://a.example", "H03")
    assert await carried(database, MERGED)
    moved = {client.client_id: client for client in await database.clients.changed_since(guest.version)}
    assert {name: client.resource_agency for name, client in moved.items()} == {"bac-kan": "H19", "tu-phap": "H19"}
    assert moved[own.client_id].owns_audience
    assert not moved[ClientId("tu-phap")].owns_audience


async def test_a_resource_goes_with_the_last_client_of_its_agency(database: Database) -> None:
    await seeded(database)
    for name in ("mot-cua", "thai-nguyen"):
        await saved(database, ClientId(name), "H55", f"https://{name}.example", "H55")
    await saved(database, ClientId("mot-cua-2"), "H55", "https://thai-nguyen.example", "H55")
    own = await database.agencies.belongings("H55", NOW)
    command = Split(
        "H55", (founding("H81"), founding("H82")), clients={ClientId("mot-cua"): "H82", ClientId("mot-cua-2"): "H82"}
    )
    assert await carried(database, command, own=own)
    owners = {client.client_id: client.resource_agency for client in await database.clients.load_all()}
    assert owners == {"mot-cua": "H82", "thai-nguyen": "H81", "mot-cua-2": "H81"}


async def test_a_save_that_read_before_a_merge_does_not_undo_it(database: Database) -> None:
    await seeded(database)
    client = await saved(database, ClientId("bac-kan"), "H03")
    assert await carried(database, MERGED)
    with pytest.raises(ClientChangedError):
        await database.clients.save(replace(client, client_name={"": "x"}), expected_version=client.version)
    with pytest.raises(ClientChangedError):
        await saved(database, ClientId("late"), "H03")
    (moved,) = await database.clients.load_all()
    with pytest.raises(ClientChangedError):
        await database.clients.save(replace(moved, agency="H55"), expected_version=moved.version)
    kept = await database.clients.save(replace(moved, disabled_at=NOW), expected_version=moved.version)
    assert kept.agency == "H19"
