"""The authorization endpoint's front door and the sign-in page."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from clients.model import ClientId
from idp.account.profiles import MASKED_NUMBER
from idp.kernel.locales import Locale
from idp.metrics.model import Place
from idp.oauth.authorize import Asking
from idp.protocol.authorize.checked_request import AuthorizationRequest
from idp.protocol.authorize.interaction import Step, needs_consent
from idp.protocol.endpoints import AUTHORIZE
from idp.protocol.forms import Form
from idp.protocol.requested_claims import claims_of
from idp.protocol.resources import RESOURCE
from idp.sessions.model import SessionView
from idp.sign_in.password import Outcome, SecondStepNeeded, SignedIn, SignInContext, SignInRefusal
from idp.sign_in.throttling import NETWORK_WINDOW
from idp.web.account.api_names import api_names
from idp.web.account.person import person_of
from idp.web.account.released_claims import released_claims
from idp.web.http.page_context import PageContext
from idp.web.http.requests import any_form, origin_of, query_form
from idp.web.http.texts import Message
from idp.web.recovery.paths import NOT_ME, RECOVER
from idp.web.registration.paths import REGISTER
from idp.web.sign_in.dependencies import SignInDependencies
from idp.web.sign_in.flow import PAGES, Flow, Visit
from idp.web.sign_in.pages import KnownPerson, SignInPage, StateNotice
from idp.web.sign_in.passkey import passkey_part
from idp.web.sign_in.paths import SIGN_IN
from idp.web.sign_in.second_step import second_step_address
from idp.web.upstream.offer import UpstreamOffer

SHARED_COMPUTER = "shared_computer"
_MESSAGES: Mapping[SignInRefusal, Message] = {
    SignInRefusal.WRONG: Message("wrong_credentials"),
    SignInRefusal.NETWORK_BUSY: Message("too_many_tries", {"retry_after": NETWORK_WINDOW}),
    SignInRefusal.POST_NOT_HELD: Message("post_not_held"),
}
# Luật 91/2025/QH15 Đ19: a State portal informs; the law of the portal itself is NĐ 224/2026 Đ15.
LEGAL_BASIS: Mapping[Locale, str] = {
    "vi": "Luật 91/2025/QH15 Điều 19, Nghị định 224/2026/NĐ-CP Điều 15",
    "en": "Law 91/2025/QH15 Article 19, Decree 224/2026/NĐ-CP Article 15",
}


class SignInHandlers:
    def __init__(self, dependencies: SignInDependencies, context: PageContext, flow: Flow) -> None:
        self._dependencies = dependencies
        self._web = dependencies.web
        self._context = context
        self._flow = flow
        self._offer = UpstreamOffer(dependencies.federation, dependencies.web.clock, context)

    async def authorize(self, request: Request) -> Response:
        """GET or POST /authorize (OIDC Core 3.1.2.1)."""
        form = await any_form(request)
        repeated = form.repeated - {RESOURCE}
        if request.method == "POST" and self._context.cookies.session(request) is None and not repeated:
            # A POST without our cookies comes from another site: browsers withhold Lax cookies there, but not from a
            # GET.
            again = self._context.again_as_get(AUTHORIZE, form)
            if again is not None:
                return again
        return await self._flow.begin(request, form)

    async def show(self, request: Request) -> Response:
        visit = await self._flow.visit(request)
        asking = None
        if visit.interaction is not None:
            asking = await self._flow.asking(request, visit)
            if not _may_sign_in(request, asking.ask.step):
                return self._context.see_other(visit.address(PAGES[asking.ask.step]))
        hint = asking.ask.request.login_hint if asking else None
        return await self._page(request, visit, asking, identifier=(hint or "")[:64])

    async def submit(self, request: Request) -> Response:
        visit = await self._flow.visit(request)
        form, browser = await self._context.accept_form(request, visit.about)
        if form.get("action") == "cancel":
            return await self._flow.refuse(request, visit, Place.SIGN_IN)
        result = await self._try(request, form, browser)
        match result:
            case SignInRefusal():
                self._web.metrics.failed(self._flow.client(visit), Place.SIGN_IN, result)
                return await self._again(request, visit, form, result)
            case SecondStepNeeded():
                self._flow.entered(visit, Place.SECOND_STEP)
                return self._context.see_other(second_step_address(visit, result.draft))
            case SignedIn():
                return await self._welcome(request, visit, result)

    async def _try(self, request: Request, form: Form, browser: str) -> Outcome:
        before = await self._session(request)
        identifier, password = form.get("identifier") or "", form.get("password") or ""
        shared = form.get(SHARED_COMPUTER) is not None or (before is not None and before.session.shared_computer)
        context = SignInContext(before, browser, self._context.cookies.devices(request), origin_of(request), shared)
        if not identifier and before is not None:
            return await self._dependencies.sign_in.confirm(before, password, context)
        return await self._dependencies.sign_in.attempt(identifier, password, context)

    async def _welcome(self, request: Request, visit: Visit, signed_in: SignedIn) -> Response:
        response = await self._flow.go_on(request, visit, signed_in.cookie.reveal(), Place.SIGN_IN)
        self._context.cookies.set_session(response, signed_in.cookie.reveal())
        if signed_in.device_secret is not None:
            self._context.cookies.add_device(request, response, signed_in.device_secret)
        return response

    async def _again(self, request: Request, visit: Visit, form: Form, refusal: SignInRefusal) -> Response:
        asking = await self._flow.asking(request, visit) if visit.interaction else None
        status = 429 if refusal is SignInRefusal.NETWORK_BUSY else 401
        identifier, shared = form.get("identifier") or "", form.get(SHARED_COMPUTER) is not None
        return await self._page(request, visit, asking, identifier, _MESSAGES[refusal], status, shared_computer=shared)

    async def _page(
        self,
        request: Request,
        visit: Visit,
        asking: Asking | None,
        identifier: str,
        error: Message | None = None,
        status: int = 200,
        *,
        shared_computer: bool = False,
    ) -> Response:
        asked = asking.ask.request if asking else None
        locale = self._context.locale(request, asked.ui_locales if asked else None)
        browser, new = self._context.cookies.ensure_browser(request)
        for_officers = _for_officers(request, asked)
        page = SignInPage(
            other_language_url=self._context.other_language_url(request, locale),
            action=visit.address(SIGN_IN),
            hidden=self._context.hidden(browser, visit.about),
            client_name=asked.client.name(locale) if asked else None,
            notice=state_notice(asked, locale, self._apis(visit, asked, locale)) if asked else None,
            known=self._known(request, asking) if asking else None,
            identifier=identifier,
            error=error,
            register_url=visit.address(REGISTER),
            shared_computer=shared_computer,
            recover_url=RECOVER,
            not_me_url=NOT_ME,
            passkey=passkey_part(self._dependencies, visit, browser),
            for_officers=for_officers,
            # An officer's account is the agency's: no provider of citizens vouches for it.
            upstream=None if for_officers else await self._offer.part(request, visit, browser, locale),
        )
        targets = (*self._flow.targets(asked), *self._offer.targets())
        response = self._context.respond(request, page, locale, status, targets=targets)
        if new:
            self._context.cookies.set_browser(response, browser)
        return response

    def _apis(self, visit: Visit, asked: AuthorizationRequest, locale: Locale) -> tuple[str, ...]:
        return api_names(self._web.issuer, visit.clients, asked.client, asked.resources, locale)

    def _known(self, request: Request, asking: Asking) -> KnownPerson | None:
        """Return who is asked to sign in again; nobody when another account is wanted."""
        view = asking.session
        prompted = bool(asking.ask.request.prompt & {"select_account", "create"})
        wants_other = prompted or query_form(request).get("other") is not None
        if view is None or wants_other:
            return None
        profile = person_of(view, self._web)
        return KnownPerson(
            display_name=str(profile.get("name", "")),
            masked_identifier=str(profile.get(MASKED_NUMBER, "")),
            other_account_url=f"{request.scope['path']}?{request.scope['query_string'].decode('ascii')}&other=1",
        )

    async def _session(self, request: Request) -> SessionView | None:
        cookie = self._context.cookies.session(request)
        if cookie is None:
            return None
        return await self._web.sessions.live(self._web.cookie_hash.digest(cookie), ClientId(""), self._web.clock.now())


def _may_sign_in(request: Request, step: Step) -> bool:
    """Say whether the request wants a sign-in: the first, a fresh one, or somebody else's."""
    return step is Step.SIGN_IN or (step is Step.ACCOUNT_KIND and query_form(request).get("other") is not None)


def _for_officers(request: Request, asked: AuthorizationRequest | None) -> bool:
    if asked is None:
        query = query_form(request)
        return query.get("officer") is not None or (query.get("to") or "").startswith("admin")
    return asked.assisted or "officer" in asked.client.takes_accounts


def state_notice(asked: AuthorizationRequest, locale: Locale, apis: tuple[str, ...] = ()) -> StateNotice | None:
    """Return what a State portal receives and why: information instead of a question."""
    if needs_consent(asked):
        return None
    return StateNotice(
        client_name=asked.client.name(locale),
        claims=released_claims(asked.scope, claims_of(asked.claims)),
        legal_basis=LEGAL_BASIS[locale],
        apis=apis,
    )
