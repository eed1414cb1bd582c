"""The first page of one's own account: who is signed in, at which level, proved or not, what waits."""

from datetime import timedelta
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from idp.account.model import AccountKind, ProofState
from idp.account.profiles import MASKED_NUMBER
from idp.account.rating_effects import Occasion
from idp.officers.model import AssistedFiling
from idp.sign_in.levels import level_now
from idp.sign_in.shown_method import method_of
from idp.web.account.dependencies import AccountDependencies
from idp.web.account.identity import waiting_proof
from idp.web.account.pages import AccountHomePage, FilingEntry, OfficersPost
from idp.web.account.paths import HOME, IDENTITY, RATE
from idp.web.account.person import person_of
from idp.web.account.portals import client_name
from idp.web.account.shell import AccountShell, Frame
from idp.web.http.local_time import local_time
from idp.web.http.page_context import PageContext
from idp.web.sessions.paths import CONFIRM_LOGOUT

# A working day: what an officer is asked about while the citizen is still at the counter.
_FILINGS_SHOWN_FOR, _FILINGS_SHOWN = timedelta(hours=12), 20


class AccountHandlers:
    """GET / and /account."""

    def __init__(self, dependencies: AccountDependencies, context: PageContext) -> None:
        self._dependencies = dependencies
        self._web = dependencies.web
        self._context = context
        self._shell = AccountShell(dependencies.web, context)

    async def root(self, request: Request) -> Response:
        """A person who types the address wants their account."""
        return self._context.see_other(HOME)

    async def home(self, request: Request) -> Response:
        frame = await self._shell.visit(request, "home")
        return self._shell.respond(request, await self._page(request, frame), frame)

    async def _page(self, request: Request, frame: Frame) -> AccountHomePage:
        account, now = frame.view.account, self._web.clock.now()
        proof = account.proof_at(now)
        jobs = await self._dependencies.jobs.of_account(account.person_id, account.id)
        return AccountHomePage(
            other_language_url=frame.other_language_url,
            action=CONFIRM_LOGOUT,
            hidden=self._shell.hidden(frame, "logout"),
            shell=frame.shell,
            masked_number=str(person_of(frame.view, self._web).get(MASKED_NUMBER, "")),
            acr=level_now(frame.view, now),
            proof=proof,
            proved_at=local_time(account.proved_at, frame.locale) if account.proved_at else "",
            waiting=waiting_proof(jobs, frame.locale),
            prove_url=None if proof is ProofState.PROVED else IDENTITY,
            rate_url=self._rate_url(request, frame),
            officer=await self._post(frame),
        )

    async def _post(self, frame: Frame) -> OfficersPost | None:
        account = frame.view.account
        if account.kind is not AccountKind.OFFICER:
            return None
        officer = await self._dependencies.officers.of_account(account.person_id, account.id)
        if officer is None:
            return None
        roles = await self._dependencies.roles.held(account.person_id, account.id, self._web.clock.now())
        since = self._web.clock.now() - _FILINGS_SHOWN_FOR
        filings = await self._dependencies.officers.assisted(account.id, since, _FILINGS_SHOWN)
        return OfficersPost(
            agency=officer.agency,
            post=officer.post,
            code=officer.code,
            ends_at=local_time(officer.ends_at, frame.locale),
            filings=tuple(self._filing(filing, frame) for filing in filings),
            administrator=bool(roles),
        )

    def _filing(self, filing: AssistedFiling, frame: Frame) -> FilingEntry:
        return FilingEntry(
            portal=client_name(self._web, filing.client_id, frame.locale),
            at=local_time(filing.at, frame.locale),
            ends_at=local_time(filing.ended_at or filing.ends_at, frame.locale),
            running=filing.ended_at is None and self._web.clock.now() < filing.ends_at,
            stopped=filing.ended_at is not None and filing.ended_at < filing.ends_at,
        )

    def _rate_url(self, request: Request, frame: Frame) -> str | None:
        """Return where the question is asked; nobody is asked again on a browser that answered lately."""
        if self._context.cookies.has_rated(request) or frame.view.session.shared_computer:
            return None
        method, portal = method_of(frame.view.session.amr), self._context.cookies.portal(request)
        token = self._dependencies.ratings.offer(Occasion.SIGN_IN, method, portal)
        return f"{RATE}?{urlencode({'t': token})}"
