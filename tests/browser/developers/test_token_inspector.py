"""The token inspector: decides in the browser, and nothing of a token leaves it."""

import json
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator

import pytest
from playwright.sync_api import Request

from tests.browser.conftest import NewVisitor
from tests.browser.gallery import Gallery
from tests.browser.people import citizen
from tests.support.browser import Visitor

READY = citizen(12)
CITIZENS = (READY,)
MARKUP = "\"><img src=x onerror=\"document.title='hacked'\"><script>document.title='hacked'</script>"


def encoded(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def forged(header: dict[str, object], claims: dict[str, object], signature: str = "c2ln") -> str:
    return f"{encoded(header)}.{encoded(claims)}.{signature}"


class Inspector:
    """The page with everything that it asked the network for."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor
        self.page = visitor.page
        visitor.open(visitor.system.provider("/developers/token-inspector?lang=en"))
        self.page.wait_for_selector("#token")
        self.sent: list[Request] = []
        self.page.on("request", self._note)

    def _note(self, request: Request) -> None:
        self.sent.append(request)

    def inspect(self, token: str, audience: str = "") -> dict[str, str]:
        """Return the verdict of each check: true, false or null."""
        self.page.fill("#token", token)
        self.page.fill("#audience", audience)
        self.page.evaluate("document.querySelector('#verdict').textContent = ''")
        self.page.click("#inspect")
        self.page.locator("#verdict:not(:empty)").wait_for()
        return {
            str(row.get_attribute("data-check")): str(row.get_attribute("data-good"))
            for row in self.page.query_selector_all("[data-check]")
        }

    def said(self, check: str) -> str:
        return self.page.inner_text(f"[data-check={check}] dd:not(.hint)")

    @property
    def verdict(self) -> str:
        return self.page.inner_text("#verdict")

    def good_claims(self) -> dict[str, object]:
        return {"iss": self.visitor.system.provider(), "aud": "me", "exp": int(time.time()) + 300}


@pytest.fixture
def inspector(visitor: Visitor) -> Iterator[Inspector]:
    opened = Inspector(visitor)
    yield opened
    # Whatever was pasted: the one thing asked for are our keys, without a word of the token.
    jwks = visitor.system.provider("/jwks.json")
    assert {request.url for request in opened.sent} <= {jwks}
    assert all(request.method == "GET" and request.post_data is None for request in opened.sent)
    assert visitor.page.title() != "hacked"


def id_token(visitor: Visitor) -> str:
    """Sign in at the first portal and return the ID token that its sign-out sends along as the hint."""
    visitor.at(8101, "/login")
    visitor.sign_in(READY.number, READY.password)
    hints: list[str] = []

    def watch(request: Request) -> None:
        _, mark, rest = request.url.partition("id_token_hint=")
        if mark:
            hints.append(rest.partition("&")[0])

    visitor.page.on("request", watch)
    visitor.click("logout")
    visitor.page.wait_for_load_state()
    assert hints
    return hints[0]


def test_a_real_id_token_is_right_in_everything_and_one_letter_less_is_not(new_visitor: NewVisitor) -> None:
    token = id_token(new_visitor())
    inspector = Inspector(new_visitor())
    audience = json.loads(_decoded(token.split(".")[1]))["aud"]
    found = inspector.inspect(token, audience)
    assert found == dict.fromkeys(("signature", "typ", "iss", "aud", "exp", "nbf"), "true")
    assert inspector.inspect(token)["aud"] == "null"
    header, claims, signature = token.split(".")
    other = "A" if signature[10] != "A" else "B"
    changed = inspector.inspect(f"{header}.{claims}.{signature[:10]}{other}{signature[11:]}", "somebody-else")
    assert (changed["signature"], changed["aud"]) == ("false", "false")
    assert {request.url for request in inspector.sent} == {inspector.visitor.system.provider("/jwks.json")}


def _decoded(text: str) -> str:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()


def test_each_wrong_claim_is_named(inspector: Inspector) -> None:
    good, now = inspector.good_claims(), int(time.time())
    header: dict[str, object] = {"alg": "ES256", "kid": "unknown", "typ": "JWT"}
    rows: dict[str, dict[str, object]] = {
        "iss": {"iss": f"{good['iss']}/"},
        "aud": {"aud": ["others"]},
        "exp": {"exp": now - 60},
        "nbf": {"nbf": now + 600},
    }
    for name, change in rows.items():
        found = inspector.inspect(forged(header, {**good, **change}), "me")
        assert {check for check, is_good in found.items() if is_good == "false"} == {name, "signature"}
    assert inspector.inspect(forged({**header, "typ": "evil+jwt"}, good), "me")["typ"] == "false"
    assert "kid" in inspector.said("signature")


@pytest.mark.parametrize("alg", ["none", "HS256", "constructor", "", None, {"a": 1}])
def test_no_other_algorithm_is_tried(inspector: Inspector, alg: object) -> None:
    found = inspector.inspect(forged({"alg": alg}, inspector.good_claims()))
    assert found["signature"] == "false"
    assert inspector.sent == []


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": MARKUP, "aud": MARKUP, "exp": MARKUP, "nbf": MARKUP},
        {"iss": {"a": [MARKUP]}, "aud": [[MARKUP]], "exp": 1e300, "nbf": -1e300},
        {"aud": [], "exp": None, "nbf": True},
        {"__proto__": {"iss": "x"}, MARKUP: MARKUP},
    ],
)
def test_markup_and_odd_values_are_text(inspector: Inspector, claims: dict[str, object]) -> None:
    found = inspector.inspect(forged({"alg": "ES256", "kid": MARKUP, "typ": MARKUP}, claims), MARKUP)
    assert found["iss"] == found["typ"] == found["exp"] == "false"
    assert inspector.page.query_selector("[data-inspector] img, [data-inspector] script") is None
    assert inspector.page.title() != "hacked"


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("", "no token"),
        ("a" * 1_000_000, "Longer"),
        ("a.b", "three parts"),
        ("a.b.c.d.e", "encrypted"),
        (MARKUP, "cannot be read"),
        ("<b>markup</b>", "No JWT"),
        ("a.b.c", "cannot be read"),
        (f"{encoded('[]')}.{encoded('{}')}.x", "cannot be read"),
        (f"{encoded('null')}.{encoded('null')}.x", "cannot be read"),
        ("đ.ư.ơ", "cannot be read"),
    ],
)
def test_what_is_no_token_is_said_to_be_none(inspector: Inspector, text: str, verdict: str) -> None:
    assert inspector.inspect(text) == {}
    assert verdict in inspector.verdict
    assert inspector.sent == []


def test_without_script_the_page_says_so(without_script: Visitor) -> None:
    without_script.open(without_script.system.provider("/developers/token-inspector"))
    assert without_script.page.is_visible("[data-unsupported]")
    assert not without_script.page.is_visible("#token")


def test_a_verdict_is_readable_for_everyone_and_whole_on_a_phone(gallery: Gallery) -> None:
    inspector = Inspector(gallery.visitor)
    claims = {**inspector.good_claims(), "sub": "x" * 120}
    inspector.inspect(forged({"alg": "ES256", "kid": "k" * 80, "typ": "JWT"}, claims), "me")
    gallery.take("developers-token-inspector-verdict-en", gallery.visitor.page)
