"""What the pages of a counter share: the officer, their request, the citizen's draft."""

from urllib.parse import urlencode

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response

from idp.officers.counter_drafts import Confirmation, CounterDraft, CounterRefusal
from idp.officers.model import Officer
from idp.protocol.authorize.checked_request import AuthorizationRequest
from idp.protocol.authorize.interaction import Step
from idp.sessions.model import SessionView
from idp.web.account.paths import HOME
from idp.web.account.person import person_of
from idp.web.http.errors import WebError
from idp.web.http.leaving import LeaveEarly
from idp.web.http.page_context import PageContext
from idp.web.http.requests import origin_of, query_form
from idp.web.officers.dependencies import OfficerDependencies
from idp.web.officers.paths import COUNTER
from idp.web.sign_in.flow import PAGES, Flow, Visit

START, CITIZEN, FACTOR, PHONE = (f"{COUNTER}{step}" for step in ("", "/citizen", "/factor", "/phone"))


class AtCounter(Struct, frozen=True):
    """An officer in the middle of an assisted request."""

    visit: Visit
    view: SessionView
    asked: AuthorizationRequest
    officer: Officer
    officer_name: str
    browser: str

    def address(self, path: str, **query: str) -> str:
        """Return the address of a step."""
        address = self.visit.address(path)
        return f"{address}&{urlencode(query)}" if query else address

    @property
    def about(self) -> str:
        """Return what forms here are about: this request of this officer's session."""
        return f"counter:{self.visit.name}:{self.view.session.id}"


class WithCitizen(Struct, frozen=True):
    """A visit at the counter with the citizen whose number was entered."""

    at: AtCounter
    name: str
    draft: CounterDraft

    def address(self, path: str, **query: str) -> str:
        """Return the address of a step with this citizen."""
        return self.at.address(path, c=self.name, **query)


class CounterDesk:
    """Finds who is at the counter; nobody else gets further."""

    def __init__(self, dependencies: OfficerDependencies, context: PageContext, flow: Flow) -> None:
        self.dependencies = dependencies
        self.web = dependencies.web
        self.context = context
        self.flow = flow

    async def at(self, request: Request) -> AtCounter:
        """Return the officer of an assisted request, or lead to what it needs first."""
        visit = await self.flow.visit(request)
        if visit.interaction is None:
            raise LeaveEarly(self.context.see_other(HOME))
        asking = await self.flow.asking(request, visit)
        view, browser = asking.session, self.context.cookies.browser(request)
        if asking.ask.step is not Step.COUNTER or view is None:
            raise LeaveEarly(self.context.see_other(visit.address(PAGES[asking.ask.step])))
        officer = await self.dependencies.counter.officer_of(view)
        if officer is None or browser is None:
            raise WebError(400, "request_expired", "no officer, or no browser mark")
        name = str(person_of(view, self.web).get("name", ""))
        return AtCounter(visit, view, asking.ask.request, officer, name, browser)

    async def with_citizen(self, request: Request) -> WithCitizen:
        """Return the citizen of the address as well, or lead to the number's page."""
        at = await self.at(request)
        name = query_form(request).get("c") or ""
        draft = await self.dependencies.counter.load(name, at.view, at.asked, at.browser)
        if draft is None:
            raise LeaveEarly(self.context.see_other(at.address(START, expired="1")))
        return WithCitizen(at, name, draft)

    async def conclude(self, request: Request, citizen: WithCitizen, shown: Confirmation) -> Response | CounterRefusal:
        """Confirm, and send the officer's browser back to the portal with the citizen's code."""
        at = citizen.at
        confirmed = await self.dependencies.counter.confirm(
            citizen.name, citizen.draft, at.view, shown, at.asked, origin_of(request)
        )
        if isinstance(confirmed, CounterRefusal):
            return confirmed
        return await self.flow.send_assisted(request, at.visit, confirmed)

    def start_again(self, at: AtCounter, why: CounterRefusal) -> Response:
        """Return the way to the number's page, saying why."""
        return self.context.see_other(at.address(START, why=why.value))
