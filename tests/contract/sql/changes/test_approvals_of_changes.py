"""Two pairs of eyes on the stores: what is approved is what was read, by another, in time, once."""

import asyncio
from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clients.model import ClientId
from idp.adapters.sql.database import Database
from idp.admin.actor import Actor
from idp.admin.changes.approvals import Approvals
from idp.admin.changes.model import OPEN_FOR, UNDO_WITHIN, Change, ChangeState
from idp.admin.clients.approval import change_document
from idp.admin.errors import (
    AdminError,
    ConflictError,
    InvalidInputError,
    NotFoundError,
    NotPermittedError,
    StaleVersionError,
    TooLateError,
)
from idp.kernel.ids import new_id
from idp.officers.roles import RevokeRole
from tests.support.extent import ON_STORES, rounds
from tests.support.rigs.admin import (
    AGENCY,
    AUDITOR,
    COLLEAGUE,
    COMMUNE,
    DEVELOPER,
    HOST,
    OPERATOR,
    OTHER_AGENCY,
    SECOND_OPERATOR,
    SUPPORT,
    AdminRig,
    portal,
)

ELSEWHERE = [f"{HOST}/elsewhere"]


@pytest.fixture
async def rig(database: Database) -> AdminRig:
    return await AdminRig.appointed(database)


@pytest.fixture
async def change(rig: AdminRig) -> Change:
    """A proposal of a portal in production: another redirect URI."""
    await rig.in_production()
    return await rig.proposed(AGENCY, redirect_uris=ELSEWHERE)


async def test_nobody_approves_or_refuses_their_own(rig: AdminRig, change: Change) -> None:
    with pytest.raises(NotPermittedError):
        await rig.approvals.approve(AGENCY, change.id, change.digest)
    with pytest.raises(NotPermittedError):
        await rig.approvals.refuse(AGENCY, change.id, change.digest, "not my own either")


@pytest.mark.parametrize("actor", [DEVELOPER, AUDITOR, SUPPORT], ids=["developer", "auditor", "support"])
async def test_who_may_not_approve(rig: AdminRig, change: Change, actor: Actor) -> None:
    with pytest.raises(NotPermittedError):
        await rig.approvals.approve(actor, change.id, change.digest)


@pytest.mark.parametrize("actor", [OTHER_AGENCY, COMMUNE], ids=["beside", "below"])
async def test_another_agencys_change_is_not_found(rig: AdminRig, change: Change, actor: Actor) -> None:
    for act in (
        rig.approvals.find(actor, change.id),
        rig.approvals.approve(actor, change.id, change.digest),
        rig.approvals.refuse(actor, change.id, change.digest, "not mine at all"),
        rig.approvals.undo(actor, change.id),
        rig.approvals.review(actor, change.id),
        rig.approvals.withdraw(actor, change.id),
        rig.approvals.of_client(actor, ClientId("portal")),
    ):
        with pytest.raises(NotFoundError):
            await act
    assert await rig.approvals.waiting(actor) == []


async def test_what_the_country_decides_is_not_approved_by_the_agency(rig: AdminRig) -> None:
    await rig.in_production()
    change = await rig.proposed(DEVELOPER, redirect_uris=["https://portal.example.com/callback"])
    with pytest.raises(NotPermittedError):
        await rig.approvals.approve(AGENCY, change.id, change.digest)
    await rig.approvals.approve(OPERATOR, change.id, change.digest)
    assert (await rig.stored()).redirect_uris == ("https://portal.example.com/callback",)


async def test_what_is_approved_is_what_was_read(rig: AdminRig, change: Change) -> None:
    with pytest.raises(StaleVersionError):
        await rig.approvals.approve(COLLEAGUE, change.id, b"x" * 32)
    await rig.approvals.withdraw(AGENCY, change.id)
    again = await rig.proposed(AGENCY, redirect_uris=[f"{HOST}/worse"])
    with pytest.raises(TooLateError):
        await rig.approvals.approve(COLLEAGUE, change.id, change.digest)
    with pytest.raises(StaleVersionError):
        await rig.approvals.approve(COLLEAGUE, again.id, change.digest)
    assert (await rig.stored()).redirect_uris == (f"{HOST}/callback",)


async def test_a_proposal_of_a_client_that_changed_since_is_stale(rig: AdminRig, change: Change) -> None:
    await rig.change(DEVELOPER, contacts=["b@langson.gov.vn"])
    with pytest.raises(StaleVersionError):
        await rig.approvals.approve(COLLEAGUE, change.id, change.digest)


async def test_a_new_secret_does_not_make_a_proposal_stale(rig: AdminRig, change: Change) -> None:
    await rig.clients.rotate_secret(DEVELOPER, ClientId("portal"), (await rig.stored()).version)
    await rig.approvals.approve(COLLEAGUE, change.id, change.digest)
    stored = await rig.stored()
    assert (stored.redirect_uris, len(stored.secrets)) == (tuple(ELSEWHERE), 2)


async def test_a_proposal_expires(rig: AdminRig, change: Change) -> None:
    rig.clock.later(OPEN_FOR)
    with pytest.raises(TooLateError):
        await rig.approvals.approve(COLLEAGUE, change.id, change.digest)
    assert (await rig.approvals.find(COLLEAGUE, change.id)).state_at(rig.clock.now()) is ChangeState.EXPIRED
    assert await rig.approvals.waiting(COLLEAGUE) == []


async def test_a_refusal_says_why_and_changes_nothing(rig: AdminRig, change: Change) -> None:
    await rig.approvals.refuse(COLLEAGUE, change.id, change.digest, "nobody knows that page")
    found = await rig.approvals.find(AGENCY, change.id)
    assert (found.state, found.decision_reason) == (ChangeState.REFUSED, "nobody knows that page")
    assert (await rig.stored()).redirect_uris == (f"{HOST}/callback",)


async def test_only_who_proposed_withdraws(rig: AdminRig, change: Change) -> None:
    with pytest.raises(NotPermittedError):
        await rig.approvals.withdraw(COLLEAGUE, change.id)


async def test_scopes_are_approved_one_by_one(rig: AdminRig) -> None:
    await rig.in_production()
    basis = {"profile": "NĐ 224/2026/NĐ-CP", "email": "NĐ 224/2026/NĐ-CP", "phone": "NĐ 224/2026/NĐ-CP"}
    change = await rig.proposed(DEVELOPER, scope="openid profile email phone", legal_basis=basis)
    for refused in ("profile", "openid", "address"):
        with pytest.raises(InvalidInputError):
            await rig.approvals.approve(AGENCY, change.id, change.digest, frozenset({refused}))
    applied = await rig.approvals.approve(AGENCY, change.id, change.digest, frozenset({"phone"}))
    stored = await rig.stored()
    assert (stored.scope, set(stored.legal_basis)) == (("openid", "profile", "email"), {"profile", "email"})
    assert (await rig.approvals.find(AGENCY, change.id)).after == applied.after == change_document(stored)


async def test_an_applied_change_is_undone_within_a_day_and_reviewed_by_another(rig: AdminRig, change: Change) -> None:
    await rig.approvals.approve(COLLEAGUE, change.id, change.digest)
    await rig.approvals.undo(COLLEAGUE, change.id)
    assert (await rig.stored()).redirect_uris == (f"{HOST}/callback",)
    with pytest.raises(TooLateError):
        await rig.approvals.undo(COLLEAGUE, change.id)
    with pytest.raises(NotPermittedError):
        await rig.approvals.review(COLLEAGUE, change.id)
    assert (await rig.approvals.review(AGENCY, change.id)).reviewed_by is not None


async def test_production_is_undone_within_a_day(rig: AdminRig) -> None:
    await rig.clients.register(DEVELOPER, portal())
    change = await rig.proposed(DEVELOPER, stage="production")
    await rig.approvals.approve(AGENCY, change.id, change.digest)
    await rig.approvals.undo(AGENCY, change.id)
    assert (await rig.stored()).stage == "sandbox"


async def test_undoing_another_method_gives_the_secret_back(rig: AdminRig) -> None:
    await rig.in_production()
    change = await rig.proposed(DEVELOPER, token_endpoint_auth_method="client_secret_post")
    await rig.approvals.approve(AGENCY, change.id, change.digest)
    rig.clock.later(UNDO_WITHIN / 2)
    await rig.approvals.undo(COLLEAGUE, change.id)
    stored = await rig.stored()
    assert stored.token_endpoint_auth_method == "client_secret_basic"
    assert any(secret.usable(rig.clock.now()) for secret in stored.secrets)


@pytest.mark.parametrize("later", [UNDO_WITHIN, UNDO_WITHIN * 2], ids=["a day", "two days"])
async def test_after_a_day_nothing_is_undone(rig: AdminRig, change: Change, later: timedelta) -> None:
    await rig.approvals.approve(COLLEAGUE, change.id, change.digest)
    rig.clock.later(later)
    with pytest.raises(TooLateError):
        await rig.approvals.undo(COLLEAGUE, change.id)


async def test_what_was_changed_again_is_not_undone(rig: AdminRig, change: Change) -> None:
    await rig.approvals.approve(COLLEAGUE, change.id, change.digest)
    await rig.change(DEVELOPER, contacts=["b@langson.gov.vn"])
    with pytest.raises(StaleVersionError):
        await rig.approvals.undo(COLLEAGUE, change.id)


async def test_of_two_who_approve_at_once_one_does(rig: AdminRig, neighbour: Database, change: Change) -> None:
    beside = AdminRig(neighbour, rig.clock)
    answers = await asyncio.gather(
        *(
            one.approve(actor, change.id, change.digest)
            for one, actor in ((rig.approvals, COLLEAGUE), (beside.approvals, OPERATOR)) * 3
        ),
        return_exceptions=True,
    )
    applied = [answer for answer in answers if isinstance(answer, Change)]
    refused = [answer for answer in answers if isinstance(answer, (TooLateError, StaleVersionError))]
    assert (len(applied), len(refused)) == (1, 5)
    assert (await rig.events()).count("admin:change:approved") == 2  # production, and this one


async def test_approving_and_withdrawing_at_once_end_in_one_of_them(
    rig: AdminRig, neighbour: Database, change: Change
) -> None:
    beside = AdminRig(neighbour, rig.clock)
    answers = await asyncio.gather(
        rig.approvals.approve(COLLEAGUE, change.id, change.digest),
        beside.approvals.withdraw(AGENCY, change.id),
        return_exceptions=True,
    )
    assert sum(isinstance(answer, Change) for answer in answers) == 1
    state, uris = (await rig.approvals.find(AGENCY, change.id)).state, (await rig.stored()).redirect_uris
    assert (state is ChangeState.APPLIED) == (uris == tuple(ELSEWHERE))


async def test_whose_role_was_taken_back_decides_nothing(rig: AdminRig, change: Change) -> None:
    (grant,) = COLLEAGUE.grants
    revoking = RevokeRole(
        person_id=grant.person_id,
        account_id=grant.account_id,
        grant_id=grant.id,
        at=rig.clock.now(),
        by=OPERATOR.account_id,
    )
    assert await rig.database.ledger.commit(revoking)
    with pytest.raises(TooLateError):
        await rig.approvals.approve(COLLEAGUE, change.id, change.digest)
    with pytest.raises(TooLateError):
        await rig.approvals.refuse(COLLEAGUE, change.id, change.digest, "for a reason of theirs")
    assert (await rig.approvals.find(AGENCY, change.id)).state is ChangeState.PROPOSED
    assert (await rig.stored()).redirect_uris != tuple(ELSEWHERE)
    assert (await rig.approvals.approve(OPERATOR, change.id, change.digest)).state is ChangeState.APPLIED


async def test_of_approving_and_losing_the_role_at_once_one_is_first(
    rig: AdminRig, neighbour: Database, change: Change
) -> None:
    (grant,) = COLLEAGUE.grants
    revoking = RevokeRole(
        person_id=grant.person_id,
        account_id=grant.account_id,
        grant_id=grant.id,
        at=rig.clock.now(),
        by=OPERATOR.account_id,
    )
    answers = await asyncio.gather(
        rig.approvals.approve(COLLEAGUE, change.id, change.digest),
        neighbour.ledger.commit(revoking),
        return_exceptions=True,
    )
    assert answers[1] is True, "nothing keeps a role from being taken back"
    approved = isinstance(answers[0], Change)
    assert approved or isinstance(answers[0], TooLateError)
    assert ((await rig.stored()).redirect_uris == tuple(ELSEWHERE)) is approved
    # Whichever was first, there is no second time.
    with pytest.raises(TooLateError):
        await rig.approvals.approve(COLLEAGUE, change.id, change.digest)


async def test_two_proposals_at_once_leave_one(rig: AdminRig, neighbour: Database) -> None:
    await rig.in_production()
    beside = AdminRig(neighbour, rig.clock)
    answers = await asyncio.gather(
        *(one.proposed(DEVELOPER, redirect_uris=ELSEWHERE) for one in (rig, beside) * 3), return_exceptions=True
    )
    assert sum(isinstance(answer, Change) for answer in answers) == 1
    assert sum(isinstance(answer, ConflictError) for answer in answers) == 5


ACTORS = {
    "agency": AGENCY,
    "colleague": COLLEAGUE,
    "operator": OPERATOR,
    "second": SECOND_OPERATOR,
    "other": OTHER_AGENCY,
}
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["propose", "approve", "refuse", "withdraw", "undo", "wait", "contacts", "stop", "enable"]),
        st.sampled_from(sorted(ACTORS)),
        st.integers(0, 3),
    ),
    max_size=12,
)


async def take(rig: AdminRig, approvals: Approvals, step: tuple[str, str, int], changes: list[Change]) -> None:
    act, actor, number = step[0], ACTORS[step[1]], step[2]
    newest = changes[-1] if changes else None
    match act:
        case "propose":
            changes.append(await rig.proposed(actor, redirect_uris=[f"{HOST}/{number}"]))
        case "enable":
            changes.append(await rig.clients.ask_to_enable(actor, rig.client_id, "it should work again"))
        case "stop":
            await rig.clients.stop(actor, rig.client_id, "it should stop now")
        case "contacts":
            await rig.change(actor, contacts=[f"c{number}@langson.gov.vn"])
        case "wait":
            rig.clock.later(OPEN_FOR / 3)
        case "approve" if newest:
            await approvals.approve(actor, newest.id, newest.digest)
        case "refuse" if newest:
            await approvals.refuse(actor, newest.id, newest.digest, "not wanted here")
        case "withdraw" if newest:
            await approvals.withdraw(actor, newest.id)
        case "undo" if newest:
            await approvals.undo(actor, newest.id)


@settings(ON_STORES, max_examples=rounds(9, 25))
@given(steps=STEPS)
async def test_whatever_is_done_nothing_of_production_moves_but_by_two(
    database: Database, steps: list[tuple[str, str, int]]
) -> None:
    """Beside a plain model: the redirect URIs move only with an approval by another, or back with an undo."""
    rig = await AdminRig.appointed(database, client_id=ClientId(f"portal-{new_id()}"))
    await rig.in_production()
    changes: list[Change] = []
    for step in steps:
        before, was_active = (await rig.stored()).redirect_uris, (await rig.stored()).active
        with suppress(AdminError):
            await take(rig, rig.approvals, step, changes)
        stored = await rig.stored()
        found = await rig.approvals.find(OPERATOR, changes[-1].id) if changes else None
        if stored.redirect_uris != before or (stored.active and not was_active):
            assert step[0] in {"approve", "undo"}
            assert found is not None
            assert found.decided_by is not None
            assert found.decided_by.account_id != found.proposed_by.account_id
        if was_active and not stored.active:
            assert step[0] == "stop"
