"""The consent page: who receives what, for what, and the right to say no."""

from collections.abc import Iterable

from starlette.requests import Request
from starlette.responses import Response

from idp.delegation.principals import principal_of
from idp.metrics.model import Place
from idp.oauth.authorize import Asking
from idp.protocol.agreed_apis import agreed_resources
from idp.protocol.authorize.checked_request import AuthorizationRequest
from idp.protocol.authorize.interaction import Step, needs_consent
from idp.protocol.extensions.acting_choice import agreed_as
from idp.protocol.forms import Form
from idp.protocol.rar.detail_type import Detail
from idp.protocol.rar.details import listed
from idp.protocol.rar.types import TYPES
from idp.protocol.requested_claims import agreed_claims, claims_of
from idp.protocol.stated_purposes import StatedPurpose, agreed_purposes
from idp.sessions.model import SessionView
from idp.web.account.api_names import api_names
from idp.web.account.person import person_of
from idp.web.account.released_claims import CLAIM_TEXTS, released_claims
from idp.web.http.errors import WebError
from idp.web.http.leaving import LeaveEarly
from idp.web.http.page_context import PageContext
from idp.web.http.requests import origin_of
from idp.web.oauth.logos import logo_url
from idp.web.sign_in.dependencies import SignInDependencies
from idp.web.sign_in.flow import PAGES, Flow, Visit
from idp.web.sign_in.pages import ClaimKey, ConsentPage, DetailEntry, PurposeEntry
from idp.web.sign_in.paths import CONSENT
from records.structs import replace

_SHOWN = "shown"


class ConsentHandlers:
    def __init__(self, dependencies: SignInDependencies, context: PageContext, flow: Flow) -> None:
        self._dependencies = dependencies
        self._web = dependencies.web
        self._context = context
        self._flow = flow

    async def show(self, request: Request) -> Response:
        visit = await self._flow.visit(request)
        found = await self._asked(request, visit)
        return self._page(request, visit, *found)

    async def submit(self, request: Request) -> Response:
        """Only a pressed `allow` is a consent; anything else is a no (NĐ 356/2025 Đ6)."""
        visit = await self._flow.visit(request)
        form, browser = await self._context.accept_form(request, visit.about)
        found = await self._asked(request, visit)
        if form.get("action") != "allow":
            return await self._flow.refuse(request, visit, Place.CONSENT)
        asking, view = found
        asked = asking.ask.request
        if not self._context.form_key.matches(self._said(asking, view), _read_mark(form)):
            # Another session than the page was shown to, or another answer than it spoke of.
            return self._page(request, visit, asking, view)
        if needs_consent(asked) or "consent" in asked.prompt:
            await self._keep(request, asked, view)
        interaction = visit.interaction
        if interaction is not None:
            visit = await self._flow.remember(
                visit,
                replace(interaction, consented_at=self._web.clock.now(), consented_in=view.session.id),
                browser,
            )
        return await self._flow.go_on(request, visit, self._context.cookies.session(request), Place.CONSENT)

    async def _keep(self, request: Request, asked: AuthorizationRequest, view: SessionView) -> None:
        """Remember what was agreed to; of details nothing, as they are confirmed each time."""
        agreed = (
            *agreed_as(asked.scope, self._dependencies.authorize.acting(asked, view)),
            *agreed_claims(asked.scope, asked.claims),
            *agreed_resources(self._web.issuer, asked.client, asked.resources),
            *agreed_purposes(asked.purposes),
        )
        locale = self._context.locale(request, asked.ui_locales)
        await self._dependencies.consents.give(view, asked.client.client_id, agreed, locale, origin_of(request))

    async def _asked(self, request: Request, visit: Visit) -> tuple[Asking, SessionView]:
        asking = await self._flow.asking(request, visit)
        if asking.ask.step is not Step.CONSENT or asking.session is None:
            raise LeaveEarly(self._context.see_other(visit.address(PAGES[asking.ask.step])))
        return asking, asking.session

    def _said(self, asking: Asking, view: SessionView) -> str:
        """Return to whom the page speaks and of what: a pressed button agrees to nothing else."""
        request = asking.ask.request
        acting = self._dependencies.authorize.acting(request, view)
        about = [
            view.session.id,
            request.client.client_id,
            " ".join(request.scope),
            " ".join(request.claims),
            " ".join(request.resources),
            request.details,
            *agreed_purposes(request.purposes),
            acting.mandate_id if acting else "",
        ]
        return "consent|" + "|".join(about)

    def _page(self, request: Request, visit: Visit, asking: Asking, view: SessionView) -> Response:
        asked, browser = asking.ask.request, self._context.cookies.browser(request)
        if browser is None:
            raise WebError(400, "request_expired", "no browser mark")
        locale, client = self._context.locale(request, asked.ui_locales), asked.client
        acting = self._dependencies.authorize.acting(asked, view)
        page = ConsentPage(
            other_language_url=self._context.other_language_url(request, locale),
            action=visit.address(CONSENT),
            hidden=(
                *self._context.hidden(browser, visit.about),
                (_SHOWN, self._context.form_key.digest(self._said(asking, view)).hex()),
            ),
            display_name=str(person_of(view, self._web).get("name", "")),
            client_name=client.name(locale),
            client_uri=client.client_uri,
            logo_url=logo_url(client.logo),
            policy_uri=client.policy_uri,
            tos_uri=client.tos_uri,
            claims=released_claims(asked.scope, claims_of(asked.claims)),
            purposes=_purposes(asked.purposes),
            apis=api_names(self._web.issuer, visit.clients, client, asked.resources, locale),
            details=tuple(_shown(detail) for detail in listed(asked.details)),
            acting_for=principal_of(self._web.sealer, acting).name if acting else "",
        )
        return self._context.respond(request, page, locale, targets=self._flow.targets(asked))


def _purposes(stated: Iterable[StatedPurpose]) -> tuple[PurposeEntry, ...]:
    """Return the client's purposes, each text once with all that it is said of."""
    by_text: dict[str, dict[ClaimKey, None]] = {}
    for purpose in stated:
        by_text.setdefault(purpose.text, {})[CLAIM_TEXTS[purpose.claim]] = None
    return tuple(PurposeEntry(claims=tuple(claims), text=text) for text, claims in by_text.items())


def _shown(detail: Detail) -> DetailEntry:
    known = TYPES[str(detail["type"])]
    return DetailEntry(type=known.name, text=known.shown(detail))


def _read_mark(form: Form) -> bytes:
    try:
        return bytes.fromhex(form.get(_SHOWN) or "")
    except ValueError:
        return b""
