"""A person's own passkeys: each change is recorded and told, and nobody changes another's."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.account.model import AccountKind
from idp.account.notices.model import AddNotice, NoticeKind
from idp.factors.passkey.challenges import CHALLENGE_LIFE
from idp.factors.passkey.credentials import PASSKEY_LIMIT
from idp.factors.passkey.own_passkeys import MAX_LABEL, AddRefusal, RemoveRefusal, tidy_label
from records.structs import replace
from tests.unit.factors.passkey.rig import BROWSER, MINE, ORIGIN, THEIRS, Rig, device

WAS_ADDED = ("account:passkey:added", "")


def reported(rig: Rig) -> list[tuple[NoticeKind, dict[str, str]]]:
    kept = [effect.notice for effect in rig.store.written if isinstance(effect, AddNotice)]
    return [(notice.kind, dict(notice.details)) for notice in kept]


async def labels(rig: Rig) -> list[str]:
    return [one.label for one in await rig.own.all(MINE)]


async def test_an_added_passkey_is_listed_recorded_and_told() -> None:
    rig, phone = Rig(), device()
    await rig.added(phone)
    (one,) = await rig.own.all(MINE)
    assert (one.label, one.shared, one.created_at, one.last_used_at) == ("Điện thoại", True, rig.clock.now(), None)
    assert rig.store.events == [WAS_ADDED]
    assert reported(rig) == [(NoticeKind.FACTOR_ADDED, {"factor": "passkey"})]


async def test_a_person_has_several() -> None:
    rig = Rig()
    await rig.added(device(), label="Điện thoại")
    await rig.added(device(synced=False), label="Khóa bảo mật")
    assert [(one.label, one.shared) for one in await rig.own.all(MINE)] == [
        ("Điện thoại", True),
        ("Khóa bảo mật", False),
    ]


async def test_the_name_is_sealed_at_rest() -> None:
    rig, phone = Rig(), device()
    await rig.added(phone, label="Điện thoại của Hoà")
    assert "Hoà".encode() not in rig.store.kept[phone.credential_id].label_sealed


async def test_webauthn_5_4_the_devices_that_have_one_are_named_so_that_they_refuse() -> None:
    rig, phone = Rig(), device()
    await rig.added(phone)
    assert phone.name in (await rig.own.begin(MINE, BROWSER, "•••001", "Hoà")).options


async def test_without_a_name_it_is_called_like_the_browser() -> None:
    rig = Rig()
    await rig.added(device(), label="  ")
    assert await labels(rig) == ["Firefox, Linux"]


async def test_the_form_sent_twice_adds_one_and_tells_once() -> None:
    rig, phone = Rig(), device()
    prompt = await rig.own.begin(MINE, BROWSER, "•••001", "Hoà")
    answer = phone.create(prompt.options)
    results = [await rig.own.add(MINE, prompt.name, answer, "", BROWSER, ORIGIN) for _ in range(2)]
    assert results == [None, None]
    assert len(rig.store.kept) == len(reported(rig)) == 1


async def test_i12_a_challenge_makes_one_passkey() -> None:
    rig = Rig()
    prompt = await rig.own.begin(MINE, BROWSER, "•••001", "Hoà")
    results = [
        await rig.own.add(MINE, prompt.name, device().create(prompt.options), "", BROWSER, ORIGIN) for _ in range(2)
    ]
    assert results == [None, AddRefusal.REFUSED]


async def test_a_credential_of_another_account_is_not_taken_over() -> None:
    rig, theirs = Rig(), device()
    await rig.added(theirs, THEIRS)
    prompt = await rig.own.begin(MINE, BROWSER, "•••001", "Hoà")
    answer = theirs.create(prompt.options)
    assert await rig.own.add(MINE, prompt.name, answer, "", BROWSER, ORIGIN) is AddRefusal.REFUSED
    assert rig.store.kept[theirs.credential_id].account_id == THEIRS.account.id


async def test_a_full_account_is_told_so() -> None:
    rig = Rig()
    for number in range(PASSKEY_LIMIT):
        await rig.added(device(), label=f"{number}")
    prompt = await rig.own.begin(MINE, BROWSER, "•••001", "Hoà")
    answer = device().create(prompt.options)
    assert await rig.own.add(MINE, prompt.name, answer, "", BROWSER, ORIGIN) is AddRefusal.LIMIT


@pytest.mark.parametrize(("browser", "late"), [("another browser", timedelta(0)), (BROWSER, CHALLENGE_LIFE)])
async def test_a_foreign_or_old_challenge_makes_no_passkey(browser: str, late: timedelta) -> None:
    rig = Rig()
    prompt = await rig.own.begin(MINE, BROWSER, "•••001", "Hoà")
    answer = device().create(prompt.options)
    rig.clock.at += late
    assert await rig.own.add(MINE, prompt.name, answer, "", browser, ORIGIN) is AddRefusal.EXPIRED
    assert not rig.store.kept


async def test_another_persons_session_cannot_answer_the_challenge() -> None:
    rig = Rig()
    prompt = await rig.own.begin(MINE, BROWSER, "•••001", "Hoà")
    answer = device().create(prompt.options)
    assert await rig.own.add(THEIRS, prompt.name, answer, "", BROWSER, ORIGIN) is AddRefusal.EXPIRED


async def test_a_refused_answer_is_recorded_with_its_reason() -> None:
    rig = Rig()
    prompt = await rig.own.begin(MINE, BROWSER, "•••001", "Hoà")
    answer = device().create(prompt.options, origin="https://s1gnon.example")
    assert await rig.own.add(MINE, prompt.name, answer, "", BROWSER, ORIGIN) is AddRefusal.REFUSED
    assert rig.store.events == [("account:passkey:refused", "origin")]
    assert reported(rig) == []


async def test_a_renamed_passkey_has_its_new_name_and_nobody_is_alarmed() -> None:
    rig, phone = Rig(), device()
    await rig.added(phone)
    (one,) = await rig.own.all(MINE)
    assert await rig.own.rename(MINE, one.reference, "Máy tính", ORIGIN)
    assert await labels(rig) == ["Máy tính"]
    assert rig.store.events == [WAS_ADDED, ("account:passkey:renamed", "")]
    assert len(reported(rig)) == 1


async def test_an_empty_name_changes_nothing() -> None:
    rig = Rig()
    await rig.added(device())
    (one,) = await rig.own.all(MINE)
    assert await rig.own.rename(MINE, one.reference, " \n", ORIGIN)
    assert await labels(rig) == ["Điện thoại"]


async def test_a_removed_passkey_is_gone_recorded_and_told_once() -> None:
    rig = Rig()
    await rig.added(device())
    (one,) = await rig.own.all(MINE)
    assert [await rig.own.remove(MINE, one.reference, ORIGIN) for _ in range(2)] == [None, RemoveRefusal.GONE]
    assert await rig.own.all(MINE) == []
    assert rig.store.events == [WAS_ADDED, ("account:passkey:removed", "")]
    assert reported(rig)[1:] == [(NoticeKind.FACTOR_REMOVED, {"factor": "passkey"})]


async def test_the_last_second_factor_of_an_officer_stays_and_nobody_is_told() -> None:
    rig = Rig()
    await rig.added(device(), label="Điện thoại")
    await rig.added(device(), label="Máy tính")
    rig.store.accounts[MINE.account.id] = replace(MINE.account, kind=AccountKind.OFFICER)
    phone, laptop = await rig.own.all(MINE)
    assert await rig.own.remove(MINE, phone.reference, ORIGIN) is None
    before = len(rig.store.written)
    assert await rig.own.remove(MINE, laptop.reference, ORIGIN) is RemoveRefusal.LAST
    assert (await labels(rig), len(rig.store.written)) == (["Máy tính"], before)


async def test_nobody_sees_renames_or_removes_anothers() -> None:
    rig = Rig()
    await rig.added(device(), THEIRS)
    (theirs,) = await rig.own.all(THEIRS)
    assert await rig.own.all(MINE) == []
    assert await rig.own.find(MINE, theirs.reference) is None
    assert not await rig.own.rename(MINE, theirs.reference, "mine", ORIGIN)
    assert await rig.own.remove(MINE, theirs.reference, ORIGIN) is RemoveRefusal.GONE
    assert await rig.own.find(THEIRS, theirs.reference) == theirs


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Điện   thoại\n", "Điện thoại"),
        ("Điện thoại", "Điện thoại"),
        ("a\u202eb\u200b", "a b"),
        ("x" * 100, "x" * MAX_LABEL),
        ("\x00", ""),
    ],
)
def test_a_name_is_one_line_composed_visible_and_short(typed: str, kept: str) -> None:
    assert tidy_label(typed) == kept


@given(st.text())
def test_a_tidy_name_stays_as_it_is(typed: str) -> None:
    assert tidy_label(tidy_label(typed)) == tidy_label(typed)
