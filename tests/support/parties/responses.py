"""How a strict relying party takes an authorization response: by the mode it asked for, and by no other way."""

import time
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from tests.support.page import Page
from tests.support.parties.relying_party import RelyingParty, Started
from tests.support.parties.token_checks import check_id_token, number, read_signed
from tests.support.plain.browser import Landing, landed, shown

_SIGNED = ".jwt"
NONE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Arrived:
    """A response as it came in: the address it came to, and its parameters."""

    address: str
    values: dict[str, str]


def arrived(party: RelyingParty, answer: Page | Landing, mode: str) -> Arrived:
    """Return the response that came by a mode, or fail: another way, another parameter, another signer."""
    carrier = mode.removesuffix(_SIGNED)
    found = _by_form(answer) if carrier == "form_post" else _by_redirect(answer, carrier)
    return opened(party, found) if mode.endswith(_SIGNED) else found


def _by_redirect(answer: Page | Landing, carrier: str) -> Arrived:
    landing = landed(answer)
    address, _, fragment = landing.location.partition("#")
    if carrier == "query":
        assert "#" not in landing.location
        return Arrived(landing.address, landing.values)
    # Multiple Response Types 5: with a fragment, nothing of the response is in the query.
    assert "?" not in address
    return Arrived(address, _once(parse_qsl(fragment, keep_blank_values=True, strict_parsing=True)))


def _by_form(answer: Page | Landing) -> Arrived:
    """Take the form as a browser without script does (Form Post Response Mode 2)."""
    page = shown(answer)
    assert page.status == 200
    assert "no-store" in page.headers["cache-control"]
    parts = urlsplit(page.action)
    policy = page.headers["content-security-policy"]
    assert f"form-action 'self' {parts.scheme}://{parts.netloc};" in policy
    assert "frame-ancestors 'none'" in policy
    assert page.buttons["continue"] == ("", ""), "the button is no parameter"
    return Arrived(page.action, dict(page.values))


def opened(party: RelyingParty, found: Arrived) -> Arrived:
    """Apply JARM 2.4: the JWT is all there is, signed for this client by this issuer, and it ends soon."""
    assert found.values.keys() == {"response"}
    claims = read_signed(found.values["response"], party.jwks(), party.response_algorithm, "JWT")
    assert (claims["iss"], claims["aud"]) == (party.issuer, party.client_id)
    # Certification warns outside of ten seconds and ten minutes.
    assert time.time() + 10 < number(claims, "exp") < time.time() + 600
    assert "sub" not in claims
    return Arrived(found.address, {name: str(value) for name, value in claims.items() if name not in {"aud", "exp"}})


def _once(pairs: list[tuple[str, str]]) -> dict[str, str]:
    assert len({name for name, _ in pairs}) == len(pairs), "a parameter came twice"
    return dict(pairs)


def front_tokens(
    party: RelyingParty, started: Started, found: Arrived, response_type: str, scope_claims: frozenset[str] = NONE
) -> Arrived:
    """Apply OIDC Core 3.2.2.8 to 3.2.2.11, 3.3.2.8 to 3.3.2.12: exactly what was asked for, each part vouched for."""
    words = response_type.split(" ")
    expected = {"state", "iss", *(word for word in words if word != "token")}
    expected |= {"session_state"} if party.watches_session else set()
    expected |= {"access_token", "token_type", "expires_in", "scope"} if "token" in words else set()
    values = found.values
    assert values.keys() == expected, values.keys()
    assert (values["state"], values["iss"], found.address) == (started.state, party.issuer, party.redirect_uri)
    if "token" in words:
        assert values["token_type"] == "Bearer"
        assert 0 < int(values["expires_in"]) <= 366 * 86400
        # Certification tries each token at userinfo.
        assert party.userinfo(values["access_token"]).status_code == 200
    if "id_token" in words:
        claims = read_signed(values["id_token"], party.jwks(), party.algorithm, "JWT")
        check_id_token(
            claims,
            party.expected,
            values.get("access_token"),
            started.nonce,
            code=values.get("code"),
            scope_claims=scope_claims,
        )
    return found
