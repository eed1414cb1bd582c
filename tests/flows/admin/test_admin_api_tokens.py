"""How a program gets a token for the administration API: the documented steps, followed as they are written."""

import re
import shlex
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping
from hashlib import sha256
from html import unescape
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from clients.model import ClientId
from idp.officers.roles import NATIONAL, Role
from tests.flows.administrators import API, CONSOLE, give_role
from tests.flows.officer_people import OfficerPerson, ready, show_factors
from tests.flows.portals import secret_of
from tests.flows.running_provider import RunningProvider
from tests.support.plain.browser import Browser, landed

# What is told does not depend on the store or a second process.
pytestmark = pytest.mark.one_form

STEPS = ("authorize", "redeem", "call", "refresh")
VERIFIER = "a-verifier-of-the-tests-that-is-long-enough-to-be-one"
CHALLENGE = urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


def scheme(running: RunningProvider) -> Mapping[str, object]:
    document = running.http.get(f"{running.provider.base()}{API}/openapi.json").json()
    (found,) = document["components"]["securitySchemes"].values()
    assert isinstance(found, dict)
    return found


def documented(running: RunningProvider) -> dict[str, str]:
    """Return the steps of the document: what stands in its fences, in order."""
    found = re.findall(r"```\n(.*?)\n```", str(scheme(running)["description"]), re.DOTALL)
    assert len(found) == len(STEPS)
    return dict(zip(STEPS, found, strict=True))


def on_the_page(running: RunningProvider, language: str) -> dict[str, str]:
    """Return the steps of the page of portal teams."""
    html = running.http.get(f"{running.provider.base()}/developers?lang={language}").text
    found = re.findall(r'<pre [^>]*id="api-(\w+)">(.*?)</pre>', html, re.DOTALL)
    return {name: unescape(text) for name, text in found}


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_page_and_the_document_say_the_same(running: RunningProvider, language: str) -> None:
    assert on_the_page(running, language) == documented(running)


def test_the_addresses_are_those_of_discovery(running: RunningProvider) -> None:
    reported = running.http.get(f"{running.provider.base()}/.well-known/openid-configuration").json()
    flow = scheme(running)["flows"]
    assert isinstance(flow, dict)
    code = flow["authorizationCode"]
    assert code["authorizationUrl"] == reported["authorization_endpoint"]
    assert code["tokenUrl"] == code["refreshUrl"] == reported["token_endpoint"]
    assert set(code["scopes"]) == {"admin:read", "admin:write"}
    steps = documented(running)
    assert steps["authorize"].partition("?")[0] == reported["authorization_endpoint"]
    assert steps["redeem"].split()[-1] == steps["refresh"].split()[-1] == reported["token_endpoint"]


def filled(running: RunningProvider, text: str, **values: str) -> str:
    """Return a step with a program's own values, sent to where the provider of the tests listens."""
    party = running.party(ClientId(CONSOLE))
    known = {
        "CLIENT-ID": CONSOLE,
        "CLIENT-SECRET": secret_of(ClientId(CONSOLE)),
        "https://program.example/callback": party.redirect_uri,
        **{name.replace("_", "-"): value for name, value in values.items()},
    }
    for name in sorted(known, key=len, reverse=True):
        text = text.replace(name, known[name])
    return text.replace(running.provider.issuer, running.provider.base())


def curl(running: RunningProvider, command: str) -> httpx2.Response:
    """Send what curl would send."""
    # A backslash at the end goes on with the line, which shlex leaves to the shell.
    program, *words = shlex.split(command.replace("\\\n", " "))
    assert program == "curl"
    options = list(pairs(words[:-1]))
    user = next((value for name, value in options if name == "--user"), "")
    headers = dict(value.split(": ", 1) for name, value in options if name == "--header")
    fields = dict(value.split("=", 1) for name, value in options if name == "--data-urlencode")
    assert {name for name, _ in options} <= {"--user", "--header", "--data-urlencode"}
    if not fields:
        return running.http.get(words[-1], headers=headers)
    name, _, secret = user.partition(":")
    return running.http.post(words[-1], headers=headers, data=fields, auth=(name, secret))


def pairs(words: list[str]) -> Iterator[tuple[str, str]]:
    return zip(words[::2], words[1::2], strict=True)


def signed_in(running: RunningProvider, browser: Browser, person: OfficerPerson, address: str) -> str:
    """Open the documented address in the administrator's browser and return the code that comes back."""
    asked = parse_qs(urlsplit(address).query)
    assert asked["code_challenge"] == [CHALLENGE]
    landing = landed(show_factors(browser, browser.page(address.removeprefix(running.provider.base())), person))
    assert (landing.values["state"], landing.values["iss"]) == ("a-state", running.provider.issuer)
    return landing.values["code"]


def test_whoever_follows_the_steps_calls_the_api(running: RunningProvider, browser: Browser) -> None:
    person = ready(running, browser)
    give_role(running, person, Role.NATIONAL_OPERATOR, NATIONAL)
    steps = documented(running)
    address = filled(
        running, steps["authorize"], STATE="a-state", NONCE="a-nonce-of-the-tests", CODE_CHALLENGE=CHALLENGE
    )
    code = signed_in(running, browser, person, address)
    redeemed = curl(running, filled(running, steps["redeem"], CODE=code, CODE_VERIFIER=VERIFIER))
    assert redeemed.status_code == 200, redeemed.text
    tokens = redeemed.json()
    assert tokens["scope"] == "openid admin:read admin:write"
    called = curl(running, filled(running, steps["call"], ACCESS_TOKEN=tokens["access_token"]))
    assert called.status_code == 200, called.text
    assert called.json()["officer_code"] == person.officer.code
    again = curl(running, filled(running, steps["refresh"], REFRESH_TOKEN=tokens["refresh_token"]))
    assert again.status_code == 200, again.text
    assert again.json()["refresh_token"] != tokens["refresh_token"]
    assert curl(running, filled(running, steps["call"], ACCESS_TOKEN=again.json()["access_token"])).status_code == 200
