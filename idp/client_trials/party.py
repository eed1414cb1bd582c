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
from idp.client_trials.store import TrialRunStore
from idp.kernel.clock import Clock
from idp.kernel.secrets import new_secret
from idp.oauth.back_channel import BackChannelRequest
from idp.oauth.token import TokenEndpoint
from idp.oauth.userinfo import UserinfoEndpoint
from idp.protocol.answers import Answer
from idp.protocol.authorize.checks import read_request
from idp.protocol.authorize.errors import PageError, RedirectError
from idp.protocol.authorize.submitted import SubmittedRequest
from idp.protocol.endpoints import AUTHORIZE, LOGOUT, TOKEN, USERINFO
from idp.protocol.forms import Form
from idp.protocol.provider import Provider
from idp.protocol.sender.shown import Sender
from idp.protocol.tokens.bearer import ShownCredential
from records.structs import Unprinted, replace

# Never kept: who reads a report must not be able to use what it tells of.
_TOKENS = frozenset({"access_token", "refresh_token", "id_token"})
_MAX_VALUE = 2000


class PublishedKeys(Protocol):
    """The JWKS as everybody reads it."""

    def jwks(self) -> tuple[bytes, str]:
        """Return the document and its ETag."""


class TrialRelyingParty(Unprinted, Struct, frozen=True):
    """Plays the client that is tried out. Every answer comes from the endpoints that answer every client."""

    provider: Provider
    store: TrialRunStore
    stand_ins: StandIns
    # The endpoints, for those who know the run's trial client beside the registered clients.
    token_for: Callable[[Client], TokenEndpoint]
    userinfo_for: Callable[[Client], UserinfoEndpoint]
    keys: PublishedKeys
    clock: Clock

    async def begin(self, running: Running, variant: Variant, language: str) -> str | None:
        """Return where the browser is sent with a new request; None where the provider's answer is a page, or too many.

        Such a page leads nowhere, so what it says is asked of the same check that shows it.
        """
        run = running.run
        number = await self.store.next_number(run.id)
        if number is None:
            return None
        proof = self._proof(running, number, new_secret())
        parameters = authorization_parameters(running.trial_client, variant, proof, language)
        attempt = Attempt(number, variant, self.clock.now(), parameters, self._page_error(running, parameters))
        await self.store.keep(run.id, attempt)
        if attempt.page_error:
            return None
        await self.store.expect(run.id, proof.state, number)
        return f"{AUTHORIZE}?{urlencode(parameters)}"

    def _page_error(self, running: Running, parameters: Mapping[str, str]) -> str:
        try:
            read_request(
                self.provider, SubmittedRequest(running.trial_client, Form(parameters, frozenset())), self.clock.now()
            )
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
        number = await self.store.expected(running.run.id, values.get("state", ""))
        found = [one for one in await self.store.attempts(running.run.id) if one.number == number]
        if not found:
            return False
        code = values.get("code", "")
        reported = {name: value[:_MAX_VALUE] for name, value in values.items() if name != "code"}
        attempt = replace(found[0], back=reported, code_came=bool(code))
        if code and values.get("iss") == self.provider.issuer:
            attempt = await self._redeem(running, attempt, code, origin)
        await self.store.keep(running.run.id, attempt)
        return True

    async def _redeem(self, running: Running, attempt: Attempt, code: str, origin: Origin) -> Attempt:
        proof = self._proof(running, attempt.number, attempt.request["state"])
        wrong = self.stand_ins.text(running.secret, f"another verifier {attempt.number}")
        verifier = wrong if attempt.variant is Variant.WRONG_VERIFIER else proof.verifier
        answer = await self._ask(running, code, verifier, origin)
        attempt = replace(attempt, token=_reported(answer))
        if answer.status != 200 or answer.body is None:
            return attempt
        attempt = await self._look(running, attempt, proof, answer.body)
        if attempt.variant is Variant.REPLAY:
            again = await self._ask(running, code, verifier, origin)
            attempt = replace(attempt, again=_reported(again))
        return attempt

    async def _ask(self, running: Running, code: str, verifier: str, origin: Origin) -> Answer:
        trial_client, secret = running.trial_client, running.secret
        assertion = self.stand_ins.assertion(secret, trial_client.client_id, self.provider.issuer, self.clock.now())
        asked = token_request(trial_client, code, verifier, secret=self.stand_ins.secret(secret), assertion=assertion)
        form = Form(asked.form, frozenset())
        return await self.token_for(trial_client).answer(
            BackChannelRequest(form, asked.authorization, origin, Sender("POST", TOKEN))
        )

    async def _look(self, running: Running, attempt: Attempt, proof: Proof, body: Mapping[str, object]) -> Attempt:
        access, raw, trial_client = str(body.get("access_token", "")), body.get("id_token"), running.trial_client
        if not isinstance(raw, str):
            return attempt
        wanted = tuple(attempt.request.get("acr_values", "").split())
        expected = Expected(
            self.provider.issuer,
            trial_client.client_id,
            trial_client.id_token_signed_response_alg,
            proof.nonce,
            access,
            wanted,
        )
        judged = judge(raw, self.keys.jwks()[0], expected, self.clock.now())
        userinfo = _reported(
            await self.userinfo_for(trial_client).answer((ShownCredential("Bearer", access),), Sender("GET", USERINFO))
        )
        return replace(attempt, id_token=judged, userinfo=userinfo, hint=raw)

    async def sign_out(self, running: Running) -> str | None:
        """Return where the browser is sent to sign out (OIDC RP-Initiated Logout 2); None before any sign-in."""
        signed_in = [one for one in await self.store.attempts(running.run.id) if one.hint and not one.signed_out]
        if not signed_in:
            return None
        state, attempt = new_secret(), signed_in[-1]
        await self.store.expect(running.run.id, state, attempt.number)
        asked = {
            "id_token_hint": attempt.hint,
            "post_logout_redirect_uri": running.trial_client.post_logout_redirect_uris[0],
            "state": state,
        }
        return f"{LOGOUT}?{urlencode(asked)}"

    async def signed_out(self, running: Running, state: str) -> bool:
        """Note that the browser came back from signing out; False for a `state` that nobody waits for."""
        number = await self.store.expected(running.run.id, state)
        found = [one for one in await self.store.attempts(running.run.id) if one.number == number]
        for attempt in found:
            await self.store.keep(running.run.id, replace(attempt, signed_out=True))
        return bool(found)


def _reported(answer: Answer) -> Answered:
    """Return what an answer says, without the tokens in it."""
    body = answer.body or {}
    members = {name: "" if name in _TOKENS else value for name, value in body.items() if not name.startswith("error")}
    error, description = str(body.get("error", "")), str(body.get("error_description", ""))
    return Answered(answer.status, error, description, members)
