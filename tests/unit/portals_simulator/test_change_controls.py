"""Letting things happen to people: over JSON, by the form of the page, and what is refused."""

import httpx2
import pytest

from portals.simulator.people import PEOPLE

ONE, TWO = PEOPLE[0], PEOPLE[1]
DEATH = {"kind": "died", "number": ONE.number}


async def status_of(simulator: httpx2.AsyncClient, number: str) -> str:
    people = {person["number"]: person for person in (await simulator.get("/people.json")).json()}
    return str(people[number]["status"])


async def test_a_posted_change_happens_and_is_listed(simulator: httpx2.AsyncClient) -> None:
    answer = await simulator.post("/controls/changes", json=DEATH)
    reported = answer.json()
    assert (answer.status_code, reported["kind"], reported["number"]) == (201, "died", ONE.number)
    assert (reported["new_number"], reported["new_name"]) == (None, None)
    assert (await simulator.get("/controls/changes")).json() == [reported]
    assert await status_of(simulator, ONE.number) == "deceased"


async def test_a_replaced_number_appears_among_the_people(simulator: httpx2.AsyncClient) -> None:
    change = {"kind": "number_replaced", "number": ONE.number, "new_number": "099190000001"}
    assert (await simulator.post("/controls/changes", json=change)).status_code == 201
    assert await status_of(simulator, ONE.number) == "cancelled"
    assert await status_of(simulator, "099190000001") == "living"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"\xff",
        b'{"kind": "died"}',
        b'{"kind": "born", "number": "001899000001"}',
        b'{"kind": "died", "number": 1899000001}',
        b'{"kind": "died", "number": "001899000001", "other": ""}',
        b'{"kind": "died", "number": "099187000001"}',
        b'{"kind": "name_changed", "number": "001899000001"}',
        b'{"kind": "number_replaced", "number": "001899000001", "new_number": "001999000002"}',
        b'{"kind": "died", "number": "001899000001"}' + b" " * 4096,
    ],
)
async def test_anything_else_is_refused_and_nothing_happens(simulator: httpx2.AsyncClient, body: bytes) -> None:
    assert (await simulator.post("/controls/changes", content=body)).status_code == 400
    assert (await simulator.get("/controls/changes")).json() == []


@pytest.mark.parametrize("language", ["vi", "en"])
async def test_the_form_lets_it_happen_and_returns_to_the_list(simulator: httpx2.AsyncClient, language: str) -> None:
    form = f"kind=name_changed&number={ONE.number}&new_number=1&new_name=Nguy%E1%BB%85n+B%C3%ACnh".encode()
    answer = await simulator.post(f"/controls/changes/form?lang={language}", content=form)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/?lang={language}#changes")
    page = (await simulator.get(f"/?lang={language}")).text
    assert 'id="change-list"' in page
    assert "Nguyễn Bình" in page


async def test_a_form_that_cannot_happen_is_refused(simulator: httpx2.AsyncClient) -> None:
    assert (await simulator.post("/controls/changes/form", content=b"kind=died&number=1")).status_code == 400


async def test_the_page_offers_only_living_people(simulator: httpx2.AsyncClient) -> None:
    await simulator.post("/controls/changes", json=DEATH)
    page = (await simulator.get("/")).text
    assert f"<option>{ONE.number}</option>" not in page
    assert f"<option>{TWO.number}</option>" in page


async def test_every_entry_of_the_form_has_a_label(simulator: httpx2.AsyncClient) -> None:
    page = (await simulator.get("/")).text
    for entry in ("change-kind", "change-number", "change-new-number", "change-new-name"):
        assert f'<label for="{entry}">' in page
        assert f'id="{entry}"' in page
