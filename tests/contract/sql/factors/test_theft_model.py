"""A stolen quarter of an hour: whatever a thief with one strong session does, the owner gets the account back.

Beside the plainest model there is: at the end the account is open with the owner's password and a phone of the owner,
and nothing that the thief planted is there, at once and a week later.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from idp.account.model import Account, AccountStatus
from idp.adapters.sql.database import Database
from idp.delegation.model import Mandate
from idp.factors.change_model import CHANGE_WAIT, still_waits
from idp.factors.model import TOTP_PLACE, AddTotp
from idp.factors.totp.codes import code_of, step_at
from idp.kernel.ids import new_id
from idp.kernel.secrets import Secret
from idp.recovery.drafts import RecoveryDraft
from idp.recovery.policy import Evidence
from idp.recovery.started import MaySetPassword, MustWait
from idp.sign_in.levels import PASSWORD, SMS
from tests.contract.sql.direct import empty
from tests.support.builders.mandates import helping
from tests.support.builders.protocol import PROVIDER
from tests.support.extent import ON_STORES, rounds
from tests.support.rigs.proof import PHONE
from tests.support.rigs.recovery import Claimant, PlainHasher, origin
from tests.support.rigs.theft import THIEFS_PHONE, TheftRig, Thief

OWNERS_SECRET: Final = Secret("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")
NEW_PHONE: Final = "+84500000102"
OWNERS_PASSWORD: Final = "bốn con mèo ngồi đợi mưa"
EMPTIED = (
    "accounts", "identifiers", "contacts", "passwords", "persons", "recoveries", "outbox", "alarms", "contact_changes",
    "passkeys", "totp_secrets", "recovery_codes", "removed_passkeys", "removed_totp_secrets", "removed_recovery_codes",
    "mandates", "sessions", "notices", "factor_tries", "counts", "upstream_links", "removed_upstream_links",
)  # fmt: skip
CHANGES = (
    "change_phone",
    "add_passkey",
    "add_app",
    "remove_app",
    "make_codes",
    "change_password",
    "ask_two_steps",
    "give_mandate",
    "remove_link",
    "end_mandates",
    "close_account",
)
DEEDS = st.lists(
    st.tuples(
        st.sampled_from((*CHANGES, "stop_recovery", "come_back")),
        st.sampled_from((timedelta(0), timedelta(minutes=2), timedelta(hours=6))),
    ),
    max_size=7,
)
ROUTES = ("code", "phone", "wait")
# Somebody with public data and a phone of their own waits already; the owner has one old factor, and two are asked for.
BEHIND = "behind who waits"
A_WEEK_LATER = timedelta(days=8)


@dataclass(slots=True)
class Owner:
    """Who holds the old phone, or nothing but a new one, and comes back by one of the ways."""

    rig: TheftRig
    account: Account

    async def object(self) -> bool:
        """Type the newest code that came to the old phone; without a notice there was nothing to object to."""
        code = await self.rig.not_me_code_to(PHONE)
        if code != "none":
            assert await self.rig.not_me.report(code, origin())
        return code != "none"

    async def recover(self) -> None:
        """Come back with the old phone, and the app where the account is protected."""
        self.rig.clock.pass_by(timedelta(hours=1))
        person = Claimant(self.rig, PHONE, "owner")
        assert await person.begin()
        await person.show(Evidence.SMS)
        draft = await person.draft()
        assert draft is not None
        if not await self.rig.recoveries.is_enough(draft):
            code = code_of(OWNERS_SECRET, step_at(self.rig.clock.now()))
            await person.show(Evidence.TOTP, code)
        assert isinstance(await person.prove(), MaySetPassword)
        assert await person.set_password(OWNERS_PASSWORD)

    async def begin_to_wait(self, *shown: Evidence) -> Claimant:
        """Begin the way of who has lost everything, or everything but what is shown."""
        self.rig.clock.pass_by(timedelta(hours=1))
        person = Claimant(self.rig, NEW_PHONE, "owner")
        assert await person.begin()
        for evidence in shown:
            old = Claimant(self.rig, PHONE, person.browser, person.name)
            assert isinstance(await old.show(evidence), RecoveryDraft)
        assert await person.name_phone()
        waits = await person.prove()
        assert isinstance(waits, MustWait)
        person.reference = waits.reference
        return person


async def walk(
    database: Database,
    route: str,
    before: list[tuple[str, timedelta]],
    after: list[tuple[str, timedelta]],
    *,
    app: bool,
) -> None:
    """Steal, let the owner come back by one of the ways while the thief goes on, and look at what is left."""
    rig = TheftRig(database)
    account = await rig.open_account()
    if app:
        secret = PROVIDER.sealer.seal(OWNERS_SECRET.reveal().encode(), TOTP_PLACE.of(account.person_id))
        assert await database.ledger.commit(
            AddTotp(
                person_id=account.person_id,
                account_id=account.id,
                secret_sealed=secret,
                last_step=0,
                created_at=rig.clock.now(),
            )
        )
    await rig.link(account)
    helper = await rig.give(helping(account.person_id, new_id()))
    rig.clock.pass_by(timedelta(days=30))
    thief = Thief(rig, account, await rig.sign_in(account, PASSWORD, SMS))
    owner, phone, objects = Owner(rig, account), PHONE, False
    await _deeds(thief, before)
    match route:
        case "code":
            objects = await owner.object()
            await _deeds(thief, after)
            await owner.recover()
        case "phone":
            await owner.recover()
        case _:
            first = await waiting_first(rig) if route == BEHIND else None
            person, phone = await owner.begin_to_wait(*([Evidence.SMS] if first else [])), NEW_PHONE
            await _deeds(thief, after)
            for _ in range(4):
                await rig.pass_by(timedelta(days=2))
                await thief.come_back()
                await thief.do("stop_recovery")
            if first is not None:
                assert not await first.come_back("the thief's own")
            assert await person.come_back(OWNERS_PASSWORD)
    # A dismissed helper comes back with an objection, which a recovery alone is not.
    await _owner_has_it(rig, account, thief, phone, helper if objects else None)
    await _deeds(thief, after)
    await rig.pass_by(A_WEEK_LATER)
    await thief.come_back()
    await _owner_has_it(rig, account, thief, phone, helper if objects else None)


async def waiting_first(rig: TheftRig) -> Claimant:
    """Let the thief wait for the account, as anybody can who knows the owner's number, name and birth date."""
    rig.clock.pass_by(timedelta(hours=1))
    person = Claimant(rig, THIEFS_PHONE, "thief")
    assert await person.begin()
    assert await person.name_phone()
    waits = await person.prove()
    assert isinstance(waits, MustWait)
    person.reference = waits.reference
    await rig.pass_by(timedelta(days=4))
    return person


async def _deeds(thief: Thief, deeds: list[tuple[str, timedelta]]) -> None:
    for deed, span in deeds:
        await thief.rig.pass_by(span)
        if deed == "come_back":
            await thief.come_back()
        else:
            await thief.do(deed)


async def _owner_has_it(rig: TheftRig, account: Account, thief: Thief, phone: str, helper: Mandate | None) -> None:
    record = await rig.record(account)
    assert record.account.status is AccountStatus.OPEN
    assert record.password.hash == await PlainHasher().hash(OWNERS_PASSWORD)
    assert await rig.phone_of(account) == phone
    assert await thief.holds() == []
    assert await rig.database.upstream_links.of_account(account.person_id, account.id) != []
    if helper is not None:
        view = await rig.database.mandates.by_id(helper.id)
        assert view is not None
        assert view.mandate.ended_at is None


@settings(ON_STORES, max_examples=rounds(25, 200))
@given(route=st.sampled_from((*ROUTES, BEHIND)), before=DEEDS, after=DEEDS, app=st.booleans())
async def test_whatever_the_thief_of_a_session_does_the_owner_gets_the_account_back(
    database: Database,
    store: str,
    route: str,
    before: list[tuple[str, timedelta]],
    after: list[tuple[str, timedelta]],
    app: bool,
) -> None:
    await empty(store, *EMPTIED)
    await walk(database, route, before, after, app=app)


@pytest.mark.parametrize("route", [*ROUTES, BEHIND])
@pytest.mark.parametrize("deed", CHANGES)
async def test_each_change_of_a_thief_is_undone_by_each_way_back(database: Database, route: str, deed: str) -> None:
    """One change and one way: what Hypothesis finds in a walk is told here by its name."""
    await walk(database, route, [(deed, timedelta(0))], [("come_back", timedelta(0))], app=deed == "remove_app")


@pytest.mark.parametrize("deed", ["change_phone", "add_passkey", "remove_app"])
async def test_a_thief_who_waits_first_keeps_no_owner_out_who_has_an_old_factor(database: Database, deed: str) -> None:
    await walk(database, BEHIND, [(deed, timedelta(0))], [("come_back", timedelta(0))], app=True)


@pytest.mark.parametrize(
    "deed", sorted(set(CHANGES) - {"remove_app", "ask_two_steps", "close_account", "remove_link", "end_mandates"})
)
async def test_a_change_that_nobody_objects_to_counts_after_its_wait(database: Database, deed: str) -> None:
    """The positive twin: the same change in the owner's own hands is not lost."""
    rig = TheftRig(database)
    account = await rig.open_account()
    person = Thief(rig, account, await rig.sign_in(account, PASSWORD, SMS))
    await person.do(deed)
    before = await person.holds()
    await rig.pass_by(CHANGE_WAIT)
    expected = {"change_phone": "phone", "add_passkey": "passkey", "add_app": "app", "make_codes": "recovery code"}
    wanted = expected.get(deed, {"change_password": "password", "give_mandate": "mandate"}.get(deed))
    assert wanted in await person.holds()
    assert (wanted in before) is (deed != "change_phone")
    enrolled = await database.factors.of_account(account.person_id, account.id)
    waits = (enrolled.passkeys_pending_until, enrolled.recovery_codes_pending_until)
    assert not any(still_waits(one, rig.clock.now()) for one in waits)
