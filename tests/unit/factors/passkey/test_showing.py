"""Who showed a passkey, and each reason why nobody did."""

import msgspec
import pytest

from idp.account.model import Account, AccountStatus
from idp.factors.passkey.challenges import CHALLENGE_LIFE
from idp.factors.passkey.credentials import RemovePasskey
from idp.factors.passkey.service import PasskeyProof, PasskeyRefusal
from records.structs import replace
from tests.support.builders.protocol import ACCOUNT
from tests.support.passkey_device import UP, PasskeyDevice
from tests.unit.factors.passkey.rig import BROWSER, ORIGIN, OTHER, THEIRS, Rig, device

REFUSED = "account:passkey:refused"


async def refused_for(rig: Rig, result: PasskeyProof | PasskeyRefusal, reason: str) -> None:
    assert result is PasskeyRefusal.REFUSED
    assert rig.store.events[-1] == (REFUSED, reason)


@pytest.mark.parametrize(("synced", "factor"), [(True, "swk"), (False, "hwk")])
@pytest.mark.parametrize("account", [None, ACCOUNT])
async def test_a_passkey_proves_its_account(account: Account | None, synced: bool, factor: str) -> None:
    rig, phone = Rig(), device(synced=synced)
    await rig.added(phone)
    proof = await rig.show(phone, account)
    assert isinstance(proof, PasskeyProof)
    assert (proof.account, proof.factor, proof.reachable.phone_sealed) == (ACCOUNT, factor, b"phone")
    assert await rig.store.commit(*proof.effects)
    assert rig.store.events[-1] == ("account:passkey:accepted", "")
    assert rig.store.kept[phone.credential_id].last_used_at == rig.clock.now()


async def test_nothing_is_written_before_the_caller_commits() -> None:
    rig, phone = Rig(), device()
    await rig.added(phone)
    written = len(rig.store.written)
    await rig.show(phone)
    assert len(rig.store.written) == written


async def test_an_account_is_asked_for_its_own_keys_and_a_stranger_for_any() -> None:
    rig, phone, theirs = Rig(), device(), device()
    await rig.added(phone)
    await rig.added(theirs, THEIRS)
    asked = (await rig.shown.begin(BROWSER, OTHER)).options
    assert theirs.name in asked
    assert phone.name not in asked
    assert msgspec.json.decode(rig.shown.offer(BROWSER).options, type=dict[str, object])["allowCredentials"] == []


async def test_i12_the_same_answer_works_once() -> None:
    rig, phone = Rig(), device()
    await rig.added(phone)
    prompt = rig.shown.offer(BROWSER)
    answer = phone.show(prompt.options)
    proofs = [await rig.shown.verify(prompt.name, answer, BROWSER, None, ORIGIN, rig.clock.now()) for _ in range(2)]
    first, second = (proof for proof in proofs if isinstance(proof, PasskeyProof))
    assert await rig.store.commit(*first.effects)
    assert not await rig.store.commit(*second.effects)


async def test_se_7_another_browsers_challenge_is_refused() -> None:
    rig, phone = Rig(), device()
    await rig.added(phone)
    prompt = rig.shown.offer("another browser")
    answer = phone.show(prompt.options)
    result = await rig.shown.verify(prompt.name, answer, BROWSER, None, ORIGIN, rig.clock.now())
    await refused_for(rig, result, "foreign_challenge")


async def test_an_answer_to_another_challenge_is_refused() -> None:
    rig, phone = Rig(), device()
    await rig.added(phone)
    answer = phone.show(rig.shown.offer(BROWSER).options)
    result = await rig.shown.verify(rig.shown.offer(BROWSER).name, answer, BROWSER, None, ORIGIN, rig.clock.now())
    await refused_for(rig, result, "not_verified")


async def test_mf_7_a_challenge_to_sign_in_is_none_to_step_up() -> None:
    rig, phone = Rig(), device()
    await rig.added(phone)
    prompt = rig.shown.offer(BROWSER)
    answer = phone.show(prompt.options)
    result = await rig.shown.verify(prompt.name, answer, BROWSER, ACCOUNT, ORIGIN, rig.clock.now())
    await refused_for(rig, result, "foreign_challenge")


async def test_a_page_open_overnight_is_told_so() -> None:
    rig, phone = Rig(), device()
    await rig.added(phone)
    prompt = rig.shown.offer(BROWSER)
    answer, later = phone.show(prompt.options), rig.clock.now() + CHALLENGE_LIFE
    assert await rig.shown.verify(prompt.name, answer, BROWSER, None, ORIGIN, later) is PasskeyRefusal.EXPIRED


async def test_en_1_a_credential_nobody_has_is_refused_like_any_other() -> None:
    rig, stranger = Rig(), device()
    stranger.user_handle = b"account-1"
    await refused_for(rig, await rig.show(stranger), "unknown_credential")


async def test_a_removed_passkey_is_refused() -> None:
    rig, phone = Rig(), device()
    await rig.added(phone)
    assert await rig.store.commit(
        RemovePasskey(person_id=ACCOUNT.person_id, account_id=ACCOUNT.id, credential_id=phone.credential_id)
    )
    await refused_for(rig, await rig.show(phone), "unknown_credential")


@pytest.mark.parametrize("status", [AccountStatus.LOCKED, AccountStatus.CLOSED])
async def test_bf_3_an_account_that_is_not_open_is_refused(status: AccountStatus) -> None:
    rig, phone = Rig(), device()
    await rig.added(phone)
    rig.store.set_status(ACCOUNT, status)
    await refused_for(rig, await rig.show(phone), "account_not_open")


async def test_an_account_locked_between_the_check_and_the_commit_is_refused() -> None:
    rig, phone = Rig(), device()
    await rig.added(phone)
    proof = await rig.show(phone)
    assert isinstance(proof, PasskeyProof)
    rig.store.set_status(ACCOUNT, AccountStatus.LOCKED)
    assert not await rig.store.commit(*proof.effects)


async def test_mf_1_another_accounts_passkey_is_no_second_step() -> None:
    rig, theirs = Rig(), device()
    await rig.added(theirs, THEIRS)
    await refused_for(rig, await rig.show(theirs, ACCOUNT), "another_account")


@pytest.mark.parametrize(
    ("handle", "account", "accepted"),
    [
        (b"account-1", None, True),
        (b"account-2", None, False),
        (b"", None, False),
        (b"", ACCOUNT, True),
        (b"account-2", ACCOUNT, False),
    ],
)
async def test_webauthn_7_2_the_user_handle_names_the_owner(
    handle: bytes, account: Account | None, accepted: bool
) -> None:
    rig, phone = Rig(), device()
    await rig.added(phone)
    phone.user_handle = handle
    result = await rig.show(phone, account)
    if accepted:
        assert isinstance(result, PasskeyProof)
    else:
        await refused_for(rig, result, "user_handle")


@pytest.mark.parametrize(("shown", "accepted"), [(6, True), (5, False), (4, False), (0, False)])
async def test_webauthn_6_1_1_a_counter_that_did_not_grow_is_refused_and_recorded(shown: int, accepted: bool) -> None:
    rig, fob = Rig(), device(synced=False, counts=True)
    await rig.added(fob)
    rig.store.kept[fob.credential_id] = replace(rig.store.kept[fob.credential_id], sign_count=5)
    result = await rig.show(fob, counter=shown)
    if accepted:
        assert isinstance(result, PasskeyProof)
    else:
        await refused_for(rig, result, "sign_count")


async def test_webauthn_6_1_3_backup_eligibility_never_changes() -> None:
    rig, fob = Rig(), device(synced=False)
    await rig.added(fob)
    fob.synced = True
    await refused_for(rig, await rig.show(fob), "backup_eligibility")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"origin": "https://s1gnon.example"}, "origin"),
        ({"rp_id": "s1gnon.example"}, "not_verified"),
        ({"flags": UP}, "not_verified"),
    ],
)
async def test_a_look_alike_site_and_an_unverified_user_are_refused(changes: dict[str, object], reason: str) -> None:
    rig, phone = Rig(), device(synced=False)
    await rig.added(phone)
    await refused_for(rig, await rig.show(phone, None, **changes), reason)


@pytest.mark.parametrize("answer", ["", "{}", "null", "[1]", "{" * 2000])
async def test_what_is_no_answer_is_refused(answer: str) -> None:
    rig = Rig()
    prompt = rig.shown.offer(BROWSER)
    result = await rig.shown.verify(prompt.name, answer, BROWSER, None, ORIGIN, rig.clock.now())
    await refused_for(rig, result, "malformed")


async def test_a_forged_key_with_a_known_id_is_refused() -> None:
    rig, phone = Rig(), device()
    await rig.added(phone)
    forger = PasskeyDevice(phone.origin, phone.rp_id, synced=True, user_handle=phone.user_handle)
    forger.credential_id = phone.credential_id
    await refused_for(rig, await rig.show(forger), "not_verified")
    assert rig.store.kept[phone.credential_id].last_used_at is None
