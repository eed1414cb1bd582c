"""An administrator's account is nobody's until a second person has said so, and its code is shown to neither."""

import pytest

from idp.adapters.sql.database import Database
from idp.admin.administrators import Administrators
from idp.admin.posts import PostWish, RoleWish
from idp.app.officers import officer_accounts
from idp.kernel.root_key import RootKey
from tests.support.admin_rig import OPERATOR, AdminRig
from tests.support.plain_agencies import PlainAgencies

POST = PostWish("H37", "hai", "Nguyễn Văn Bình", "Quản trị viên", "2028-12-31")
ROLE = RoleWish("national_operator", "national")


@pytest.fixture
async def rig(database: Database) -> AdminRig:
    return await AdminRig.appointed(database)


def administrators(rig: AdminRig) -> Administrators:
    root, database = RootKey("root", b"r" * 32), rig.database
    accounts = officer_accounts(database, root, rig.clock)
    return Administrators(database.administrators, PlainAgencies(), accounts, database.ledger, root.sealer(), rig.clock)


async def test_an_account_that_one_person_issued_has_no_code(rig: AdminRig) -> None:
    """Whoever sees the code is the account: seen, an operator enrolled it and approved their own change."""
    issued = await administrators(rig).issue(OPERATOR, POST, ROLE)
    found = await rig.database.administrators.by_account(issued.officer.account_id)
    assert found is not None
    assert found.officer.enrolment_ends_at is None
    assert not hasattr(issued, "enrolment_code")


async def test_a_code_is_not_renewed_by_one_person(rig: AdminRig) -> None:
    issued = await administrators(rig).issue(OPERATOR, POST, ROLE)
    assert await administrators(rig).renew_enrolment(OPERATOR, issued.officer.account_id) is None
