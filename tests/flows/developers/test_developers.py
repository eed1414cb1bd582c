"""The corner of portal teams: everybody may read it, and it says what this provider does."""

import re
from html import unescape
from typing import Any, get_args
from urllib.parse import urlencode
from xml.etree.ElementTree import fromstring

import pytest

from idp.client_trials.sandbox_people import APP_SECRET, PASSWORD, PEOPLE
from idp.protocol.endpoints import DISCOVERY
from idp.web.developers.pages import PART_PATHS, Stack
from tests.flows.portals import GOODBYE, secret_of
from tests.flows.running_provider import RunningProvider
from tests.support.parties.relying_party import show_password
from tests.support.plain.browser import Browser, landed


@pytest.fixture
def running(embedded: RunningProvider) -> RunningProvider:
    return embedded


def read(running: RunningProvider, path: str, language: str = "vi") -> str:
    answer = running.http.get(f"{running.provider.base()}{path}?lang={language}")
    assert answer.status_code == 200
    assert answer.headers["content-language"] == language
    return unescape(answer.text)


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("path", PART_PATHS.values())
def test_every_page_answers_without_sign_in_and_links_every_other(
    embedded: RunningProvider, path: str, language: str
) -> None:
    html = read(embedded, path, language)
    assert f'lang="{language}"' in html
    assert all(f'href="{other}"' in html for other in (*PART_PATHS.values(), "/status"))


def test_the_invented_people_are_those_of_the_command(embedded: RunningProvider) -> None:
    html = read(embedded, "/developers")
    for person in PEOPLE:
        assert person.record.number.digits in html
        assert person.record.full_name in html
    assert PASSWORD in html
    assert APP_SECRET in html


def test_the_reference_says_what_discovery_says(embedded: RunningProvider) -> None:
    document = embedded.http.get(f"{embedded.provider.base()}/.well-known/openid-configuration").json()
    html = read(embedded, "/developers/reference")
    for name, value in document.items():
        assert f"<code>{name}</code>" in html
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, str):
                assert f"<code>{one}</code>" in html


def test_the_python_code_signs_in_against_this_provider(embedded: RunningProvider, browser: Browser) -> None:
    party, citizen = embedded.party(), embedded.citizen()
    code = sample(read(embedded, "/developers/code"), "python")
    for placeholder, ours in (
        ("your-client-id", party.client_id),
        ("your-client-secret", secret_of(party.client_id)),
        ("https://portal.example/callback", party.redirect_uri),
    ):
        assert code.count(placeholder) == 1
        code = code.replace(placeholder, ours)
    program: dict[str, Any] = {}
    exec(compile(code, "python.txt", "exec"), program)  # the code as it stands on the page
    location, kept = program["begin"]()
    landing = landed(show_password(browser, browser.page(location.removeprefix(party.base)), citizen))
    back = f"{landing.address}?{urlencode(landing.values)}"
    claims, person = program["finish"](back, kept)
    assert claims["sub"] == person["sub"]
    assert person["name"] == citizen.name
    with pytest.raises(ValueError, match="not the answer"):
        program["finish"](back.replace("iss=", "iss=x"), kept)
    with pytest.raises(ValueError, match="not the answer"):
        program["finish"](back, {**kept, "state": "another"})
    assert program["sign_out"]("a.b.c", GOODBYE).startswith(f"{party.base}/logout?id_token_hint=a.b.c&")


@pytest.mark.parametrize("stack", get_args(Stack))
def test_the_addresses_in_the_code_are_those_of_discovery(embedded: RunningProvider, stack: str) -> None:
    document = embedded.http.get(f"{embedded.provider.base()}{DISCOVERY}").json()
    code = sample(read(embedded, "/developers/code", "en"), stack)
    assert "@@" not in code
    ours = re.findall(rf"{re.escape(document['issuer'])}[\w./-]*", code)
    assert document["issuer"] in ours
    known = {value for value in document.values() if isinstance(value, str)} | {document["issuer"] + DISCOVERY}
    assert {address.rstrip(".") for address in ours} <= known
    other = set(re.findall(r"https?://[\w.:-]+", code)) - {document["issuer"]}
    # Spring ends a session by a call to its own port.
    assert other <= {"https://portal.example", "http://localhost:8080"}


def sample(html: str, stack: str) -> str:
    found = re.search(rf'<pre [^>]*id="code-{stack}">(.*?)</pre>', html, re.DOTALL)
    assert found
    return found[1]


def test_the_feed_is_served_as_atom_and_again_only_when_it_changed(embedded: RunningProvider) -> None:
    address = f"{embedded.provider.base()}/developers/changes.xml"
    answer = embedded.http.get(address)
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    assert fromstring(answer.content).tag == "{http://www.w3.org/2005/Atom}feed"
    assert embedded.http.get(address, headers={"If-None-Match": answer.headers["etag"]}).status_code == 304


def test_csp3_the_inspector_may_ask_for_our_keys_and_for_nothing_else(embedded: RunningProvider) -> None:
    answer = embedded.http.get(f"{embedded.provider.base()}/developers/token-inspector")
    policy = dict(part.strip().split(" ", 1) for part in answer.headers["content-security-policy"].split(";") if part)
    keys = embedded.http.get(f"{embedded.provider.base()}{DISCOVERY}").json()["jwks_uri"]
    assert policy["connect-src"] == keys
    assert (policy["default-src"], policy["script-src"], policy["img-src"]) == ("'none'", "'self'", "'self'")
    other = embedded.http.get(f"{embedded.provider.base()}/developers/errors")
    assert "connect-src" not in other.headers["content-security-policy"]
    assert "<script" not in other.text
