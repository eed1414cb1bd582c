"""The inbox: idempotent on the id, newest first, the last five hundred, and safe to show."""

import httpx2
import pytest

SMS = {"id": "m1", "channel": "sms", "to": "+84912345678", "text": "Ma xac thuc la 123456"}
EMAIL = {"id": "m2", "channel": "email", "to": "binh@example.com", "text": "Chào bạn", "subject": "Xác nhận"}


async def listed(inbox: httpx2.AsyncClient, query: str = "") -> list[str]:
    return [message["id"] for message in (await inbox.get(f"/messages.json{query}")).json()]


async def test_a_message_is_accepted_and_listed(inbox: httpx2.AsyncClient) -> None:
    answer = await inbox.post("/messages", json=SMS)
    assert (answer.status_code, answer.json()) == (201, {"id": "m1", "status": "sent"})
    assert (await inbox.get("/messages.json")).json() == [{**SMS, "subject": ""}]


async def test_5_2_a_repeated_id_gets_the_first_answer_and_no_second_message(inbox: httpx2.AsyncClient) -> None:
    first = await inbox.post("/messages", json=SMS)
    again = await inbox.post("/messages", json={**SMS, "text": "changed"})
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    assert [message["text"] for message in (await inbox.get("/messages.json")).json()] == [SMS["text"]]


async def test_the_newest_comes_first(inbox: httpx2.AsyncClient) -> None:
    for message in (SMS, EMAIL):
        await inbox.post("/messages", json=message)
    assert await listed(inbox) == ["m2", "m1"]


async def test_one_address_can_be_asked_for(inbox: httpx2.AsyncClient) -> None:
    for message in (SMS, EMAIL):
        await inbox.post("/messages", json=message)
    assert await listed(inbox, "?to=%2B84912345678") == ["m1"]
    assert await listed(inbox, "?to=nobody") == []


async def test_only_the_last_five_hundred_are_kept(inbox: httpx2.AsyncClient) -> None:
    for number in range(502):
        await inbox.post("/messages", json={**SMS, "id": f"m{number}"})
    ids = await listed(inbox)
    assert (len(ids), ids[0], ids[-1]) == (500, "m501", "m2")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b"\xff",
        b"[" * 60000,
        b'{"id": "a", "channel": "fax", "to": "b", "text": "c"}',
        b'{"id": "a", "channel": ["sms"], "to": "b", "text": "c"}',
        b'{"id": "", "channel": "sms", "to": "b", "text": "c"}',
        b'{"id": 1, "channel": "sms", "to": "b", "text": "c"}',
        b'{"id": "a", "channel": "sms", "to": "b"}',
        b'{"id": "a", "channel": "sms", "to": "b", "text": "\\ud800"}',
        b'{"id": "a", "channel": "email", "to": "b", "text": "c", "subject": null}',
    ],
)
async def test_anything_that_is_no_message_is_refused(inbox: httpx2.AsyncClient, body: bytes) -> None:
    answer = await inbox.post("/messages", content=body)
    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_request"})
    assert await listed(inbox) == []


async def test_an_oversized_message_is_refused(inbox: httpx2.AsyncClient) -> None:
    assert (await inbox.post("/messages", json={**SMS, "text": "x" * 65536})).status_code == 413


async def test_the_page_shows_each_message_as_an_article_newest_first(inbox: httpx2.AsyncClient) -> None:
    for message in (SMS, EMAIL):
        await inbox.post("/messages", json=message)
    page = (await inbox.get("/")).text
    assert page.count("<article") == 2
    assert page.index("Chào bạn") < page.index("Ma xac thuc la 123456")
    assert page.index('id="messages"') < page.index("<article")


async def test_what_a_message_contains_cannot_become_markup(inbox: httpx2.AsyncClient) -> None:
    await inbox.post("/messages", json={**EMAIL, "to": '"><script>', "text": "<script>", "subject": "<b>"})
    page = (await inbox.get("/")).text
    assert "<script>" not in page
    assert "<b>" not in page


async def test_wcag_2_2_2_the_page_refreshes_itself_until_it_is_stopped(inbox: httpx2.AsyncClient) -> None:
    moving, stopped = await inbox.get("/"), await inbox.get("/?paused=1")
    assert (moving.headers.get("refresh"), stopped.headers.get("refresh")) == ("3", None)
    assert ('id="pause"' in moving.text, 'id="resume"' in stopped.text) == (True, True)


@pytest.mark.parametrize(("query", "language", "title"), [("", "vi", "Hộp thư"), ("?lang=en", "en", "inbox")])
async def test_the_page_speaks_both_languages(inbox: httpx2.AsyncClient, query: str, language: str, title: str) -> None:
    page = (await inbox.get(f"/{query}")).text
    assert f'<html lang="{language}">' in page
    assert title in page


async def test_the_page_has_its_style_in_a_file(inbox: httpx2.AsyncClient) -> None:
    answer = await inbox.get("/style.css")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/css; charset=utf-8")
