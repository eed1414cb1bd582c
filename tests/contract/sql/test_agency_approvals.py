"""Merges, splits, closings and moves of agencies: two people, from a preview that both read, undone within a day."""

import pytest

from clients.model import Client
from idp.adapters.sql.database import Database
from idp.admin.agency_wishes import Merge, Wish
from idp.admin.errors import NotPermittedError
from tests.contract.sql.test_agencies import client_of
from tests.support.admin_rig import OPERATOR, SECOND_OPERATOR, AdminRig
from tests.support.agency_builders import LONG_AGO, act, founding
from tests.support.sql_stores import NOW

DECISION = "NQ 202/2025/QH15"


@pytest.fixture
async def rig(database: Database) -> AdminRig:
    rig = await AdminRig.appointed(database)
    for wish in (founding("H03", name="Bắc Kạn"), founding("H55", name="Thái Nguyên")):
        await rig.agencies.register.change(
            wish, act(LONG_AGO, today=NOW.date()), lambda name, details: OPERATOR.event(name, NOW, details=details)
        )
    await database.clients.save(client_of("bac-kan", "H03"), expected_version=None)
    return rig


async def owner(rig: AdminRig, client_id: str = "bac-kan") -> str | None:
    found: Client | None = await rig.database.clients.find(client_id)
    assert found is not None
    return found.agency


async def test_one_person_merges_nothing(rig: AdminRig) -> None:
    await rig.agencies.change(OPERATOR, Merge(("H03",), "H55"), DECISION, None)
    assert await owner(rig) == "H03", "one person, one click, and a client moved"
