"""The test relying party: sends the browser away, takes what it brings back, asks for tokens like any client."""

from collections.abc import Callable, Mapping
from typing import Protocol
from urllib.parse import urlencode

from msgspec import Struct

from clients.model import Client
from idp.audit.model import Origin
from idp.client_trials.judging import Expected, judge
from idp.client_trials.model import Answered, Attempt, Running, Variant
from idp.client_trials.requests import Proof, authorization_parameters, token_request
from idp.client_trials.stand_ins import StandIns
from idp.client_trials.store import RunShelf
from idp.kernel.clock import Clock
from idp.kernel.secrets import new_secret
from idp.oauth.back_channel import BackChannelRequest
from idp.oauth.token import TokenEndpoint
from idp.oauth.userinfo import UserinfoEndpoint
from idp.protocol.answers import Answer
from idp.protocol.authorize.checks import read_request
from idp.protocol.authorize.errors import PageError, RedirectError
from idp.protocol.forms import Form
from idp.protocol.house import House
from records.structs import Unprinted, replace

# Never kept: who reads a report must not be able to use what it tells of.
_TOKENS = frozenset({"access_token", "refresh_token", "id_token"})
_MAX_VALUE = 2000


class PublishedKeys(Protocol):
    """The JWKS as everybody reads it."""

    def jwks(self) -> tuple[bytes, str]:
        """Return the document and its ETag."""


class TryParty(Unprinted, Struct, frozen=True):
    """Plays the client that is tried out. Every answer comes from the endpoints that answer every client."""

    house: House
    shelf: RunShelf
    stand_ins: StandIns
    # The endpoints, for those who know the run's twin beside the registered clients.
    token_for: Callable[[Client], TokenEndpoint]
    userinfo_for: Callable[[Client], UserinfoEndpoint]
    keys: PublishedKeys
    clock: Clock

    async def begin(self, running: Running, variant: Variant, language: str) -> str | None:
        """Return where the browser is sent with a new request; None where the provider's answer is a page, or too many.

        Such a page leads nowhere, so what it says is asked of the same check that shows it.
        """
        run = running.run
        number = await self.shelf.next_number(run.id)
        if number is None:
            return None
        proof = self._proof(running, number, new_secret())
        parameters = authorization_parameters(running.twin, variant, proof, language)
        attempt = Attempt(number, variant, self.clock.now(), parameters, self._page_error(running, parameters))
        await self.shelf.keep(run.id, attempt)
        if attempt.page_error:
            return None
        await self.shelf.expect(run.id, proof.state, number)
        return f"/authorize?{urlencode(parameters)}"

    def _page_error(self, running: Running, parameters: Mapping[str, str]) -> str:
        try:
            read_request(self.house, Form(parameters, frozenset()), running.twin)
        except PageError as error:
            return error.code
        except RedirectError:
            return ""
        return ""

    def _proof(self, running: Running, number: int, state: str) -> Proof:
        made = self.stand_ins.text
        return Proof(state, made(running.secret, f"nonce {number}"), made(running.secret, f"verifier {number}"))

    async def come_back(self, running: Running, values: Mapping[str, str], origin: Origin) -> bool:
        """Take what the browser brought; False for a `state` that no attempt of this run waits for (RFC 9700 4.7)."""
        number = await self.shelf.expected(running.run.id, values.get("state", ""))
        found = [one for one in await self.shelf.attempts(running.run.id) if one.number == number]
        if not found:
            return False
        code = values.get("code", "")
        told = {name: value[:_MAX_VALUE] for name, value in values.items() if name != "code"}
        attempt = replace(found[0], back=told, code_came=bool(code))
        if code and values.get("iss") == self.house.issuer:
            attempt = await self._redeem(running, attempt, code, origin)
        await self.shelf.keep(running.run.id, attempt)
        return True

    async def _redeem(self, running: Running, attempt: Attempt, code: str, origin: Origin) -> Attempt:
        proof = self._proof(running, attempt.number, attempt.request["state"])
        wrong = self.stand_ins.text(running.secret, f"another verifier {attempt.number}")
        verifier = wrong if attempt.variant is Variant.WRONG_VERIFIER else proof.verifier
        answer = await self._ask(running, code, verifier, origin)
        attempt = replace(attempt, token=_told(answer))
        if answer.status != 200 or answer.body is None:
            return attempt
        attempt = await self._look(running, attempt, proof, answer.body)
        if attempt.variant is Variant.REPLAY:
            again = await self._ask(running, code, verifier, origin)
            attempt = replace(attempt, again=_told(again))
        return attempt

    async def _ask(self, running: Running, code: str, verifier: str, origin: Origin) -> Answer:
        twin, secret = running.twin, running.secret
        assertion = self.stand_ins.assertion(secret, twin.client_id, self.house.issuer, self.clock.now())
        asked = token_request(twin, code, verifier, secret=self.stand_ins.secret(secret), assertion=assertion)
        form = Form(asked.form, frozenset())
        return await self.token_for(twin).answer(BackChannelRequest(form, asked.authorization, origin))

    async def _look(self, running: Running, attempt: Attempt, proof: Proof, body: Mapping[str, object]) -> Attempt:
        access, raw, twin = str(body.get("access_token", "")), body.get("id_token"), running.twin
        if not isinstance(raw, str):
            return attempt
        wanted = tuple(attempt.request.get("acr_values", "").split())
        expected = Expected(
            self.house.issuer, twin.client_id, twin.id_token_signed_response_alg, proof.nonce, access, wanted
        )
        judged = judge(raw, self.keys.jwks()[0], expected, self.clock.now())
        userinfo = _told(await self.userinfo_for(twin).answer((access,)))
        return replace(attempt, id_token=judged, userinfo=userinfo, hint=raw)

    async def sign_out(self, running: Running) -> str | None:
        """Return where the browser is sent to sign out (OIDC RP-Initiated Logout 2); None before any sign-in."""
        signed_in = [one for one in await self.shelf.attempts(running.run.id) if one.hint and not one.signed_out]
        if not signed_in:
            return None
        state, attempt = new_secret(), signed_in[-1]
        await self.shelf.expect(running.run.id, state, attempt.number)
        asked = {
            "id_token_hint": attempt.hint,
            "post_logout_redirect_uri": running.twin.post_logout_redirect_uris[0],
            "state": state,
        }
        return f"/logout?{urlencode(asked)}"

    async def signed_out(self, running: Running, state: str) -> bool:
        """Take that the browser came back from signing out; False for a `state` that nobody waits for."""
        number = await self.shelf.expected(running.run.id, state)
        found = [one for one in await self.shelf.attempts(running.run.id) if one.number == number]
        for attempt in found:
            await self.shelf.keep(running.run.id, replace(attempt, signed_out=True))
        return bool(found)


def _told(answer: Answer) -> Answered:
    """Return what an answer says, without the tokens in it."""
    body = answer.body or {}
    members = {name: "" if name in _TOKENS else value for name, value in body.items() if not name.startswith("error")}
    error, description = str(body.get("error", "")), str(body.get("error_description", ""))
    return Answered(answer.status, error, description, members)
