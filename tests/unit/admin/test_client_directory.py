"""Which clients an administrator is shown: those of the own subtree, in pages."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from clients.model import ClientId
from clients.registry import ClientRegistry
from idp.admin.actor import Actor
from idp.admin.clients.directory import ClientDirectory
from idp.admin.errors import NotPermittedError
from idp.audit.model import Origin
from idp.kernel.ids import AccountId, PersonId, RoleGrantId
from idp.officers.roles import NATIONAL, Role, RoleGrant
from records.structs import replace
from tests.support.builders.protocol import CLIENT, NOW
from tests.support.running.client_store import MemoryClientStore

TODAY = date(2026, 11, 24)
AGENCIES = {"a": "H55", "b": "H55.1", "c": "H29", "d": None, "e": "H55.1"}


class Tree:
    """H55 with H55.1 below it; nobody else has anything below."""

    async def lineage(self, code: str, day: date) -> tuple[str, ...]:
        return (code, "H55") if code == "H55.1" else (code,)

    async def subtree(self, code: str, day: date) -> Sequence[str]:
        return ("H55", "H55.1") if code == "H55" else (code,)


def actor(*roles: tuple[Role, str]) -> Actor:
    span = (NOW - timedelta(1), NOW - timedelta(1), NOW + timedelta(1))
    grants = tuple(
        RoleGrant(RoleGrantId("g"), PersonId("p"), AccountId("a"), role, agency, "operator", *span)
        for role, agency in roles
    )
    return Actor(PersonId("p"), AccountId("a"), "H55", "CB-1", grants, fresh=True, origin=Origin("c"))


async def directory() -> ClientDirectory:
    store = MemoryClientStore()
    for client_id, agency in AGENCIES.items():
        await store.save(replace(CLIENT, client_id=ClientId(client_id), agency=agency), expected_version=None)
    return ClientDirectory(ClientRegistry(), store, Tree())


@pytest.mark.parametrize(
    ("held", "seen"),
    [
        ([(Role.NATIONAL_OPERATOR, NATIONAL)], "abcde"),
        ([(Role.AGENCY_ADMINISTRATOR, "H55")], "abe"),
        ([(Role.CLIENT_DEVELOPER, "H55.1")], "be"),
        ([(Role.SUPPORT, "H29"), (Role.AUDITOR, "H55.1")], "bce"),
        ([(Role.AUDITOR, "H99")], ""),
    ],
)
async def test_the_list_shows_what_roles_reach(held: list[tuple[Role, str]], seen: str) -> None:
    clients, who = await directory(), actor(*held)
    assert [one.client_id for one in await clients.page(who, ClientId(""), 10, TODAY)] == list(seen)


async def test_pages_go_on_after_the_last_row() -> None:
    clients, who = await directory(), actor((Role.AGENCY_ADMINISTRATOR, "H55"))
    assert [one.client_id for one in await clients.page(who, ClientId(""), 2, TODAY)] == ["a", "b"]
    assert [one.client_id for one in await clients.page(who, ClientId("b"), 2, TODAY)] == ["e"]
    assert await clients.page(who, ClientId("e"), 2, TODAY) == []


async def test_without_a_role_there_is_nothing_to_ask() -> None:
    clients = await directory()
    with pytest.raises(NotPermittedError):
        await clients.page(actor(), ClientId(""), 2, TODAY)


async def test_a_client_registered_elsewhere_a_moment_ago_is_shown() -> None:
    clients, who = await directory(), actor((Role.NATIONAL_OPERATOR, NATIONAL))
    await clients.page(who, ClientId(""), 10, TODAY)
    await clients.store.save(replace(CLIENT, client_id=ClientId("bb")), expected_version=None)
    assert [one.client_id for one in await clients.page(who, ClientId("b"), 1, TODAY)] == ["bb"]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("", ["chu-tich", "ho-tich"]),
        ("hộ tịch", ["ho-tich"]),
        ("HO TI", ["ho-tich"]),
        ("cổng", ["chu-tich", "ho-tich"]),
        ("portal", ["ho-tich"]),
        ("h55.1", ["ho-tich"]),
        ("dichvucong.hue", ["chu-tich"]),
        ("tich dich", ["chu-tich", "ho-tich"]),
        ("ich", []),
        ("  ", ["chu-tich", "ho-tich"]),
        ("%", ["chu-tich", "ho-tich"]),
    ],
)
async def test_a_client_is_found_by_how_its_words_begin(typed: str, found: list[str]) -> None:
    clients, who = await directory(), actor((Role.NATIONAL_OPERATOR, NATIONAL))
    for client_id, names, agency, host in (
        ("ho-tich", {"": "Cổng Hộ tịch", "en": "Civil status portal"}, "H55.1", "https://dichvucong.hanoi.gov.vn/cb"),
        ("chu-tich", {"": "Cổng của Chủ tịch"}, "H57", "https://dichvucong.hue.gov.vn/cb"),
    ):
        made = replace(CLIENT, client_id=ClientId(client_id), client_name=names, agency=agency, redirect_uris=(host,))
        await clients.store.save(made, expected_version=None)
    seen = [one.client_id for one in await clients.page(who, ClientId(""), 10, TODAY, typed)]
    assert [one for one in seen if one.endswith("tich")] == found


async def test_a_renamed_client_is_found_by_its_new_name_only() -> None:
    clients, who = await directory(), actor((Role.NATIONAL_OPERATOR, NATIONAL))
    await clients.store.save(
        replace(CLIENT, client_id=ClientId("x"), client_name={"": "Đất đai"}), expected_version=None
    )
    assert [one.client_id for one in await clients.page(who, ClientId(""), 10, TODAY, "dat dai")] == ["x"]
    (known,) = [one for one in await clients.store.load_all() if one.client_id == "x"]
    await clients.store.save(replace(known, client_name={"": "Thuế"}), expected_version=known.version)
    assert await clients.page(who, ClientId(""), 10, TODAY, "dat dai") == []
    assert [one.client_id for one in await clients.page(who, ClientId(""), 10, TODAY, "thue")] == ["x"]
