"""Passkeys over HTTP, on both kinds of stores: signing in with one alone, and one's own passkeys."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from idp.account.model import AccountStatus, SetAccountStatus
from idp.kernel.key_purposes import KeyPurpose
from records.structs import replace
from tests.flows.running_provider import RunningProvider
from tests.flows.stored import open_store
from tests.support.page import Page
from tests.support.parties.relying_party import show_password
from tests.support.passkey_device import PasskeyDevice
from tests.support.passkey_pages import device_for, form_action, keep_passkey, options_of, send_credential, show_passkey
from tests.support.plain.browser import Browser, landed, shown
from tests.support.running.provider import Citizen

# Most of it is what a page or a refusal says, which neither the store nor a second process changes.
pytestmark = pytest.mark.one_form


def enrolled(running: RunningProvider, citizen: Citizen, *, synced: bool = True, counts: bool = False) -> PasskeyDevice:
    """Return a device whose passkey is the citizen's."""
    device = device_for(running.provider.issuer, synced=synced, counts=counts)

    async def keep() -> None:
        async with open_store(running.provider.database_url) as database:
            root = await running.provider.root_key(database)
            await keep_passkey(
                database, root.sealer(), root.hash_key(KeyPurpose.PERSONAL_NUMBERS).digest(citizen.number), device
            )

    running.provider.run(keep())
    return device


def set_status(running: RunningProvider, citizen: Citizen, before: AccountStatus, status: AccountStatus) -> None:
    """Lock or close the citizen's account."""

    async def change() -> None:
        async with open_store(running.provider.database_url) as database:
            root, now = await running.provider.root_key(database), datetime.now(UTC)
            record = await database.accounts.for_sign_in(
                root.hash_key(KeyPurpose.PERSONAL_NUMBERS).digest(citizen.number)
            )
            assert record is not None
            account = record.account
            assert await database.ledger.commit(
                SetAccountStatus(
                    account_id=account.id,
                    person_id=account.person_id,
                    before=before,
                    status=status,
                    at=now,
                    reason="test",
                    gives_up_at=now + timedelta(hours=1),
                )
            )

    running.provider.run(change())


def signed_in(running: RunningProvider, browser: Browser, device: PasskeyDevice) -> Page:
    """Return the account's page after a sign-in with the passkey alone."""
    page = shown(show_passkey(browser, browser.page("/sign-in"), device))
    assert urlsplit(page.address).path == "/account"
    return page


def add_by_page(browser: Browser, device: PasskeyDevice, label: str = "") -> Page:
    page = browser.page("/account/passkeys")
    return shown(browser.submit(page, "add", credential=device.create(options_of(page)), label=label))


def refused(page: Page) -> None:
    """The one page for every passkey that does not do, with its next step."""
    assert page.status == 401
    assert page.texts["alert"] == "Khóa truy cập này không đăng nhập được."
    assert urlsplit(page.links["sign-in-again"]).path == "/sign-in"


@pytest.mark.both_forms
@pytest.mark.parametrize("synced", [True, False])
def test_rfc8176_2_a_passkey_alone_signs_in_at_a_portal_at_the_highest_level(
    running: RunningProvider, browser: Browser, synced: bool
) -> None:
    device, party = enrolled(running, running.citizen(), synced=synced), running.party()
    started = party.start(acr_values="loa3")
    page = browser.page(started.location)
    tokens = party.complete(started, landed(show_passkey(browser, page, device)))
    assert (tokens.claims["acr"], tokens.claims["amr"]) == ("loa3", ["swk", "mfa"])


def test_oidc_core_3_1_2_1_max_age_is_satisfied_by_a_passkey(running: RunningProvider, browser: Browser) -> None:
    device, party = enrolled(running, running.citizen()), running.party()
    signed_in(running, browser, device)
    started = party.start(prompt="login")
    page = browser.page(started.location)
    tokens = party.complete(started, landed(show_passkey(browser, page, device)))
    assert tokens.claims["amr"] == ["swk", "mfa"]


@pytest.mark.both_forms
def test_i12_the_same_form_sent_again_signs_nobody_in(
    running: RunningProvider, browser: Browser, new_browser: Callable[[], Browser]
) -> None:
    device = enrolled(running, running.citizen())
    page = browser.page("/sign-in")
    credential = device.show(options_of(page))
    again = new_browser()
    again.http.cookies = browser.http.cookies
    shown(send_credential(browser, page, credential))
    refused(shown(send_credential(again, page, credential)))


@pytest.mark.both_forms
def test_i12_of_eight_sent_at_once_one_signs_in(running: RunningProvider, browser: Browser) -> None:
    device = enrolled(running, running.citizen())
    page = browser.page("/sign-in")
    credential, sent = device.show(options_of(page)), replace(page, action=form_action(page))
    bases = [running.provider.base(number % len(running.provider.servers)) for number in range(8)]
    with ExitStack() as stack, ThreadPoolExecutor(8) as pool:
        browsers = [stack.enter_context(browser.at(base)) for base in bases]
        answers = list(pool.map(lambda one: one.send_form(sent, "passkey", credential=credential), browsers))
    assert sorted(answer.status_code for answer in answers) == [303] + [401] * 7


def test_se_7_an_answer_stolen_into_another_browser_is_refused(
    running: RunningProvider, browser: Browser, new_browser: Callable[[], Browser]
) -> None:
    device, thief = enrolled(running, running.citizen()), new_browser()
    credential = device.show(options_of(browser.page("/sign-in")))
    refused(shown(send_credential(thief, thief.page("/sign-in"), credential)))


@pytest.mark.parametrize("changes", [{"origin": "https://s1gnon.example"}, {"rp_id": "s1gnon.example"}])
def test_webauthn_13_4_9_an_answer_made_for_a_look_alike_site_is_refused(
    running: RunningProvider, browser: Browser, changes: dict[str, str]
) -> None:
    device = enrolled(running, running.citizen())
    refused(shown(show_passkey(browser, browser.page("/sign-in"), device, **changes)))


def test_en_1_every_reason_gets_the_same_page(running: RunningProvider, browser: Browser) -> None:
    locked, unknown = running.citizen(), device_for(running.provider.issuer)
    unknown.user_handle = b"somebody"
    device = enrolled(running, locked)
    set_status(running, locked, AccountStatus.OPEN, AccountStatus.LOCKED)
    pages = [shown(show_passkey(browser, browser.page("/sign-in"), one)) for one in (device, unknown)]
    pages.append(shown(send_credential(browser, browser.page("/sign-in"), "")))
    for page in pages:
        refused(page)
    assert len({page.html.replace(page.links["other-language"], "") for page in _without_nonces(pages)}) == 1


def _without_nonces(pages: list[Page]) -> list[Page]:
    policies = [page.headers["content-security-policy"] for page in pages]
    nonces = [policy.split("'nonce-")[1].split("'")[0] for policy in policies]
    return [replace(page, html=page.html.replace(nonce, "")) for page, nonce in zip(pages, nonces, strict=True)]


@pytest.mark.both_forms
def test_webauthn_6_1_1_a_copied_key_is_refused_after_the_original_was_used(
    running: RunningProvider, browser: Browser
) -> None:
    device = enrolled(running, running.citizen(), synced=False, counts=True)
    copied = replace(device)
    signed_in(running, browser, device)
    refused(shown(show_passkey(browser, browser.page("/sign-in"), copied)))


def test_bf_5_wrong_passwords_of_a_stranger_do_not_stand_in_a_passkeys_way(
    running: RunningProvider, browser: Browser, new_browser: Callable[[], Browser]
) -> None:
    citizen, stranger = running.citizen(), new_browser()
    device, guess = enrolled(running, citizen), replace(citizen, password="not-the-password-at-all")
    for _ in range(12):
        show_password(stranger, stranger.page("/sign-in"), guess)
    assert signed_in(running, browser, device).status == 200


def test_after_a_refusal_the_next_step_leads_back_into_the_portals_request(
    running: RunningProvider, browser: Browser
) -> None:
    device, party = enrolled(running, running.citizen()), running.party()
    started = party.start()
    page = shown(send_credential(browser, browser.page(started.location), "{}"))
    refused(page)
    again = browser.page(page.links["sign-in-again"])
    assert party.complete(started, landed(show_passkey(browser, again, device))).claims["amr"] == ["swk", "mfa"]


def test_who_reloads_the_address_of_the_form_is_on_the_sign_in_page(running: RunningProvider, browser: Browser) -> None:
    assert browser.page("/sign-in/passkey").shows("identifier")


@pytest.mark.both_forms
def test_one_adds_names_and_removes_a_passkey(
    running: RunningProvider, browser: Browser, new_browser: Callable[[], Browser]
) -> None:
    citizen, laptop = running.citizen(), device_for(running.provider.issuer)
    signed_in(running, browser, enrolled(running, citizen))
    page = add_by_page(browser, laptop, "Máy tính ở nhà")
    assert page.texts["done"].startswith("Đã thêm khóa truy cập.")
    assert "Đổi tên hoặc xóa “Máy tính ở nhà”" in page.texts["passkeys"]
    other = new_browser()
    signed_in(running, other, laptop)
    edit = browser.page(_edit_addresses(browser.page("/account/passkeys"))[1])
    page = shown(browser.submit(edit, "rename", label="Máy tính cơ quan"))
    assert "Máy tính cơ quan" in page.texts["passkeys"]
    page = shown(browser.submit(edit, "remove"))
    assert page.texts["done"].startswith("Đã xóa khóa truy cập")
    assert "Máy tính" not in page.texts["passkeys"]
    stranger = new_browser()
    refused(shown(show_passkey(stranger, stranger.page("/sign-in"), laptop)))
    gone = shown(browser.submit(edit, "remove"))
    assert (gone.status, gone.texts["alert"]) == (404, "Khóa truy cập này không còn trong tài khoản.")


def _edit_addresses(page: Page) -> list[str]:
    parts = page.html.split('<a class="edit" href="')[1:]
    return [part.split('"')[0] for part in parts]


def test_mf_1_a_password_alone_reaches_no_passkey_page(running: RunningProvider, browser: Browser) -> None:
    citizen = running.citizen()
    enrolled(running, citizen)
    show_password(browser, browser.page("/sign-in"), citizen)
    for path in ("/account/passkeys", "/account/passkeys/edit?key=x"):
        answer = browser.http.get(path)
        assert (answer.status_code, urlsplit(answer.headers["location"]).path) == (303, "/account/confirm")
        assert parse_qs(urlsplit(answer.headers["location"]).query) == {"to": ["passkeys"]}


def test_nobody_without_a_session_reaches_a_passkey_page(browser: Browser) -> None:
    for path in ("/account/passkeys", "/account/passkeys/edit?key=x"):
        assert browser.http.get(path).headers["location"] == "/sign-in"


def test_without_script_the_form_says_what_is_missing(running: RunningProvider, browser: Browser) -> None:
    signed_in(running, browser, enrolled(running, running.citizen()))
    page = shown(browser.submit(browser.page("/account/passkeys"), "add"))
    assert (page.status, page.texts["alert"]) == (
        400,
        "Chưa thêm được: trình duyệt không gửi khóa nào. Hãy bật JavaScript hoặc dùng trình duyệt khác.",
    )


def test_a_name_left_empty_is_asked_for_again(running: RunningProvider, browser: Browser) -> None:
    signed_in(running, browser, enrolled(running, running.citizen()))
    edit = browser.page(_edit_addresses(browser.page("/account/passkeys"))[0])
    page = shown(browser.submit(edit, "rename", label=" "))
    assert (page.status, page.texts["label-error"]) == (400, "Chưa điền mục này.")


def test_se_3_a_form_of_another_session_changes_nothing(running: RunningProvider, browser: Browser) -> None:
    device = enrolled(running, running.citizen())
    signed_in(running, browser, device)
    edit = browser.page(_edit_addresses(browser.page("/account/passkeys"))[0])
    browser.http.cookies.delete("idp-session")
    signed_in(running, browser, device)
    page = shown(browser.submit(edit, "remove"))
    assert (page.status, page.error_code) == (403, "form_rejected")


def test_an_added_and_a_removed_passkey_are_told_to_the_phone(running: RunningProvider, browser: Browser) -> None:
    citizen = running.citizen()
    signed_in(running, browser, enrolled(running, citizen))
    before = len(running.listener.texts_to(citizen.phone))
    add_by_page(browser, device_for(running.provider.issuer))
    shown(browser.submit(browser.page(_edit_addresses(browser.page("/account/passkeys"))[1]), "remove"))
    running.listener.wait_text(citizen.phone, before + 2)
    texts = sorted(running.listener.texts_to(citizen.phone)[before:])
    assert ["Vua them mot cach" in texts[0], "Vua xoa mot cach" in texts[1]] == [True, True]
