"""The logout notices that portals have got (OIDC Back-Channel Logout 2.5)."""

from urllib.parse import parse_qs

import orjson
from joserfc import jws

from tests.flows.running_provider import RunningProvider
from tests.support.parties.relying_party import RelyingParty, Tokens
from tests.support.parties.token_checks import Claims
from tests.support.waiting import wait_for


def notices(running: RunningProvider, party: RelyingParty, tokens: Tokens) -> list[Claims]:
    """Return the logout tokens that a portal has got for a session; each request must be as the standard says."""
    found = []
    for request in running.listener.received(f"/logout/{party.client_id}"):
        assert (request.method, request.content_type) == ("POST", "application/x-www-form-urlencoded")
        form = parse_qs(request.body.decode(), strict_parsing=True)
        assert form.keys() == {"logout_token"}
        (token,) = form["logout_token"]
        if orjson.loads(jws.extract_compact(token.encode()).payload)["sid"] == tokens.claims["sid"]:
            found.append(party.logout_claims(token))
    return found


def wait_notices(running: RunningProvider, party: RelyingParty, tokens: Tokens, count: int = 1) -> list[Claims]:
    """Wait for the notices; that they come is the verdict, how soon is the machine's."""

    def enough() -> list[Claims] | None:
        found = notices(running, party, tokens)
        return found if len(found) >= count else None

    return wait_for(f"{count} notices to {party.client_id}", enough)
