"""A client goes to another agency by that agency's word, and leaves its secrets and keys behind."""

import pytest

from idp.adapters.sql.database import Database
from idp.admin.changes import Change
from tests.support.admin_rig import AGENCY, AdminRig, portal


@pytest.fixture
async def rig(database: Database) -> AdminRig:
    rig = await AdminRig.appointed(database)
    await rig.clients.register(AGENCY, portal())
    return rig


async def test_nobody_gives_a_client_away_alone(rig: AdminRig) -> None:
    done = await rig.change(AGENCY, agency="H26")
    assert (await rig.stored()).agency == "H37", "one person moved a client to an agency that was not asked"
    assert isinstance(done, Change)
