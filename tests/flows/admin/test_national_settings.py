"""National settings by the administration API: proposed by one, approved by another, followed by every process."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import httpx2
import pytest

from clients.document import Document
from clients.model import ClientId
from idp.admin.metrics.service import HOUR
from idp.metrics.model import AddCounts, Counted, CountKey, Measure, Method, Place
from idp.metrics.summary import settled_until
from idp.officers.roles import NATIONAL, Role
from idp.settings.alert_limits import STANDARD_ALERT_LIMITS
from idp.settings.limits import STANDARD_LIMITS
from tests.flows.account.test_own_contacts import at_the_form, e164, new_phone
from tests.flows.admin.test_admin_clients import WHY, post, propose
from tests.flows.administrators import CONSOLE, ApiProgram, administrator
from tests.flows.console_people import administrator as console_administrator
from tests.flows.running_provider import RunningProvider
from tests.flows.stored import open_store
from tests.support.builders.notices import notice, notices
from tests.support.plain.browser import Browser
from tests.support.waiting import wait_for

# Most of it is what a page or a refusal says, which neither the store nor a second process changes.
pytestmark = pytest.mark.one_form

NewBrowser = Callable[[], Browser]


@pytest.fixture
def operator(running: RunningProvider, browser: Browser) -> ApiProgram:
    return administrator(running, browser, Role.NATIONAL_OPERATOR, NATIONAL)


@pytest.fixture
def second(running: RunningProvider, new_browser: NewBrowser) -> ApiProgram:
    return administrator(running, new_browser(), Role.NATIONAL_OPERATOR, NATIONAL)


def propose_setting(program: ApiProgram, name: str, document: Document) -> httpx2.Response:
    """Propose a setting from the version that stands."""
    version = program.get(f"/settings/{name}").json()["version"]
    return propose(program, "update_setting", name=name, version=version, document=document, reason=WHY)


def apply(operator: ApiProgram, second: ApiProgram, name: str, document: Document) -> str:
    """Change a setting with two people and return the change's id."""
    proposed = propose_setting(operator, name, document)
    assert proposed.status_code == 202, proposed.text
    change = proposed.json()
    tag = {"If-Match": f'"{change["digest"]}"'}
    approved = post(second, f"/changes/{change['id']}/approve", {}, **tag)
    assert (approved.status_code, approved.json().get("state")) == (200, "applied"), approved.text
    return str(change["id"])


def shown_everywhere(running: RunningProvider, path: str, text: str) -> bool:
    return all(
        text in running.http.get(running.provider.base(place) + path).text for place in range(running.provider.count)
    )


@pytest.fixture
def applied(operator: ApiProgram, second: ApiProgram) -> Iterator[Callable[[str, Document], str]]:
    """Change settings for one test; afterwards they are as they were before."""
    before: dict[str, Document] = {}

    def change(name: str, document: Document) -> str:
        before.setdefault(name, operator.get(f"/settings/{name}").json()["document"])
        return apply(operator, second, name, document)

    yield change
    for name, document in before.items():
        if operator.get(f"/settings/{name}").json()["document"] != document:
            apply(operator, second, name, document)


@pytest.mark.both_forms
def test_a_notice_appears_on_every_process_and_goes_when_it_is_undone(
    running: RunningProvider, operator: ApiProgram, applied: Callable[[str, Document], str]
) -> None:
    text = "Bảo trì đêm nay từ 22 giờ."
    document = notices(notice(id="dem-nay", text={"vi": text, "en": "Maintenance tonight."}))
    change = applied("notices", document)
    for path in ("/status", "/sign-in"):
        wait_for(f"the notice at {path}", lambda path=path: shown_everywhere(running, path, text))  # type: ignore[misc]
    (reported,) = running.http.get(running.provider.base() + "/status.json").json()["notices"]
    assert (reported["id"], reported["text"]["en"]) == ("dem-nay", "Maintenance tonight.")
    assert post(operator, f"/changes/{change}/undo").json()["state"] == "undone"
    wait_for("the notice to go", lambda: not shown_everywhere(running, "/status", text))


@pytest.mark.both_forms
def test_a_lowered_limit_counts_at_once_where_it_was_approved(
    running: RunningProvider, applied: Callable[[str, Document], str], new_browser: NewBrowser
) -> None:
    """The other processes follow as they do with a notice."""
    browser = new_browser()
    _, page = at_the_form(running, browser)
    applied("limits", {**STANDARD_LIMITS, "contact_codes": 3})
    phone = new_phone()
    statuses = [browser.send_form(page, "change-phone", phone=phone).status_code for _ in range(4)]
    assert statuses == [303, 303, 303, 429]


@pytest.mark.both_forms
def test_a_changed_message_is_the_next_that_is_sent_and_undone_the_old_one_is_again(
    running: RunningProvider, operator: ApiProgram, applied: Callable[[str, Document], str], new_browser: NewBrowser
) -> None:
    browser = new_browser()
    _, page = at_the_form(running, browser)

    def sent() -> str:
        phone = new_phone()
        assert browser.send_form(page, "change-phone", phone=phone).status_code == 303
        return running.listener.wait_text(e164(phone))

    words = {"vi": "{site}: Số mới của bạn, mã {code}, trong {valid_for}.", "en": "{site}: {code}, {valid_for}."}
    change = applied("messages", {"messages": [{"id": "sms.phone_code", "text": words}]})
    assert "So moi cua ban, ma " in sent()
    assert post(operator, f"/changes/{change}/undo").json()["state"] == "undone"
    assert "Ma xac nhan so dien thoai moi la " in sent()


def an_hour_that_eighty_of_a_hundred_completed(running: RunningProvider) -> None:
    """Store it as the last of which every end is known, and as the next one: the clock goes on."""
    settled = settled_until(datetime.now(UTC))
    counted = [
        Counted(CountKey(hour, measure, ClientId(CONSOLE), "filing", method, step), amount)
        for hour in (settled - HOUR, settled)
        for measure, method, step, amount in (
            (Measure.START, Method.NONE, Place.SIGN_IN, 100),
            (Measure.COMPLETION, Method.PASSWORD, Place.SIGN_IN, 80),
            (Measure.REFUSAL, Method.NONE, Place.SIGN_IN, 20),
        )
    ]

    async def add() -> None:
        async with open_store(running.provider.database_url) as database:
            await database.ledger.commit(AddCounts(counted=tuple(counted)))

    running.provider.run(add())


@pytest.mark.both_forms
def test_an_alert_is_raised_by_the_limit_that_two_operators_set(
    running: RunningProvider, applied: Callable[[str, Document], str], new_browser: NewBrowser
) -> None:
    an_hour_that_eighty_of_a_hundred_completed(running)
    browser = new_browser()
    console_administrator(running, browser, Role.SUPPORT, NATIONAL)

    def alerts() -> str:
        return browser.http.get("/admin/quality", params={"client": CONSOLE}).text

    assert 'id="chosen"' in alerts()
    assert "(ngưỡng 70 %)" not in alerts()
    applied("alert_limits", {**STANDARD_ALERT_LIMITS, "completed_percent": 95})
    wait_for("the alert", lambda: "(ngưỡng 95 %)" in alerts())


def test_nobody_switches_alerts_off(operator: ApiProgram) -> None:
    off = {**STANDARD_ALERT_LIMITS, "completed_percent": 0, "failures_percent": 100_000, "p95_seconds": 86_400}
    answer = propose_setting(operator, "alert_limits", off)
    assert answer.status_code == 422
    assert {(one["field"], one["rule"]) for one in answer.json()["errors"]} == {
        ("completed_percent", "floor"),
        ("failures_percent", "ceiling"),
        ("p95_seconds", "ceiling"),
    }


def test_no_limit_is_set_beyond_its_bounds(operator: ApiProgram) -> None:
    answer = propose_setting(operator, "limits", {**STANDARD_LIMITS, "network_sign_ins": 1_000_000, "phone_codes": 0})
    assert answer.status_code == 422
    assert {(one["field"], one["rule"]) for one in answer.json()["errors"]} == {
        ("network_sign_ins", "ceiling"),
        ("phone_codes", "floor"),
    }


def test_what_is_refused_is_told_by_field_and_nobody_decides_alone(operator: ApiProgram, second: ApiProgram) -> None:
    wrong = propose_setting(operator, "notices", notices(notice(text={"vi": "<script>", "en": "x"})))
    assert (wrong.status_code, wrong.json()["code"]) == (422, "invalid_input")
    assert [(one["field"], one["rule"]) for one in wrong.json()["errors"]] == [("notices.0.text.vi", "no-markup")]
    proposed = propose_setting(operator, "notices", notices(notice())).json()
    tag = {"If-Match": f'"{proposed["digest"]}"'}
    own = post(operator, f"/changes/{proposed['id']}/approve", {}, **tag)
    assert (own.status_code, own.json()["code"]) == (403, "not_permitted")
    twice = propose_setting(second, "notices", notices(notice(id="khac")))
    assert (twice.status_code, twice.json()["code"]) == (409, "conflict")
    changed = post(second, f"/changes/{proposed['id']}/approve", {}, **{"If-Match": f'"{"0" * 64}"'})
    assert (changed.status_code, changed.json()["code"]) == (412, "stale_version")
    assert post(operator, f"/changes/{proposed['id']}/withdraw").json()["state"] == "withdrawn"


def test_a_look_writes_nothing_and_tells_the_difference(operator: ApiProgram) -> None:
    looked = post(operator, "/setting-checks", {"name": "notices", "document": notices(notice(id="nhin-thu"))}).json()
    assert looked["problems"] == []
    assert {one["member"] for one in looked["differences"]} >= {"notices[nhin-thu].text.vi"}
    assert operator.get("/settings/notices").json()["document"] != notices(notice(id="nhin-thu"))


def test_a_setting_that_is_none_is_not_found(operator: ApiProgram) -> None:
    for path in ("/settings/nothing", "/settings/NOTICES", "/settings/%00", "/settings/nothing/changes"):
        assert operator.get(path).status_code in {400, 404}
    assert post(operator, "/setting-checks", {"name": "nothing", "document": {}}).status_code == 404
