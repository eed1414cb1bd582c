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
from tests.flows.town import Town
from tests.support.plain.browser import Browser, landed

# What is told does not depend on the store or a second process.
pytestmark = pytest.mark.one_form

STEPS = ("authorize", "redeem", "call", "refresh")
VERIFIER = "a-verifier-of-the-tests-that-is-long-enough-to-be-one"
CHALLENGE = urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


def scheme(town: Town) -> Mapping[str, object]:
    document = town.http.get(f"{town.provider.base()}{API}/openapi.json").json()
    (found,) = document["components"]["securitySchemes"].values()
    assert isinstance(found, dict)
    return found


def documented(town: Town) -> dict[str, str]:
    """Return the steps of the document: what stands in its fences, in order."""
    found = re.findall(r"```\n(.*?)\n```", str(scheme(town)["description"]), re.DOTALL)
    assert len(found) == len(STEPS)
    return dict(zip(STEPS, found, strict=True))


def on_the_page(town: Town, language: str) -> dict[str, str]:
    """Return the steps of the page of portal teams."""
    html = town.http.get(f"{town.provider.base()}/developers?lang={language}").text
    found = re.findall(r'<pre [^>]*id="api-(\w+)">(.*?)</pre>', html, re.DOTALL)
    return {name: unescape(text) for name, text in found}


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_page_and_the_document_say_the_same(town: Town, language: str) -> None:
    assert on_the_page(town, language) == documented(town)


def test_the_addresses_are_those_of_discovery(town: Town) -> None:
    told = town.http.get(f"{town.provider.base()}/.well-known/openid-configuration").json()
    flow = scheme(town)["flows"]
    assert isinstance(flow, dict)
    code = flow["authorizationCode"]
    assert code["authorizationUrl"] == told["authorization_endpoint"]
    assert code["tokenUrl"] == code["refreshUrl"] == told["token_endpoint"]
    assert set(code["scopes"]) == {"admin:read", "admin:write"}
    steps = documented(town)
    assert steps["authorize"].partition("?")[0] == told["authorization_endpoint"]
    assert steps["redeem"].split()[-1] == steps["refresh"].split()[-1] == told["token_endpoint"]


def filled(town: Town, text: str, **values: str) -> str:
    """Return a step with a program's own values, sent to where the provider of the tests listens."""
    party = town.party(ClientId(CONSOLE))
    known = {
        "CLIENT-ID": CONSOLE,
        "CLIENT-SECRET": secret_of(ClientId(CONSOLE)),
        "https://program.example/callback": party.redirect_uri,
        **{name.replace("_", "-"): value for name, value in values.items()},
    }
    for name in sorted(known, key=len, reverse=True):
        text = text.replace(name, known[name])
    return text.replace(town.provider.issuer, town.provider.base())


def curl(town: Town, command: str) -> httpx2.Response:
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
        return town.http.get(words[-1], headers=headers)
    name, _, secret = user.partition(":")
    return town.http.post(words[-1], headers=headers, data=fields, auth=(name, secret))


def pairs(words: list[str]) -> Iterator[tuple[str, str]]:
    return zip(words[::2], words[1::2], strict=True)


def signed_in(town: Town, browser: Browser, person: OfficerPerson, address: str) -> str:
    """Open the documented address in the administrator's browser and return the code that comes back."""
    asked = parse_qs(urlsplit(address).query)
    assert asked["code_challenge"] == [CHALLENGE]
    landing = landed(show_factors(browser, browser.page(address.removeprefix(town.provider.base())), person))
    assert (landing.values["state"], landing.values["iss"]) == ("a-state", town.provider.issuer)
    return landing.values["code"]


def test_whoever_follows_the_steps_calls_the_api(town: Town, browser: Browser) -> None:
    person = ready(town, browser)
    give_role(town, person, Role.NATIONAL_OPERATOR, NATIONAL)
    steps = documented(town)
    address = filled(town, steps["authorize"], STATE="a-state", NONCE="a-nonce-of-the-tests", CODE_CHALLENGE=CHALLENGE)
    code = signed_in(town, browser, person, address)
    redeemed = curl(town, filled(town, steps["redeem"], CODE=code, CODE_VERIFIER=VERIFIER))
    assert redeemed.status_code == 200, redeemed.text
    tokens = redeemed.json()
    assert tokens["scope"] == "openid admin:read admin:write"
    called = curl(town, filled(town, steps["call"], ACCESS_TOKEN=tokens["access_token"]))
    assert called.status_code == 200, called.text
    assert called.json()["officer_code"] == person.officer.code
    again = curl(town, filled(town, steps["refresh"], REFRESH_TOKEN=tokens["refresh_token"]))
    assert again.status_code == 200, again.text
    assert again.json()["refresh_token"] != tokens["refresh_token"]
    assert curl(town, filled(town, steps["call"], ACCESS_TOKEN=again.json()["access_token"])).status_code == 200
