"""One store of many accounts, and the acts that are measured on it."""

from base64 import b64encode
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from itertools import count, islice
from random import Random
from urllib.parse import urlencode

from bench.browser import CLIENT_SECRET, REDIRECT_URI
from bench.our_store import CLIENT, CLIENT_ID
from clients.metadata import parse_entry
from clients.plan import plan
from clients.service import apply
from idp.adapters.hashing.argon2_pool import Argon2Pool
from idp.adapters.hashing.parameters import Argon2Parameters
from idp.app.foundation.opening import Foundation, open_foundation
from idp.app.sign_in import compose_citizens
from idp.app.web import compose_web
from idp.audit.model import Origin
from idp.cli.account.invented_people import INVENTED_PASSWORD, Spoilt, invent
from idp.environment import Settings
from idp.grants.model import AuthorizationCode
from idp.kernel.ids import new_id
from idp.kernel.key_purposes import KeyPurpose
from idp.kernel.secrets import new_secret
from idp.oauth.back_channel import BackChannelRequest
from idp.oauth.codes import CodeStore
from idp.protocol.endpoints import TOKEN
from idp.protocol.forms import parse_form
from idp.protocol.sender.shown import Sender
from idp.sign_in.password import SignedIn, SignInContext
from records.structs import replace

SEED = 1
# So cheap that the hash hides nothing that grows.
_SMALL = Argon2Parameters(memory_kib=64, passes=1)
_BASIC = "Basic " + b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()

Act = Callable[[int], Awaitable[object]]


async def open_rig(stack: AsyncExitStack, settings: Settings, size: int, people: int) -> "ScaleRig":
    """Return the rig of an imported store, `people` of whose `size` accounts act; the stack closes it."""
    opened = await open_foundation(settings, stack)
    foundation = replace(opened, hasher=Argon2Pool(_SMALL))
    stack.callback(foundation.hasher.close)
    now, pepper = foundation.clock.now(), foundation.root_key.raw(KeyPurpose.CLIENT_SECRETS)
    await apply(foundation.database.clients, plan((), (parse_entry(CLIENT, now),), pepper, now), pepper, now)
    await foundation.refresh()
    return ScaleRig(foundation, size, people)


class ScaleRig:
    """The acts, each about another of the imported people, spread over the whole of them."""

    def __init__(self, foundation: Foundation, size: int, people: int) -> None:
        """Take an open store and choose who acts."""
        self._foundation, self._provider = foundation, foundation.shared.provider
        self._sign_in = compose_citizens(foundation, self._provider).sign_in
        self._token = compose_web(foundation).back_channel.token
        self._codes = CodeStore(foundation.shortlived, self._provider.policy.code_memory)
        self._addresses, self._refresh_tokens = count(1), dict[int, str]()
        places = Random(SEED).sample(range(size), min(3 * people, size))
        invented = (next(iter(invent(1, SEED, [], Spoilt(), first=place))) for place in places)
        self._numbers = [row["number"] for row in islice((row for row in invented if row["status"] == "open"), people)]
        self._cookies: dict[int, str] = {}

    async def stored_bytes(self) -> int:
        """Return the size of the database on disk."""
        return await self._foundation.database.operations.size()

    @property
    def acts(self) -> Mapping[str, Act]:
        """Return the acts in the order in which each makes what the next needs."""
        return {
            "first search": self.search,
            "sign-in": self.sign_in,
            "code": self.code,
            "refresh": self.refresh,
            "search": self.search,
        }

    async def sign_in(self, place: int) -> None:
        """Sign in with the password of the imported hash, which is renewed."""
        outcome = await self._sign_in.attempt(self._numbers[place], INVENTED_PASSWORD, self._context_of())
        if not isinstance(outcome, SignedIn):
            raise TypeError(f"no sign-in: {outcome}")
        self._cookies[place] = outcome.cookie.reveal()

    async def code(self, place: int) -> None:
        """Redeem a code."""
        self._refresh_tokens[place] = await self._redeem(place)

    async def refresh(self, place: int) -> None:
        """Rotate a refresh token."""
        form = {"grant_type": "refresh_token", "refresh_token": self._refresh_tokens[place]}
        self._refresh_tokens[place] = await self._ask(form)

    async def search(self, place: int) -> None:
        """Find an account by its number, then by its id, as `idp accounts show` does."""
        index = self._foundation.shared.number_index.digest(self._numbers[place])
        record = await self._foundation.database.accounts.for_sign_in(index)
        if record is None:
            raise RuntimeError("not found")
        ((person_id, account_id),) = await self._foundation.database.operations.accounts_of(record.account.id)
        await self._foundation.database.accounts.by_id(person_id, account_id)

    def _context_of(self) -> SignInContext:
        address = f"2001:db8::{next(self._addresses):x}"
        return SignInContext(None, new_secret(), (), Origin(new_id(), address, 50_000))

    async def _redeem(self, place: int) -> str:
        now, code = datetime.now(UTC), new_secret()
        secret_hash = self._provider.token_hash.digest(self._cookies[place])
        view = await self._foundation.database.sessions.live(secret_hash, CLIENT_ID, now)
        if view is None:
            raise RuntimeError("the session is gone")
        session = view.session
        record = AuthorizationCode(
            client_id=CLIENT_ID,
            redirect_uri=REDIRECT_URI,
            redirect_uri_given=True,
            scope=("openid", "profile"),
            nonce=None,
            code_challenge=None,
            session_id=session.id,
            person_id=session.person_id,
            account_id=session.account_id,
            auth_time=session.auth_time,
            acr=session.acr,
            amr=session.amr,
            issued_at=now,
            expires_at=now + timedelta(minutes=1),
        )
        await self._codes.put(self._provider.token_hash.digest(code), record)
        return await self._ask({"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT_URI})

    async def _ask(self, form: Mapping[str, str]) -> str:
        parsed = parse_form(urlencode(form).encode())
        answer = await self._token.answer(BackChannelRequest(parsed, _BASIC, Origin(new_id()), Sender("POST", TOKEN)))
        if answer.status != 200 or answer.body is None:
            raise RuntimeError(f"no tokens: {answer.body}")
        return str(answer.body["refresh_token"])
