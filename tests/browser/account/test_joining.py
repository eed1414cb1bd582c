"""An account that was set aside and a proved one become one by their owner: shown, waiting, stopped, asked again."""

from idp.account.model import ProofState
from tests.browser.account.test_own_account import at_home, confirm
from tests.browser.gallery import JOURNEY_LANGUAGES, Gallery, in_language
from tests.browser.people import citizen, phone_of
from tests.browser.store import store_of, write
from tests.support.browser import EmbeddedSystem, Visitor, until

READY, ASIDE = citizen(17), citizen(18, ProofState.WAITING)
CITIZENS = (READY, ASIDE)
PATH = "/account/joining"
# No test waits for the clock, and none must be faster than it.
_STAYS = "UPDATE joinings SET due_at = due_at + 3600000000 WHERE ended_at IS NULL"
_IS_DUE = "UPDATE joinings SET due_at = asked_at WHERE ended_at IS NULL"


def set_aside(system: EmbeddedSystem) -> None:
    """Leave one account as it stands whose number went to the imported other, which was proved since."""
    store = store_of(system)
    aside, ready = store.account_of(ASIDE.number), store.account_of(READY.number)
    write(system, f"UPDATE accounts SET status = 'locked', locked_for = 'set_aside' WHERE account_id = '{aside}'")
    write(system, f"UPDATE accounts SET imported_at = created_at WHERE account_id = '{ready}'")
    write(
        system,
        f"""UPDATE identifiers SET valid_to = valid_from + 1, blind_index = (
            SELECT blind_index FROM identifiers WHERE account_id = '{ready}') WHERE account_id = '{aside}'""",
    )


def take(gallery: Gallery, name: str) -> None:
    """Take the page in as it stands, in each language of a journey."""
    for language in JOURNEY_LANGUAGES:
        gallery.visitor.open(in_language(gallery.visitor.page.url, language))
        gallery.take(f"{name}-{language}", gallery.visitor.page)
    gallery.visitor.open(in_language(gallery.visitor.page.url, JOURNEY_LANGUAGES[0]))


def show_other(visitor: Visitor) -> None:
    """Show the account that was set aside: its number is the same, so its password alone finds it."""
    before = visitor.codes_sent(phone_of(ASIDE))
    visitor.page.fill("#password", ASIDE.password)
    visitor.click("show")
    # A click waits for its button; whether there is one is not asked of a page that is still coming.
    visitor.click("send-code")
    visitor.page.wait_for_selector("#code")
    visitor.page.fill("#code", visitor.new_code(phone_of(ASIDE), before))
    visitor.click("verify")
    visitor.page.wait_for_selector("#join")


def join(visitor: Visitor) -> None:
    visitor.page.check("#understood")
    visitor.click("join")
    visitor.page.wait_for_selector("#waiting")
    write(visitor.system, _STAYS)


def test_the_owner_of_two_accounts_makes_them_one(gallery: Gallery) -> None:
    visitor = gallery.visitor
    set_aside(visitor.system)
    at_home(visitor, READY.number, READY.password)
    confirm(visitor, PATH, phone_of(READY))
    take(gallery, "joining")
    visitor.page.fill("#password", "another-long-Passphrase-8")
    visitor.click("show")
    visitor.page.wait_for_selector("[role=alert]")
    gallery.take("joining-not-shown", visitor.page)
    show_other(visitor)
    take(gallery, "joining-confirm")
    visitor.click("join")
    visitor.page.wait_for_selector(".field-wrong")
    gallery.take("joining-not-understood", visitor.page)
    join(visitor)
    take(gallery, "joining-waits")
    visitor.click("withdraw")
    visitor.page.wait_for_selector("#show")
    show_other(visitor)
    join(visitor)
    write(visitor.system, _IS_DUE)

    def joined() -> bool:
        visitor.open(visitor.system.provider(PATH))
        return visitor.has("show")

    until(joined, "the worker joins them")
    visitor.open(visitor.system.provider("/account/activity"))
    gallery.take("joining-done", visitor.page)
    reported = visitor.page.inner_text("main")
    assert all(words in reported for words in ("Gộp hai tài khoản làm một", "Việc gộp hai tài khoản đã dừng"))
