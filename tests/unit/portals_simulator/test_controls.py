"""The fault controls and the page: read, set, refuse, and show."""

import httpx2
import pytest

from portals.simulator.state import REGISTERS

NORMAL = {"mode": "ok", "delay_seconds": 10.0}


async def test_a_register_starts_normal(simulator: httpx2.AsyncClient) -> None:
    assert (await simulator.get("/controls/population")).json() == NORMAL


async def test_what_is_put_is_read_back_and_the_other_register_stays(simulator: httpx2.AsyncClient) -> None:
    wanted = {"mode": "slow", "delay_seconds": 2.5}
    assert (await simulator.put("/controls/population", json=wanted)).json() == wanted
    assert (await simulator.get("/controls/population")).json() == wanted
    assert (await simulator.get("/controls/enterprise")).json() == NORMAL


async def test_what_is_left_out_stays(simulator: httpx2.AsyncClient) -> None:
    await simulator.put("/controls/population", json={"delay_seconds": 3})
    answer = await simulator.put("/controls/population", json={"mode": "down"})
    assert answer.json() == {"mode": "down", "delay_seconds": 3.0}


@pytest.mark.parametrize(
    "body",
    [
        b'{"mode": "sideways"}',
        b'{"mode": null}',
        b'{"mode": ["ok"]}',
        b'{"delay_seconds": -1}',
        b'{"delay_seconds": 121}',
        b'{"delay_seconds": true}',
        b'{"delay_seconds": "3"}',
        b'{"delay_seconds": 1e999}',
        b'{"delay_seconds": NaN}',
        b'{"other": 1}',
        b"[]",
        b"",
        b"\xff",
        b"[" * 4000,
        b'{"mode": "ok"}' + b" " * 4096,
    ],
)
async def test_anything_else_is_refused_and_changes_nothing(simulator: httpx2.AsyncClient, body: bytes) -> None:
    assert (await simulator.put("/controls/population", content=body)).status_code == 400
    assert (await simulator.get("/controls/population")).json() == NORMAL


async def test_an_unknown_register_is_not_found(simulator: httpx2.AsyncClient) -> None:
    assert (await simulator.get("/controls/weather")).status_code == 404
    assert (await simulator.put("/controls/weather", json={})).status_code == 404
    assert (await simulator.post("/controls/weather/form", content=b"mode=ok")).status_code == 404


@pytest.mark.parametrize("language", ["vi", "en"])
async def test_a_button_sets_the_mode_and_returns_to_the_page(simulator: httpx2.AsyncClient, language: str) -> None:
    answer = await simulator.post(f"/controls/enterprise/form?lang={language}", content=b"mode=fault")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/?lang={language}#controls")
    assert (await simulator.get("/controls/enterprise")).json()["mode"] == "fault"


async def test_a_button_that_is_none_is_refused(simulator: httpx2.AsyncClient) -> None:
    assert (await simulator.post("/controls/population/form", content=b"mode=\xff")).status_code == 400


@pytest.mark.parametrize(("query", "language", "title"), [("", "vi", "Mô phỏng"), ("?lang=en", "en", "simulator")])
async def test_the_page_lists_everyone_in_the_language_asked_for(
    simulator: httpx2.AsyncClient, query: str, language: str, title: str
) -> None:
    page = (await simulator.get(f"/{query}")).text
    people = (await simulator.get("/people.json")).json()
    assert f'<html lang="{language}">' in page
    assert title in page
    assert [person["number"] for person in people if person["number"] not in page] == []


async def test_the_page_shows_which_mode_is_on(simulator: httpx2.AsyncClient) -> None:
    await simulator.put("/controls/population", json={"mode": "garbled"})
    page = (await simulator.get("/")).text
    assert page.count('value="garbled" aria-pressed="true"') == 1
    assert page.count('value="ok" aria-pressed="true"') == len(REGISTERS) - 1


async def test_the_page_has_its_style_in_a_file(simulator: httpx2.AsyncClient) -> None:
    answer = await simulator.get("/style.css")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/css; charset=utf-8")
    assert "style=" not in (await simulator.get("/")).text


async def test_people_json_says_what_to_type_and_what_it_shows(simulator: httpx2.AsyncClient) -> None:
    people = {person["number"]: person for person in (await simulator.get("/people.json")).json()}
    assert people["001899000013"] == {
        "number": "001899000013",
        "full_name": "Đặng Trần Đông",
        "typed_name": "Dang Tran Dong",
        "birth_date": "1991-04-04",
        "sex": "male",
        "status": "living",
        "case": "accents",
        "case_vi": "gõ tên không dấu: chỉ gần khớp",
        "case_en": "type the name without accents: only nearly matches",
        "replaced_by": None,
        "old_card": None,
        "guardian": None,
        "nationality": "VN",
        "represents": [],
    }


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/population"), ("POST", "/"), ("DELETE", "/controls/population")]
)
async def test_a_wrong_method_is_405(simulator: httpx2.AsyncClient, method: str, path: str) -> None:
    assert (await simulator.request(method, path)).status_code == 405
