"""Help to recover by calls: the same steps, waits and notices as at a counter, for whom a look of the session shows."""

from collections.abc import Callable
from urllib.parse import urlsplit

import httpx2
import pytest

from idp.officers.roles import NATIONAL, Role
from idp.recovery.assisted import OFFICER_QUESTIONS
from portals.simulator.faults import Mode
from portals.simulator.people import BY_NUMBER
from tests.flows.admin.test_admin_clients import post
from tests.flows.admin.test_people_api import LOOKUPS, wanted
from tests.flows.administrators import API, ApiProgram, administrator
from tests.flows.recovering import NEW_PASSWORD, Recovering, come_back
from tests.flows.running_provider import RunningProvider
from tests.support.plain.browser import Browser, shown
from tests.support.running.provider import Citizen
from tests.support.waiting import wait_for

# People of the register that no other test of recovery has.
NUMBERS = ("027899000036", "001899000039", "079999000040", "093999000044")
CITIZENS = [Citizen(number, phone=f"+8450300{place:04d}") for place, number in enumerate(NUMBERS)]
(OWN_PHONE, OTHER_PHONE, ASKED, LOCKED) = CITIZENS
ASKED_FOR = {"reason": "lost_device", "phone": "0503000099"}
NewBrowser = Callable[[], Browser]


@pytest.fixture(scope="module")
def place(recovering_system: Recovering) -> Recovering:
    return recovering_system.with_people(CITIZENS, "127.0.1.3")


@pytest.fixture
def running(place: Recovering) -> RunningProvider:
    """What the browsers of these tests go to."""
    return place.running


@pytest.fixture
def program(place: Recovering, new_browser: NewBrowser) -> ApiProgram:
    return administrator(place.running, new_browser(), Role.SUPPORT, NATIONAL)


def look_at(program: ApiProgram, citizen: Citizen) -> str:
    """Look for a citizen, and return the path of the recoveries that may be begun of them."""
    made = post(program, LOOKUPS, wanted(citizen.number))
    assert made.json()["found"] == 1, made.text
    return f"{LOOKUPS}/{made.json()['lookup']}/recoveries"


def begun(program: ApiProgram, citizen: Citizen, phone: str = ASKED_FOR["phone"]) -> str:
    """Begin, and return the path of the recovery."""
    path = look_at(program, citizen)
    answer = post(program, path, {**ASKED_FOR, "phone": phone})
    assert answer.status_code == 200, answer.text
    return f"{path}/{answer.json()['recovery']}"


def card_of(number: str, **otherwise: str) -> dict[str, str]:
    person = BY_NUMBER[number]
    return {"full_name": person.typed_name, "birth_date": person.born, **otherwise}


def confirmed(place: Recovering, program: ApiProgram, citizen: Citizen, phone: str) -> str:
    """Begin and read the code out."""
    path = begun(program, citizen, phone.replace("+84", "0"))
    answer = post(program, f"{path}/confirm-phone", {"code": place.new_code(phone)})
    assert (answer.status_code, answer.text) == (204, "")
    return path


Refusal = tuple[int, str, list[str]]
NOT_FOUND: Refusal = (404, "not_found", [])


def refusal(answer: httpx2.Response) -> Refusal:
    reported = answer.json()
    return answer.status_code, reported["code"], [one["rule"] for one in reported.get("errors", [])]


def test_with_the_accounts_own_phone_nobody_waits(
    place: Recovering, program: ApiProgram, new_browser: NewBrowser
) -> None:
    path, own = confirmed(place, program, OWN_PHONE, OWN_PHONE.phone), new_browser()
    answer = post(program, f"{path}/prove-identity", card_of(OWN_PHONE.number))
    assert (answer.status_code, answer.json()["at_once"]) == (200, True), answer.text
    page = come_back(own, answer.json()["reference"])
    page = shown(own.submit(page, "verify", code=place.new_code(OWN_PHONE.phone)))
    page = shown(own.submit(page, "continue", password=NEW_PASSWORD))
    assert urlsplit(page.address).path == "/recover/done"
    assert refusal(post(program, f"{path}/prove-identity", card_of(OWN_PHONE.number))) == NOT_FOUND


def test_another_phone_waits_the_owner_is_told_and_a_second_one_is_refused(
    place: Recovering, program: ApiProgram, new_browser: NewBrowser
) -> None:
    path = confirmed(place, program, OTHER_PHONE, "+84503000098")
    waits = post(program, f"{path}/prove-identity", card_of(OTHER_PHONE.number)).json()
    assert not waits["at_once"]
    assert not come_back(new_browser(), waits["reference"]).shows("verify")
    assert wait_for("the owner is told", lambda: place.not_me_codes_to(OTHER_PHONE.phone, "giup khoi phuc"))
    person = program.get(path.partition("/recoveries")[0]).json()["people"][0]
    assert (person["recovery"]["way"], person["recovery"]["ready_at"]) == ("assisted", waits["ready_at"])
    again = confirmed(place, program, OTHER_PHONE, "+84503000097")
    assert refusal(post(program, f"{again}/prove-identity", card_of(OTHER_PHONE.number))) == (409, "conflict", [])


def test_the_steps_have_an_order_and_a_code_is_guessed_at_few_times(place: Recovering, program: ApiProgram) -> None:
    path, phone = begun(program, ASKED), "+84503000099"
    assert refusal(post(program, f"{path}/prove-identity", card_of(ASKED.number))) == (409, "conflict", [])
    first = place.new_code(phone)
    sent = [post(program, f"{path}/codes", {}) for _ in range(3)]
    assert [one.status_code for one in sent] == [200, 200, 429]
    # The words are the same whatever was sent: what is not among them is the code.
    assert sent[0].json() == sent[1].json()
    wrong = [refusal(post(program, f"{path}/confirm-phone", {"code": "no"})) for _ in range(5)]
    assert set(map(str, wrong)) == {str((422, "invalid_input", ["code_wrong"]))}
    used = post(program, f"{path}/confirm-phone", {"code": first})
    assert refusal(used) == (422, "invalid_input", ["code_tries_used"])


def test_a_repeated_call_begins_once(place: Recovering, program: ApiProgram) -> None:
    path, phone = look_at(program, ASKED), "0503000096"
    key = {"Idempotency-Key": "the-only-key-of-this-recovery"}
    answers = [post(program, path, {**ASKED_FOR, "phone": phone}, **key) for _ in range(2)]
    assert answers[0].text == answers[1].text
    place.new_code("+84503000096")
    assert len(place.codes_to("+84503000096")) == 1


def test_a_recovery_goes_on_in_its_session_under_its_look(
    place: Recovering, program: ApiProgram, new_browser: NewBrowser
) -> None:
    path, other = (
        begun(program, ASKED, "0503000095"),
        administrator(place.running, new_browser(), Role.SUPPORT, NATIONAL),
    )
    name = path.rpartition("/")[2]
    places = [(other, path), (other, f"{look_at(other, ASKED)}/{name}"), (program, f"{look_at(program, ASKED)}/{name}")]
    for someone, where in places:
        for step, body in (("codes", {}), ("confirm-phone", {"code": "1"}), ("prove-identity", card_of(ASKED.number))):
            assert refusal(post(someone, f"{where}/{step}", body)) == NOT_FOUND


def test_a_wrong_card_and_a_silent_register_begin_nothing(place: Recovering, program: ApiProgram) -> None:
    path = confirmed(place, program, ASKED, "+84503000094")
    otherwise = post(program, f"{path}/prove-identity", card_of(ASKED.number, full_name="Phạm Văn Khác"))
    assert refusal(otherwise) == (422, "invalid_input", ["different"])
    unread = post(program, f"{path}/prove-identity", {"full_name": "1", "birth_date": "1990-02-31"})
    assert [one["field"] for one in unread.json()["errors"]] == ["full_name", "birth_date"]
    place.behave(Mode.GARBLED)
    silent = post(program, f"{path}/prove-identity", card_of(ASKED.number))
    place.behave(Mode.OK)
    assert refusal(silent) == (503, "temporarily_unavailable", [])
    person = program.get(path.partition("/recoveries")[0]).json()["people"][0]
    assert person["recovery"] is None
    assert post(program, f"{path}/prove-identity", card_of(ASKED.number)).status_code == 200


def test_nobody_asks_the_register_until_a_card_fits(place: Recovering, program: ApiProgram) -> None:
    path = confirmed(place, program, ASKED, "+84503000092")
    guess = card_of(ASKED.number, birth_date="1901")
    asked = [refusal(post(program, f"{path}/prove-identity", guess)) for _ in range(OFFICER_QUESTIONS + 1)]
    assert {status for status, _, _ in asked[:-1]} == {422}
    assert asked[-1] == (429, "too_many_requests", [])
    assert refusal(post(program, f"{path}/prove-identity", card_of(ASKED.number))) == (429, "too_many_requests", [])


def test_a_lock_in_between_ends_it(place: Recovering, program: ApiProgram) -> None:
    path = confirmed(place, program, LOCKED, "+84503000093")
    lookup = path.partition("/recoveries")[0]
    assert post(program, f"{lookup}/lock", {"reason": "taken_over"}).json() == {"changed": True}
    assert refusal(post(program, f"{path}/prove-identity", card_of(LOCKED.number))) == (409, "conflict", [])


def test_what_is_asked_for_is_judged_first(place: Recovering, program: ApiProgram) -> None:
    path = look_at(program, ASKED)
    for member, body in (("reason", {**ASKED_FOR, "reason": "checked"}), ("phone", {**ASKED_FOR, "phone": "1"})):
        refused = post(program, path, body)
        assert [one["field"] for one in refused.json()["errors"]] == [member]
    empty = post(program, LOOKUPS, wanted("099187000001")).json()["lookup"]
    assert refusal(post(program, f"{LOOKUPS}/{empty}/recoveries", ASKED_FOR)) == NOT_FOUND
    document = place.running.http.get(place.running.provider.base() + API + "/openapi.json").json()
    assert f"{API}{LOOKUPS}/{{lookup}}/recoveries/{{recovery}}/prove-identity" in document["paths"]
