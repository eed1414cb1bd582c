"""`check_session_iframe` in Chromium, asked by a portal's page of another origin (OIDC Session Management 1.0)."""

import time
from collections.abc import Iterator

import httpx2
import pytest

from tests.browser.people import citizen
from tests.browser.sessions.embedding_portal import EmbeddingPortal, arrive
from tests.support.browser import EmbeddedSystem, Visitor
from tests.support.patience import patient
from tests.support.running.listener import Listener

READY, OTHER = citizen(22), citizen(23)
CITIZENS = (READY, OTHER)
# What a relying party's page does (Session Management 3.1): ask, and wait for one answer of the provider's origin.
PAGE = """<title>portal</title><iframe id="op" src="{frame}"></iframe><script>
window.answers = [];
addEventListener("message", (event) => window.answers.push([event.origin, event.data]));
window.ask = (text, target) => new Promise((resolve) => {
  const hear = (event) => { removeEventListener("message", hear); resolve(event.data); };
  addEventListener("message", hear);
  document.getElementById("op").contentWindow.postMessage(text, target);
  setTimeout(() => { removeEventListener("message", hear); resolve("silence"); }, 1500);
});
</script>"""


@pytest.fixture(scope="module")
def http() -> Iterator[httpx2.Client]:
    with httpx2.Client(timeout=patient(30)) as client:
        yield client


@pytest.fixture
def listener() -> Iterator[Listener]:
    with Listener() as listening:
        yield listening


@pytest.fixture
def portal(system: EmbeddedSystem, listener: Listener) -> EmbeddingPortal:
    return EmbeddingPortal(system, listener, "theo-doi-phien")


def show_page(visitor: Visitor, portal: EmbeddingPortal) -> None:
    """Show the portal's page, with the provider's in its frame."""
    visitor.page.goto(portal.page("/watch", PAGE.replace("{frame}", portal.system.provider("/check-session"))))
    visitor.page.wait_for_load_state("load")


def asked(visitor: Visitor, portal: EmbeddingPortal, text: str) -> str:
    answer: str = visitor.page.evaluate("([text, target]) => ask(text, target)", [text, portal.system.provider()])
    return answer


def test_session_management_3_2_unchanged_before_logout_and_changed_after(
    portal: EmbeddingPortal, visitor: Visitor, http: httpx2.Client
) -> None:
    """Module oidcc-session-management-rp-initiated-logout."""
    portal.register(session_management=True)
    tokens, landing = arrive(visitor, portal.party(http, watches=True), READY)
    question = f"{portal.client_id} {landing.values['session_state']}"
    show_page(visitor, portal)
    assert asked(visitor, portal, question) == "unchanged"
    assert {origin for origin, _ in visitor.page.evaluate("answers")} == {portal.system.provider()}
    leaving = visitor.context.new_page()
    leaving.goto(portal.logout(tokens))
    # The page that stands open hears of it without being loaded anew.
    assert asked(visitor, portal, question) == "changed"


def test_session_management_3_2_another_person_is_a_change(
    portal: EmbeddingPortal, visitor: Visitor, http: httpx2.Client
) -> None:
    portal.register(session_management=True)
    party = portal.party(http, watches=True)
    _, first = arrive(visitor, party, READY)
    _, second = arrive(visitor, party, OTHER, prompt="select_account")
    show_page(visitor, portal)
    said = [asked(visitor, portal, f"{portal.client_id} {one.values['session_state']}") for one in (first, second)]
    assert said == ["changed", "unchanged"]


@pytest.mark.parametrize(
    "question",
    ["", "one-word", "a b c", "theo-doi-phien not-a-state", "theo-doi-phien " + "0" * 64, "x" * 5000],
    ids=["empty", "one word", "three", "no state", "no salt", "long"],
)
def test_session_management_3_2_what_is_no_question_is_answered_with_error(
    portal: EmbeddingPortal, visitor: Visitor, question: str
) -> None:
    show_page(visitor, portal)
    assert asked(visitor, portal, question) == "error"


def test_session_management_3_2_only_the_origin_around_the_frame_is_answered(
    portal: EmbeddingPortal, visitor: Visitor, http: httpx2.Client, listener: Listener
) -> None:
    """A frame of another origin in the portal's page learns nothing, and what it knows is worth nothing at its own."""
    portal.register(session_management=True)
    _, landing = arrive(visitor, portal.party(http, watches=True), READY)
    question = f"{portal.client_id} {landing.values['session_state']}"
    with Listener() as stranger:
        other = EmbeddingPortal(portal.system, stranger, "nguoi-la")
        inner = other.page(
            "/inner", "<script>addEventListener('message', e => parent.postMessage(['in', e.data], '*'))</script>"
        )
        show_page(visitor, portal)
        visitor.page.evaluate(
            """async ([address, text, target]) => {
                const frame = document.createElement("iframe");
                frame.src = address;
                document.body.append(frame);
                await new Promise(resolve => frame.onload = resolve);
            }""",
            [inner, question, portal.system.provider()],
        )
        inside = next(frame for frame in visitor.page.frames if frame.url == inner)
        inside.evaluate(
            "([text, target]) => parent.frames[0].postMessage(text, target)", [question, portal.system.provider()]
        )
        visitor.page.wait_for_timeout(500)
        assert visitor.page.evaluate("answers") == []
        # At the stranger's own page the portal's value is another origin's.
        show_page(visitor, other)
        assert asked(visitor, other, question) == "changed"
    show_page(visitor, portal)
    assert asked(visitor, portal, question) == "unchanged"


def test_a_frame_of_another_site_finds_no_cookie_and_says_changed(
    system: EmbeddedSystem, visitor: Visitor, http: httpx2.Client, listener: Listener
) -> None:
    """As browsers that block third-party cookies do for every portal: it says too much, never too little."""
    portal = EmbeddingPortal(system, listener, "theo-doi-khac-noi", host="127.0.0.1")
    portal.register(session_management=True)
    _, landing = arrive(visitor, portal.party(http, watches=True), READY)
    show_page(visitor, portal)
    assert asked(visitor, portal, f"{portal.client_id} {landing.values['session_state']}") == "changed"


def test_a_session_that_ran_out_reads_as_changed_though_nobody_ended_it(
    portal: EmbeddingPortal, visitor: Visitor, http: httpx2.Client
) -> None:
    portal.register(session_management=True)
    _, landing = arrive(visitor, portal.party(http, watches=True), READY)
    question = f"{portal.client_id} {landing.values['session_state']}"
    show_page(visitor, portal)
    assert asked(visitor, portal, question) == "unchanged"
    (cookie,) = [one for one in visitor.context.cookies(portal.system.provider()) if one.get("name") == "idp-state"]
    over = f"{cookie.get('value', '').partition('.')[0]}.{int(time.time()) - 1}"
    visitor.context.add_cookies([{"name": "idp-state", "value": over, "url": portal.system.provider()}])
    assert asked(visitor, portal, question) == "changed"
