"""What strangers let us store of authorization requests: little, and never all of it (seen: 4,400 POSTs, then 503)."""

from collections.abc import Mapping
from urllib.parse import parse_qs, urlencode, urlsplit

from idp.adapters.memory.shortlived import MemoryShortLivedStore
from tests.security.in_process import Answered, Edge, Sent
from tests.security.requests.hostile_requests import FORM
from tests.security.walk import AUTHORIZE, Walk

_FORM = ((b"content-type", FORM), (b"cookie", b"idp-session=" + b"x" * 43))


def post(edge: Edge, more: Mapping[str, str], address: str = "192.0.2.7") -> Answered:
    """Send a request without anybody behind it. A session's cookie keeps it a POST, whatever it is worth."""
    body = urlencode({**AUTHORIZE, **more}).encode()
    return edge.ask(Sent("POST", "/authorize", headers=_FORM, pieces=(body,), address=address))


def stored(edge: Edge, more: Mapping[str, str]) -> int:
    """Return how many bytes a request that is answered by a page leaves behind."""
    store = edge.foundation.shortlived
    assert isinstance(store, MemoryShortLivedStore)
    before = store.held_bytes
    answered = post(edge, more)
    assert (answered.header("location") or "").startswith("/sign-in"), answered.body
    return store.held_bytes - before


def test_what_nobody_reads_is_not_stored(edge: Edge) -> None:
    # The first of a network begins its counter, which is stored too.
    stored(edge, {})
    plain, padded = stored(edge, {}), stored(edge, {"padding": "x" * 40_000})
    assert abs(padded - plain) < 100


def test_a_request_of_more_than_8_kib_is_refused(edge: Edge) -> None:
    assert stored(edge, {"login_hint": "x" * 4_000}) > 4_000
    answered = post(edge, {"login_hint": "x" * 8_200})
    assert "error=invalid_request" in (answered.header("location") or "")


def test_a_network_stores_its_share_and_leaves_the_others_theirs(edge: Edge) -> None:
    big = {"login_hint": "x" * 7_000}
    flood = [post(edge, big, "2001:db8:7:7::1").status for _ in range(1_200)]
    assert set(flood) == {303, 503}
    assert flood == sorted(flood)
    assert post(edge, {}, "2001:db8:7:7::2").status == 503
    assert post(edge, {}, "2001:db8:7:8::1").status == 303
    assert post(edge, {}).status == 303


def test_the_way_to_a_page_names_the_request_and_does_not_carry_it(edge: Edge) -> None:
    """Seen: the sealed request was in `Location`, 11 KiB of a request of 8: more than proxies take of a head."""
    location = post(edge, {"login_hint": "x" * 7_000}).header("location") or ""
    assert location.startswith("/sign-in?i=")
    assert len(location) < 200


def test_a_page_whose_request_the_store_has_lost_begins_it_anew_when_its_form_is_sent(edge: Edge) -> None:
    walk = Walk(edge)
    _, page = walk.page(f"/authorize?{urlencode(AUTHORIZE)}")
    name = parse_qs(urlsplit(page.action).query)["i"][0]
    answered = walk.send("POST", page.action.replace(name, "A" * len(name)), page.values)
    assert (answered.status, (answered.header("location") or "").partition("?")[0]) == (303, "/authorize")
