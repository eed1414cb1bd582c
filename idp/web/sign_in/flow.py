"""The way of a request through our pages and back: begin, come back, go on."""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlencode

import msgspec
from msgspec import Struct
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from clients.model import Client, ClientId
from clients.ports import ClientLookup
from clients.trial_client import is_trial_client
from idp.kernel.ids import AccountId
from idp.kernel.secrets import SealBrokenError
from idp.metrics.model import Place
from idp.oauth.authorize import Asking, Progress
from idp.oauth.devices.approval import DeviceOutcome, FoundDevice
from idp.protocol.authorize.checked_request import AuthorizationRequest
from idp.protocol.authorize.checks import known_parameters, size_of
from idp.protocol.authorize.endpoint import AskPerson
from idp.protocol.authorize.interaction import Step, begins_with_registration
from idp.protocol.authorize.response import AuthorizationResponse
from idp.protocol.authorize.submitted import Provenance, SubmittedRequest
from idp.protocol.device.user_codes import shown
from idp.protocol.endpoints import AUTHORIZE, DEVICE
from idp.protocol.extensions.assisted_filing import Assistance
from idp.protocol.forms import Form
from idp.protocol.resources import resources_given, sent_again
from idp.sign_in.interactions import Interaction
from idp.web.account.paths import HOME
from idp.web.account.person import head_shared_pages
from idp.web.delegation.paths import ACT_FOR
from idp.web.http.errors import WebError
from idp.web.http.leaving import LeaveEarly
from idp.web.http.page_context import RESUME, PageContext
from idp.web.http.places import query_of
from idp.web.http.request_clients import RequestClients
from idp.web.http.requests import origin_of, query_form
from idp.web.officers.paths import COUNTER
from idp.web.registration.paths import REGISTER
from idp.web.sign_in.dependencies import FlowDependencies
from idp.web.sign_in.paths import ACCOUNT_KIND, ASKED_OF_YOU, CONFIRM_DEVICE, CONSENT, DEVICE_DONE, SIGN_IN, STEP_UP
from idp.web.sign_in.responses import render
from records.structs import replace

PAGES = {
    Step.SIGN_IN: SIGN_IN,
    Step.ACCOUNT_KIND: ACCOUNT_KIND,
    Step.STEP_UP: STEP_UP,
    Step.CHOOSE: ACT_FOR,
    Step.CONSENT: CONSENT,
    Step.COUNTER: COUNTER,
    Step.DEVICE: CONFIRM_DEVICE,
}
# Among the parameters of an interaction: which request of a device it is about, and the code that was typed for it. Of
# an authorization request none has them, whatever a browser sends: only its own are kept (`known_parameters`).
ASKED, USER_CODE = "asked", "user_code"
_RESUME_PLACE = "resume"
_LONGEST_RESUME = 16 * 1024


class StartAgainError(LeaveEarly):
    """The interaction is gone (too old, store flushed, another browser): the request itself begins anew."""


class Visit(Struct, frozen=True):
    """A browser on one of our pages, in the middle of a client's request. Without a request, it visits us."""

    name: str
    interaction: Interaction | None
    resume: str
    # Whose requests are known here.
    clients: ClientLookup
    # Where a visit of us, without a client's request, leads in the end, if it came with a place to go
    # (`idp.web.http.places`).
    place: tuple[str, str] | None = None

    @property
    def form(self) -> Form:
        """Return the client's parameters."""
        return Form(self.interaction.parameters if self.interaction else {}, frozenset())

    @property
    def submitted(self) -> SubmittedRequest:
        """Return the client's request as it was submitted."""
        client = self.clients.get(ClientId(self.form.get("client_id") or ""))
        if self.interaction is None:
            return SubmittedRequest(client, self.form)
        given = resources_given(client, self.form, self.clients)
        return SubmittedRequest(client, self.form, self.interaction.provenance, self.interaction.reference, given=given)

    @property
    def device_hash(self) -> bytes | None:
        """Return by what a device's request is found, None of one that a browser brought."""
        asked = self.form.get(ASKED)
        return bytes.fromhex(asked) if asked else None

    @property
    def user_code(self) -> str:
        """Return the code that was typed, "" where a client named the person."""
        return self.form.get(USER_CODE) or ""

    @property
    def about(self) -> str:
        """Return what a form of this visit is about: part of its protection."""
        return f"visit:{self.name}"

    def address(self, path: str) -> str:
        """Return the address of a page for this visit."""
        if self.name:
            return f"{path}?{urlencode({'i': self.name, RESUME: self.resume})}"
        return f"{path}?{urlencode(query_of(*self.place))}" if self.place else path


class Flow:
    """Leads a browser from the client's request through our pages and back to the client."""

    def __init__(self, dependencies: FlowDependencies, context: PageContext, clients: RequestClients) -> None:
        self._dependencies = dependencies
        self._web = dependencies.web
        self._context = context
        self._clients = clients

    async def begin(self, request: Request, form: Form) -> Response:
        """Answer an authorization request: at once, or by leading the person to the first page.

        Raises `HTTPException` 405 for HEAD: link checkers ask by it, and nobody would read the code that it makes.
        """
        if request.method == "HEAD":
            raise HTTPException(405, headers={"Allow": "GET, POST"})
        cookie, clients = self._context.cookies.session(request), await self._clients.of(request)
        began_at = self._web.clock.now()
        submitted = await self._dependencies.sources.resolve(clients, form, began_at)
        answer = await self._dependencies.authorize.answer(submitted, cookie, origin_of(request))
        if isinstance(answer, AuthorizationResponse):
            return render(self._context, request, answer)
        browser, new = self._context.cookies.ensure_browser(request)
        interaction = _waiting(submitted, began_at)
        account_id = answer.session.account.id if answer.session else AccountId("")
        size, address = size_of(interaction.parameters), origin_of(request).address
        await self._dependencies.waiting.admit(size, address, account_id)
        visit = await self._start(clients, interaction, "", browser)
        self._web.metrics.started(answer.ask.request.client, Place(answer.ask.step.value), began_at)
        self._web.metrics.reached(answer.ask.request.client, Place(answer.ask.step.value), began_at)
        response = self._context.see_other(visit.address(_first_page(answer.ask)))
        if not is_trial_client(answer.ask.request.client.client_id):
            self._context.cookies.set_portal(response, answer.ask.request.client.client_id)
        if new:
            self._context.cookies.set_browser(response, browser)
        return response

    async def begin_device(
        self, request: Request, found: FoundDevice, account_id: AccountId, code: str = ""
    ) -> Response:
        """Lead the person who entered a device's code, or whom a client named, to the first page of the request."""
        browser, _ = self._context.cookies.ensure_browser(request)
        typed = {USER_CODE: code} if code else {}
        parameters = {"client_id": found.client.client_id, ASKED: found.device_hash.hex(), **typed}
        await self._dependencies.waiting.admit(size_of(parameters), origin_of(request).address, account_id)
        interaction = Interaction(parameters, self._web.clock.now())
        visit = await self._start(await self._clients.of(request), interaction, "", browser)
        asking = await self.asking(request, visit)
        step = Place(asking.ask.step.value)
        if visit.interaction is not None:
            self._web.metrics.started(found.client, step, visit.interaction.began_at)
        self.entered(visit, step)
        return self._context.see_other(visit.address(PAGES[asking.ask.step]))

    async def visit(self, request: Request) -> Visit:
        """Return the visit that a page's address names; raises `StartAgainError` when it is gone."""
        query, browser = query_form(request), self._context.cookies.browser(request)
        if not query.get("i") and query.get("to"):
            return Visit(
                "",
                None,
                "",
                await self._clients.of(request),
                self._context.routes.places.of(query.get("to"), query.get("of")),
            )
        return await self.visit_named(request, query.get("i") or "", query.get(RESUME) or "", browser)

    async def visit_named(self, request: Request, name: str, resume: str, browser: str | None) -> Visit:
        """Return the visit of a browser by its name; raises `StartAgainError` when it is gone."""
        clients = await self._clients.of(request)
        if not name:
            return Visit("", None, "", clients)
        # Ours seals at most a whole request; a longer one is nobody's, and an attempt elsewhere would store it.
        resume = resume if len(resume) <= _LONGEST_RESUME else ""
        interaction = await self._dependencies.interactions.load(name, browser) if browser else None
        if interaction is None:
            raise StartAgainError(self._context.see_other(self._restart(resume)))
        if interaction.over:
            raise StartAgainError(self._context.see_other(_anew(_plain(interaction))))
        # A page's forms and links carry the request, so that losing the store costs a sign-in; the way to it does not.
        return Visit(name, interaction, resume or self._seal(interaction), clients)

    async def visit_after(self, request: Request, name: str, resume: str, browser: str) -> Visit:
        """Return the visit of a browser that was away; where it is gone meanwhile, its request begins anew.

        Begun at this moment: what was shown before counts only where the request takes an earlier sign-in.
        """
        try:
            return await self.visit_named(request, name, resume, browser)
        except StartAgainError:
            clients = await self._clients.of(request)
            visit = await self._start(
                clients, Interaction(self._opened(resume), self._web.clock.now()), resume, browser
            )
            # The interaction that is gone counts as abandoned; this is another one.
            if (client := self.client(visit)) is not None and visit.interaction is not None:
                self._web.metrics.started(client, Place.UPSTREAM, visit.interaction.began_at)
                self.entered(visit, Place.SIGN_IN)
                self.entered(visit, Place.UPSTREAM)
            return visit

    def client(self, visit: Visit) -> Client | None:
        """Return whose request a visit is of, None for a visit of us."""
        return visit.clients.get(ClientId(visit.form.get("client_id") or ""))

    async def asking(self, request: Request, visit: Visit) -> Asking:
        """Return what the person must do now, or lead on if nothing is left (a second tab was quicker)."""
        cookie = self._context.cookies.session(request)
        answer = await self._answer(request, visit, cookie)
        if isinstance(answer, AuthorizationResponse):
            raise LeaveEarly(await self._leave(request, visit, answer))
        return answer

    def entered(self, visit: Visit, step: Place) -> None:
        """Count that a person was led to a step of a client's request."""
        if visit.interaction is not None and (client := self.client(visit)) is not None:
            self._web.metrics.reached(client, step, visit.interaction.began_at)

    def passed(self, visit: Visit, step: Place) -> None:
        """Count that a step of a client's request was done."""
        if visit.interaction is not None and (client := self.client(visit)) is not None:
            self._web.metrics.passed(client, step, visit.interaction.began_at)

    def turned_back(self, visit: Visit, step: Place) -> None:
        """Count that a step led to nothing, while the client's request goes on."""
        if visit.interaction is not None and (client := self.client(visit)) is not None:
            self._web.metrics.turned_back(client, step, visit.interaction.began_at)

    async def go_on(self, request: Request, visit: Visit, cookie: str | None, done: Place) -> Response:
        """Return the next page or the way back to the client, after a step was done."""
        if visit.interaction is None:
            return self._context.see_other(self._context.routes.places.address(*visit.place) if visit.place else HOME)
        self.passed(visit, done)
        answer = await self._answer(request, visit, cookie)
        if isinstance(answer, Asking):
            self.entered(visit, Place(answer.ask.step.value))
            return self._context.see_other(visit.address(PAGES[answer.ask.step]))
        return await self._leave(request, visit, answer)

    async def refuse(self, request: Request, visit: Visit, step: Place) -> Response:
        """Send the person who cancelled at a step back to the client, or home."""
        if visit.interaction is None:
            return self._context.see_other(HOME)
        cookie = self._context.cookies.session(request)
        if visit.device_hash is not None:
            outcome = await self._dependencies.devices.refuse(
                visit.clients, visit.device_hash, cookie, origin_of(request), _progress(visit.interaction), step
            )
            return await self.end_device(request, visit, outcome)
        began_at = visit.interaction.began_at
        refused = await self._dependencies.authorize.refuse(visit.submitted, cookie, origin_of(request), began_at, step)
        return await self._leave(request, visit, refused)

    async def remember(self, visit: Visit, interaction: Interaction, browser: str) -> Visit:
        """Keep what the person has done so far."""
        await self._dependencies.interactions.save(visit.name, interaction, browser)
        return replace(visit, interaction=interaction)

    async def send_assisted(self, request: Request, visit: Visit, assistance: Assistance) -> Response:
        """Return the way back to the client with the code of a citizen whom an officer assists."""
        began_at = visit.interaction.began_at if visit.interaction else self._web.clock.now()
        self.passed(visit, Place.COUNTER)
        answer = await self._dependencies.authorize.send_assisted(
            visit.submitted, assistance, origin_of(request), began_at
        )
        return await self._leave(request, visit, answer)

    def targets(self, asking: AuthorizationRequest | None) -> tuple[str, ...]:
        """Return where the page's form may lead in the end: the client's address, for a device nowhere."""
        return (asking.redirect_uri,) if asking and not asking.by_device else ()

    async def end_device(self, request: Request, visit: Visit, outcome: DeviceOutcome) -> Response:
        """Return the way to the page that says how a device's request ended."""
        await self._close(request, visit)
        if visit.user_code:
            return self._context.see_other(f"{DEVICE_DONE}/{outcome.value}")
        return self._context.see_other(f"{ASKED_OF_YOU}?{urlencode({'done': outcome.value})}")

    async def _answer(self, request: Request, visit: Visit, cookie: str | None) -> Asking | AuthorizationResponse:
        interaction = visit.interaction
        if interaction is None:
            raise WebError(400, "invalid_request", "no interaction")
        answer = await self._answer_of(request, visit, cookie, _progress(interaction))
        if isinstance(answer, Asking) and answer.session is not None:
            head_shared_pages(request, answer.session, self._web)
        return answer

    async def _answer_of(
        self, request: Request, visit: Visit, cookie: str | None, progress: Progress
    ) -> Asking | AuthorizationResponse:
        origin, device_hash = origin_of(request), visit.device_hash
        if device_hash is None:
            return await self._dependencies.authorize.answer(visit.submitted, cookie, origin, progress)
        asking = await self._dependencies.devices.ask(visit.clients, device_hash, cookie, origin, progress)
        if isinstance(asking, DeviceOutcome):
            raise LeaveEarly(await self.end_device(request, visit, asking))
        return asking

    async def _leave(self, request: Request, visit: Visit, answer: AuthorizationResponse) -> Response:
        await self._close(request, visit)
        return render(self._context, request, answer)

    async def _close(self, request: Request, visit: Visit) -> None:
        # Kept in place of what it was: the back button leads to the pages of a request that was answered.
        browser = self._context.cookies.browser(request)
        if visit.interaction is not None and browser:
            over = replace(visit.interaction, consented_at=None, consented_in="", code_draft=None, over=True)
            await self._dependencies.interactions.save(visit.name, over, browser)

    async def _start(self, clients: ClientLookup, interaction: Interaction, resume: str, browser: str) -> Visit:
        return Visit(await self._dependencies.interactions.start(interaction, browser), interaction, resume, clients)

    def _seal(self, interaction: Interaction) -> str:
        """Return the request for a page's links; "" for one that was pushed or signed, which only its client begins."""
        if interaction.provenance is not Provenance.PLAIN:
            return ""
        sealed = self._web.sealer.shown().seal(msgspec.json.encode(interaction.parameters), _RESUME_PLACE)
        return urlsafe_b64encode(sealed).decode("ascii")

    def _restart(self, resume: str) -> str:
        """Return the client's own request, so that losing the short-lived store costs a sign-in, not an error."""
        return _anew(self._opened(resume))

    def _opened(self, resume: str) -> dict[str, str]:
        try:
            raw = self._web.sealer.shown().open(urlsafe_b64decode(resume.encode()), _RESUME_PLACE)
        except (SealBrokenError, binascii.Error, ValueError) as error:
            raise WebError(400, "request_expired", "the interaction is gone and names no request") from error
        return msgspec.json.decode(raw, type=dict[str, str])


def _waiting(submitted: SubmittedRequest, began_at: datetime) -> Interaction:
    return Interaction(
        known_parameters(submitted.form),
        began_at,
        provenance=submitted.provenance,
        reference=submitted.reference,
    )


def _plain(interaction: Interaction) -> Mapping[str, str]:
    """Return the parameters of a request that a browser may bring again; another is begun by its client alone."""
    if interaction.provenance is not Provenance.PLAIN:
        raise WebError(400, "request_expired", "the pushed or signed request was answered")
    return interaction.parameters


def _first_page(ask: AskPerson) -> str:
    registers = ask.step is Step.SIGN_IN and begins_with_registration(ask.request)
    return REGISTER if registers else PAGES[ask.step]


def _progress(interaction: Interaction) -> Progress:
    return Progress(interaction.began_at, interaction.consented_at, interaction.consented_in)


def _anew(parameters: Mapping[str, str]) -> str:
    if ASKED in parameters:
        code = parameters.get(USER_CODE)
        return f"{DEVICE}/{shown(code)}" if code else ASKED_OF_YOU
    return f"{AUTHORIZE}?{urlencode(tuple(sent_again(parameters)))}"
