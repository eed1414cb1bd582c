"""An administrator who looks: signed in over HTTP, with a token for the API, and a connection that stays open."""

import http.client
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from time import perf_counter
from urllib.parse import parse_qs, urlencode, urlsplit

import msgspec

from bench.browser import CHALLENGE, Browser, Tokens, UnexpectedAnswerError, basic, code_form, open_form
from bench.console_lookups import LOOKUPS, command_for, look_in
from bench.console_store import PROGRAM, REDIRECT_URI
from clients.model import ClientId
from idp.cli.demonstration.officer import DemonstrationOfficer
from idp.factors.totp.codes import code_of, step_at
from idp.kernel.ids import AccountId
from idp.kernel.secrets import Secret

# A second factor counts as fresh for a quarter of an hour, and a token lives for some minutes.
_SIGNED_IN_FOR, _TOKEN_FOR = timedelta(minutes=12), timedelta(minutes=3)
_NEVER = datetime.min.replace(tzinfo=UTC)
# The first piece of an answer without end.
_PIECE = 1024


@dataclass(frozen=True, slots=True)
class Looked:
    """An answer: its status, and after how many milliseconds it was whole."""

    status: int
    milliseconds: float


@dataclass(slots=True)
class Viewer:
    """One administrator's browser and program."""

    base_url: str
    post: DemonstrationOfficer
    address: str
    browser: Browser = field(init=False)
    token: str = ""
    _signed_in_at: datetime = _NEVER
    _token_at: datetime = _NEVER
    _connection: http.client.HTTPConnection | None = None

    def __post_init__(self) -> None:
        self.browser = Browser(self.base_url, self.address)

    def refresh(self) -> None:
        """Sign in and get a token, where that was too long ago for what wants it fresh."""
        now = datetime.now(UTC)
        if now - self._signed_in_at > _SIGNED_IN_FOR:
            self.browser = Browser(self.base_url, self.address)
            self._sign_in()
            self._signed_in_at = now
        if now - self._token_at > _TOKEN_FOR:
            self.token = self._new_token()
            self._token_at = now

    def headers(self, *, api: bool) -> dict[str, str]:
        """Return what a request carries."""
        if api:
            return {"Authorization": f"Bearer {self.token}", "X-Forwarded-For": self.address}
        return self.browser.headers()

    def look(self, address: str, *, api: bool, streamed: bool) -> Looked:
        """Ask for an address and wait for the whole answer, or for the first piece of one without end."""
        connection = self._open()
        began = perf_counter()
        connection.request("GET", address, headers=self.headers(api=api))
        answer = connection.getresponse()
        if streamed:
            answer.read1(_PIECE)
        else:
            answer.read()
        took = (perf_counter() - began) * 1000
        if streamed:
            self.close()
        return Looked(answer.status, took)

    def look_for(self, account_id: AccountId) -> str:
        """Look for somebody by a call, and return the name of the look."""
        body, headers = command_for(account_id)
        connection = self._open()
        connection.request("POST", LOOKUPS, body, {**self.headers(api=True), **headers})
        answer = connection.getresponse()
        return look_in(answer.status, answer.read())

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _open(self) -> http.client.HTTPConnection:
        if self._connection is None:
            where = urlsplit(self.base_url)
            self._connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=60)
            self._connection.connect()
        return self._connection

    def _sign_in(self) -> None:
        typed = {"identifier": self.post.name.text, "password": self.post.password, "action": "sign-in"}
        reply = self.browser.send("POST", "/sign-in", open_form(self.browser, "/sign-in?officer=1&to=admin") | typed)
        where = reply.headers.get("location", "")
        if reply.status != 303:
            raise UnexpectedAnswerError("the administrator could not sign in", reply)
        code = code_of(Secret(self.post.app_secret), step_at(datetime.now(UTC)))
        form = open_form(self.browser, where) | {"action": "verify", "code": code}
        reply = self.browser.send("POST", where, form)
        if reply.status != 303:
            raise UnexpectedAnswerError("the code was not accepted", reply)

    def _new_token(self) -> str:
        query = {
            "client_id": PROGRAM,
            "response_type": "code",
            "redirect_uri": REDIRECT_URI,
            "scope": "openid admin:read admin:write",
            "state": "state-of-a-load-test",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
        }
        reply = self.browser.send("GET", f"/authorize?{urlencode(query)}")
        code = parse_qs(urlsplit(reply.headers.get("location", "")).query).get("code")
        if code is None:
            raise UnexpectedAnswerError("no code for the administrator", reply)
        form = {**code_form(code[0]), "redirect_uri": REDIRECT_URI}
        reply = Browser(self.base_url, self.address).send("POST", "/token", form, basic(ClientId(PROGRAM)))
        if reply.status != 200:
            raise UnexpectedAnswerError("no token for the administrator", reply)
        return msgspec.json.decode(reply.body, type=Tokens).access_token
