"""What stands behind tokens of the authorization endpoint is committed before they leave, or they do not leave."""

from datetime import datetime
from typing import cast

import pytest

from clients.model import RESPONSE_TYPES, ClientId
from idp.adapters.memory.shortlived import MemoryShortLivedStore
from idp.grants.model import StartGrant
from idp.kernel.effects import Effect
from idp.kernel.errors import TemporarilyUnavailableError
from idp.metrics.counter import MetricsCounter
from idp.oauth.authorize import Asking, AuthorizeEndpoint
from idp.oauth.back_channel import MAX_ROUNDS
from idp.oauth.codes import CodeStore
from idp.oauth.pushed_requests import PushedRequestStore
from idp.officers.lineage import OfficerPosts
from idp.protocol.authorize.interaction import Step
from idp.protocol.authorize.response import AuthorizationResponse
from idp.protocol.authorize.submitted import SubmittedRequest
from idp.sessions.model import SessionView
from records.structs import replace
from tests.support.builders.protocol import CLIENT, NOW, ORIGIN, PROVIDER, VIEW, authorize
from tests.support.rigs.proof import HandClock

COOKIE = "c" * 43
SUITE = replace(
    CLIENT,
    security_profile="certification",
    grant_types=("authorization_code", "implicit"),
    response_types=RESPONSE_TYPES,
)


class Sessions:
    """One session, until it has ended."""

    def __init__(self) -> None:
        self.view: SessionView | None = VIEW

    async def live(
        self, secret_hash: bytes, client_id: ClientId, now: datetime, sector: str = ""
    ) -> SessionView | None:
        return self.view


class LateLedger:
    """Finds the first claims too late, and ends the session where it is told to."""

    def __init__(self, sessions: Sessions, *, late: int = 0, ends: bool = False) -> None:
        self.committed: list[Effect] = []
        self.enqueued: list[Effect] = []
        self._sessions, self._late, self._ends = sessions, late, ends

    async def commit(self, *effects: Effect) -> bool:
        if self._late:
            self._late -= 1
            self._sessions.view = None if self._ends else VIEW
            return False
        self.committed.extend(effects)
        return True

    def enqueue(self, *effects: Effect) -> None:
        self.enqueued.extend(effects)


async def answer(
    response_type: str, *, late: int = 0, ends: bool = False
) -> tuple[AuthorizationResponse | Asking, LateLedger, CodeStore]:
    clock, sessions = HandClock(NOW), Sessions()
    store, ledger = MemoryShortLivedStore(clock), LateLedger(sessions, late=late, ends=ends)
    codes, policy = CodeStore(store, PROVIDER.policy.code_memory), PROVIDER.policy
    pushed = PushedRequestStore(
        store, PROVIDER.sealer, PROVIDER.token_hash, policy.pushed_request_life, policy.interaction_life
    )
    # Nobody here is an officer: their posts are not asked for.
    posts = cast("OfficerPosts", None)
    endpoint = AuthorizeEndpoint(PROVIDER, sessions, codes, pushed, ledger, clock, MetricsCounter(clock), posts)
    submitted = SubmittedRequest(SUITE, authorize(response_type=response_type))
    return await endpoint.answer(submitted, COOKIE, ORIGIN), ledger, codes


@pytest.mark.parametrize("response_type", ["id_token token", "code id_token", "code token"])
async def test_i8_the_grant_is_committed_before_the_tokens_leave(response_type: str) -> None:
    response, ledger, codes = await answer(response_type)
    assert isinstance(response, AuthorizationResponse)
    (start,) = [effect for effect in ledger.committed if isinstance(effect, StartGrant)]
    code = response.parameters.get("code")
    if code is not None:
        # The code beside them is kept as any other, and is none of the grant's.
        code_hash = PROVIDER.token_hash.digest(code)
        assert await codes.get(code_hash) is not None
        assert start.grant.code_hash != code_hash


async def test_a_code_alone_commits_nothing() -> None:
    response, ledger, _ = await answer("code")
    assert isinstance(response, AuthorizationResponse)
    assert ledger.committed == []


async def test_i24_where_the_session_ended_meanwhile_the_person_is_asked_and_nothing_leaves() -> None:
    asking, ledger, _ = await answer("id_token token", late=1, ends=True)
    assert isinstance(asking, Asking)
    assert asking.ask.step is Step.SIGN_IN
    assert ledger.committed == []


async def test_a_claim_that_came_too_late_once_is_decided_anew() -> None:
    response, ledger, _ = await answer("id_token", late=1)
    assert isinstance(response, AuthorizationResponse)
    assert len([effect for effect in ledger.committed if isinstance(effect, StartGrant)]) == 1


async def test_who_never_gets_a_grant_gets_no_token_and_no_endless_round() -> None:
    with pytest.raises(TemporarilyUnavailableError):
        await answer("id_token token", late=MAX_ROUNDS)
