"""The authorization endpoint: check the request, look at the session, ask the person or issue a code."""

from datetime import datetime

from msgspec import Struct

from clients.model import Client
from idp.account.model import AccountKind
from idp.audit.model import EventName, Origin
from idp.delegation.model import ActingView
from idp.grants.model import AuthorizationCode
from idp.kernel.clock import Clock
from idp.kernel.effects import Ledger
from idp.kernel.errors import TemporarilyUnavailableError
from idp.metrics.counter import MetricsCounter
from idp.metrics.model import Method, Place
from idp.oauth.back_channel import MAX_ROUNDS
from idp.oauth.codes import CodeStore
from idp.oauth.pushed_requests import PushedRequestStore
from idp.officers.lineage import OfficerPosts
from idp.protocol.authorize.checked_request import AuthorizationRequest
from idp.protocol.authorize.checks import read_request
from idp.protocol.authorize.endpoint import (
    AskPerson,
    SendCode,
    authorization_event,
    check_may_leave,
    decide_authorization,
)
from idp.protocol.authorize.errors import PageError, RedirectError
from idp.protocol.authorize.interaction import ASKS_ANEW, Situation, may_reuse
from idp.protocol.authorize.refused_requests import page_event
from idp.protocol.authorize.response import AuthorizationResponse, error_response
from idp.protocol.authorize.submitted import SubmittedRequest
from idp.protocol.errors import ACCESS_DENIED, INVALID_REQUEST_URI
from idp.protocol.extensions.acting_choice import acting_of, fits
from idp.protocol.extensions.assisted_filing import Assistance, send_assisted_code
from idp.protocol.provider import Provider
from idp.protocol.tokens.subjects import subject_space
from idp.sessions.model import SessionView
from idp.sessions.policy import kept
from idp.sessions.ports import SessionReader
from idp.sign_in.shown_method import method_of
from records.structs import replace


class Progress(Struct, frozen=True):
    """How far a browser has come with this request: when it began, and in which session somebody consented since."""

    began_at: datetime
    consented_at: datetime | None
    consented_in: str = ""

    def consent_of(self, session: SessionView | None) -> datetime | None:
        """Return when the person of a session consented: what another session was shown is none of theirs."""
        return self.consented_at if session is not None and session.session.id == self.consented_in else None


class Asking(Struct, frozen=True):
    """The person must act first; the session is there if there is one."""

    ask: AskPerson
    session: SessionView | None


class AuthorizeEndpoint:
    """Answers authorization requests (OIDC Core 3.1.2)."""

    def __init__(
        self,
        provider: Provider,
        sessions: SessionReader,
        codes: CodeStore,
        pushed: PushedRequestStore,
        ledger: Ledger,
        clock: Clock,
        metrics: MetricsCounter,
        posts: OfficerPosts,
    ) -> None:
        self._provider = provider
        self._sessions = sessions
        self._codes = codes
        self._pushed = pushed
        self._ledger = ledger
        self._clock = clock
        self._metrics = metrics
        self._posts = posts

    async def answer(
        self,
        submitted: SubmittedRequest,
        cookie: str | None,
        origin: Origin,
        progress: Progress | None = None,
    ) -> AuthorizationResponse | Asking:
        """Return where the browser goes, or what the person must do.

        `progress` is there when the person comes back from a page of ours. Raises `PageError` when there is no
        proven address to answer to.
        """
        for _ in range(MAX_ROUNDS):
            answered = await self._answer(submitted, cookie, origin, progress)
            if answered is not None:
                return answered
        raise TemporarilyUnavailableError("the session of a request ended again and again while it was answered")

    async def _answer(
        self, submitted: SubmittedRequest, cookie: str | None, origin: Origin, progress: Progress | None
    ) -> AuthorizationResponse | Asking | None:
        """Decide once; None where what the response stands for came too late: the session or mandate has ended."""
        now, client = self._clock.now(), submitted.client
        try:
            request = read_request(self._provider, submitted, now)
            session = await self._session(cookie, request, now)
            begun = progress or Progress(now, None)
            case = Situation(self._provider, request, session, begun.began_at, begun.consent_of(session), now)
            decided = decide_authorization(case, origin)
        except PageError as error:
            if client is not None:
                self._ledger.enqueue(page_event(client, submitted.form, error, origin, now))
            raise
        except RedirectError as error:
            self._note_refusal(error, origin, now)
            self._count_refusal(error, progress)
            return await self._reported(error, cookie, now)
        if session is not None:
            self._ledger.enqueue(*kept(session.session, now))
        if isinstance(decided, SendCode):
            if decided.effects and not await self._ledger.commit(*decided.effects):
                return None
            await self._spend(submitted)
            await self._keep_code(decided)
            self._count_code(request.client, decided.code, session, progress)
            return decided.response
        return Asking(decided, session)

    async def send_assisted(
        self, submitted: SubmittedRequest, assistance: Assistance, origin: Origin, began_at: datetime
    ) -> AuthorizationResponse:
        """Return the way back with a code for the citizen whom an officer assists, in a request that began then.

        Raises `PageError` when the request has no proven address any more.
        """
        now = self._clock.now()
        try:
            request = read_request(self._provider, submitted, now)
            decided = send_assisted_code(self._provider, request, assistance, origin, now)
        except RedirectError as error:
            self._note_refusal(error, origin, now)
            self._metrics.refused(error.request.client, error.code, began_at)
            return error_response(self._provider, error, now)
        await self._spend(submitted)
        await self._keep_code(decided)
        self._metrics.completed(request.client, Method.COUNTER, began_at, signed_in=False)
        return decided.response

    async def refuse(
        self, submitted: SubmittedRequest, cookie: str | None, origin: Origin, began_at: datetime, step: Place
    ) -> AuthorizationResponse:
        """Return the redirect of a person who said no at a step of a request that began then (OIDC Core 3.1.2.6).

        Raises `PageError` when the request has no proven address any more.
        """
        now = self._clock.now()
        try:
            request = read_request(self._provider, submitted, now)
        except RedirectError as error:
            self._metrics.refused(error.request.client, error.code, began_at, step)
            return await self._reported(error, cookie, now)
        await self._spend(submitted)
        session = await self._session(cookie, request, now)
        event = authorization_event(EventName.AUTHORIZATION_REFUSED, request, session, origin, now, ACCESS_DENIED.code)
        self._ledger.enqueue(event)
        self._metrics.refused(request.client, ACCESS_DENIED.code, began_at, step)
        return await self._reported(RedirectError(request, ACCESS_DENIED), cookie, now)

    async def _keep_code(self, decided: SendCode) -> None:
        if decided.kept:
            await self._codes.put(decided.code_hash, decided.code)
        if decided.event is not None:
            self._ledger.enqueue(decided.event)

    async def _spend(self, submitted: SubmittedRequest) -> None:
        """Answer a pushed request once (RFC 9126 7.3): raises `PageError` for one that was answered elsewhere."""
        if submitted.reference and not await self._pushed.spend(submitted.reference):
            raise PageError(INVALID_REQUEST_URI, "the pushed request was answered before")

    async def situation(self, request: AuthorizationRequest, cookie: str | None, progress: Progress) -> Situation:
        """Return where a request stands that no browser brought: a device's (RFC 8628)."""
        now = self._clock.now()
        session = await self._session(cookie, request, now)
        if session is not None:
            self._ledger.enqueue(*kept(session.session, now))
        consented_at = progress.consent_of(session)
        return Situation(self._provider, request, session, progress.began_at, consented_at, now)

    def acting(self, request: AuthorizationRequest, view: SessionView) -> ActingView | None:
        """Return the mandate that the request would be answered under, None for the person themself."""
        return acting_of(self._provider, request, view)

    def fits(self, request: AuthorizationRequest, mandate: ActingView) -> bool:
        """Say whether a mandate is one that the request could be answered under."""
        return fits(self._provider, request, mandate)

    async def _reported(self, error: RedirectError, cookie: str | None, now: datetime) -> AuthorizationResponse:
        """Return the way to the client with an error; raises `PageError` where it is told here instead."""
        check_may_leave(error, await self._session(cookie, error.request, now))
        return error_response(self._provider, error, now)

    async def _session(self, cookie: str | None, request: AuthorizationRequest, now: datetime) -> SessionView | None:
        if cookie is None:
            return None
        secret_hash, client = self._provider.token_hash.digest(cookie), request.client
        view = await self._sessions.live(secret_hash, client.client_id, now, subject_space(client))
        if view is None or view.account.kind is not AccountKind.OFFICER:
            return view
        return replace(view, officer_lineage=await self._posts.lineage(view.account, now))

    def wants_fresh_upstream(self, provider: str, asking: Asking) -> bool:
        """Say whether an upstream provider must sign the person in anew for this request."""
        request = asking.ask.request
        asked_anew = bool(request.prompt & ASKS_ANEW) or request.max_age is not None
        return asked_anew or asking.session is not None or not may_reuse(self._provider, provider, request)

    def _note_refusal(self, error: RedirectError, origin: Origin, now: datetime) -> None:
        self._ledger.enqueue(
            authorization_event(
                EventName.AUTHORIZATION_REFUSED, error.request, None, origin, now, error.code, said=error.description
            )
        )

    def _count_refusal(self, error: RedirectError, progress: Progress | None) -> None:
        client = error.request.client
        if progress is None:
            self._metrics.failed(client, Place.REQUEST, error.code)
        else:
            self._metrics.refused(client, error.code, progress.began_at)

    def _count_code(
        self, client: Client, code: AuthorizationCode, session: SessionView | None, progress: Progress | None
    ) -> None:
        upstream = session is not None and session.session.upstream_sealed is not None
        method = method_of(code.amr, upstream=upstream)
        if progress is None:
            self._metrics.silent(client, method)
        else:
            self._metrics.completed(client, method, progress.began_at, signed_in=code.auth_time >= progress.began_at)
