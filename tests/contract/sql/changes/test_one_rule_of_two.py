"""One rule for whatever takes two: no kind of change is decided by its proposer, nor by whom the proposer made."""

from collections.abc import Mapping
from datetime import timedelta
from itertools import product

import pytest

from clients.document import Document
from idp.adapters.sql.database import Database
from idp.admin.actor import Actor
from idp.admin.agencies.preview import AGENCIES, COMMAND, DECISION, STORED
from idp.admin.changes.independence import APPROVING
from idp.admin.changes.model import (
    OPEN_FOR,
    REVIEW_WITHIN,
    UNDO_WITHIN,
    By,
    Change,
    ChangeKind,
    ChangeState,
    KeepApplied,
    ObjectKind,
    ProposeChange,
)
from idp.admin.errors import AdminError, NotIndependentError, NotPermittedError, RightRestsError
from idp.admin.infrastructure.key_subject import KeySubjects
from idp.admin.permissions import Permission
from idp.kernel.ids import ChangeId, new_id
from idp.officers.roles import NATIONAL, Role
from keys.policy import RotationPolicy
from keys.seal import MasterKey
from keys.service import KeyService
from records.structs import replace
from tests.contract.sql.account.test_two_people import Puppet, appear
from tests.support.rigs.admin import OPERATOR, SECOND_OPERATOR, AdminRig
from tests.support.running.sql_stores import NOW

pytestmark = pytest.mark.one_engine("sqlite")

# What approving a change of each kind of object takes. A kind that is missing here fails.
NEEDS: Mapping[ObjectKind, tuple[Permission, ...]] = {
    ObjectKind.CLIENT: (Permission.CLIENTS_APPROVE, Permission.CLIENTS_APPROVE_NATIONAL),
    ObjectKind.SETTING: (Permission.SETTINGS_APPROVE,),
    ObjectKind.SIGNING_KEY: (Permission.SETTINGS_APPROVE,),
    ObjectKind.AGENCY: (Permission.AGENCIES_APPROVE,),
}
# A client that moves is decided by roles over agencies alone: `test_clients_that_move.py` asks the same of those.
OF_AGENCIES = (ObjectKind.CLIENT, ChangeKind.MOVE)
KINDS = [
    (of, kind, need) for of, kind in product(ObjectKind, ChangeKind) for need in NEEDS[of] if (of, kind) != OF_AGENCIES
]
# A setting for each of settings, registers and upstream providers: they are one kind.
IDS = {ObjectKind.CLIENT: "portal", ObjectKind.SETTING: "registers", ObjectKind.SIGNING_KEY: "kid"}
CLOSING: Document = {AGENCIES: {}, COMMAND: {"what": "close", "said": {"code": "H37"}}, DECISION: "NQ 1", STORED: {}}


def change_of(of: ObjectKind, kind: ChangeKind, need: Permission, by: Actor = OPERATOR) -> Change:
    return Change(
        id=ChangeId(new_id()),
        kind=kind,
        object_kind=of,
        object_id=f"{IDS.get(of, 'H37')}",
        agency=NATIONAL,
        before={},
        after=CLOSING,
        needs=need,
        reason="as the tests want it",
        proposed_by=By.of(by),
        proposed_at=NOW,
        expires_at=NOW + OPEN_FOR,
    )


@pytest.fixture
async def rig(database: Database) -> AdminRig:
    return await AdminRig.appointed(database)


@pytest.fixture
async def tied(rig: AdminRig) -> Actor:
    return await appear(rig.database, Puppet("tied", issued_by=OPERATOR.account_id))


async def answer(rig: AdminRig, act: str, actor: Actor, change: Change) -> type[BaseException] | None:
    """Return how an act is refused."""
    service = KeyService(rig.database.keys, MasterKey(b"k" * 32), RotationPolicy())
    keys = KeySubjects(rig.database.keys, service, rig.clock)
    approvals = replace(rig.approvals, subjects={**rig.approvals.subjects, ObjectKind.SIGNING_KEY: keys})
    try:
        match act:
            case "approve":
                await approvals.approve(actor, change.id, change.digest)
            case "refuse":
                await approvals.refuse(actor, change.id, change.digest, "not wanted here")
            case _:
                await approvals.review(actor, change.id)
    except AdminError as error:
        return type(error)
    return None


def test_every_kind_of_object_is_asked_about_and_every_right_to_approve_rests() -> None:
    assert set(NEEDS) == set(ObjectKind)
    rights = {permission for permission in Permission if permission.partition(":")[2].startswith("approve")}
    assert rights == {permission for needs in NEEDS.values() for permission in needs}
    assert rights < APPROVING


@pytest.mark.parametrize("of", list(ObjectKind), ids=str)
async def test_nobody_decides_their_own_nor_for_who_made_them(rig: AdminRig, tied: Actor, of: ObjectKind) -> None:
    new = await appear(rig.database, Puppet("new", at=NOW))
    for _, kind, need in [one for one in KINDS if one[0] is of]:
        change = change_of(of, kind, need)
        assert await rig.database.ledger.commit(ProposeChange(change=change))
        for act in ("approve", "refuse"):
            reported = [await answer(rig, act, actor, change) for actor in (OPERATOR, tied, new)]
            assert reported == [NotPermittedError, NotIndependentError, RightRestsError], (kind, need, act)
        assert await answer(rig, "refuse", SECOND_OPERATOR, change) is None, (kind, need)


@pytest.mark.parametrize("of", list(ObjectKind), ids=str)
async def test_nobody_reviews_what_they_or_their_maker_did_alone(rig: AdminRig, tied: Actor, of: ObjectKind) -> None:
    for _, kind, need in [one for one in KINDS if one[0] is of]:
        done = change_of(of, kind, need)
        applied = replace(
            done,
            state=ChangeState.APPLIED,
            decided_by=done.proposed_by,
            decided_at=NOW,
            undo_until=NOW + UNDO_WITHIN,
            review_by=NOW + REVIEW_WITHIN,
        )
        assert await rig.database.ledger.commit(KeepApplied(change=applied))
        reported = [await answer(rig, "review", actor, applied) for actor in (OPERATOR, tied, SECOND_OPERATOR)]
        assert reported == [NotPermittedError, NotIndependentError, None], (kind, need)


async def test_after_the_time_apart_who_was_made_is_a_person_of_their_own(rig: AdminRig, tied: Actor) -> None:
    rig.clock.later(timedelta(days=26))
    change = change_of(ObjectKind.AGENCY, ChangeKind.CLOSE, Permission.AGENCIES_APPROVE)
    later = replace(change, expires_at=rig.clock.now() + OPEN_FOR)
    assert await rig.database.ledger.commit(ProposeChange(change=later))
    assert tied.grants[0].role is Role.NATIONAL_OPERATOR
    assert await answer(rig, "refuse", tied, later) is None
