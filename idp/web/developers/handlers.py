"""Handlers of the corner of portal teams: nobody needs to be signed in, no store is asked."""

from collections.abc import Mapping
from hashlib import sha256

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response

from idp.client_trials.sandbox_people import APP_SECRET, PASSWORD, PEOPLE
from idp.protocol.endpoints import DISCOVERY
from idp.web.developers.browser_apps import browser_apps_page
from idp.web.developers.changes import FEED_TYPE, SOURCE, atom_feed, portal_changes
from idp.web.developers.code_samples import code_samples
from idp.web.developers.dependencies import DeveloperDependencies
from idp.web.developers.error_catalogue import errors_page
from idp.web.developers.pages import (
    INSPECTOR_TEXTS,
    ApiStep,
    CodePage,
    DevelopersPage,
    SandboxPerson,
    TokenInspectorPage,
)
from idp.web.developers.reference import reference_page
from idp.web.http.page_context import PageContext

FEED_AUTHOR = "National public service sign-on"


class AdministrationApi(Struct, frozen=True):
    """What the administration API says of itself: where it is described, its refusals with their statuses, how a
    program gets a token for it.
    """

    document: str
    problems: Mapping[str, int]
    steps: tuple[ApiStep, ...]


class DeveloperHandlers:
    """Renders what runs."""

    def __init__(
        self,
        dependencies: DeveloperDependencies,
        context: PageContext,
        endpoints: Mapping[str, str],
        api: AdministrationApi,
    ) -> None:
        self._dependencies = dependencies
        self._context = context
        self._endpoints = endpoints
        self._api = api
        self._samples = code_samples(dependencies.issuer, endpoints)
        self._feed = atom_feed(dependencies.issuer, FEED_AUTHOR, portal_changes(SOURCE.read_text("utf-8")))
        self._feed_etag = f'"{sha256(self._feed).hexdigest()[:32]}"'

    async def home(self, request: Request) -> Response:
        issuer, locale = self._dependencies.issuer, self._context.locale(request)
        page = DevelopersPage(
            other_language_url=self._context.other_language_url(request, locale),
            issuer=issuer,
            discovery_url=f"{issuer}{DISCOVERY}",
            api_url=self._api.document,
            api_steps=self._api.steps,
            people=tuple(
                SandboxPerson(
                    name=person.record.full_name,
                    number=person.record.number.digits,
                    birthdate=person.record.birth_date.oidc_birthdate(),
                )
                for person in PEOPLE
            ),
            password=PASSWORD,
            app_secret=APP_SECRET,
        )
        return self._context.respond(request, page, locale)

    async def reference(self, request: Request) -> Response:
        locale = self._context.locale(request)
        page = reference_page(
            issuer=self._dependencies.issuer,
            endpoints=self._endpoints,
            policy=self._dependencies.policy,
            mutual_tls=self._dependencies.mutual_tls,
            now=self._dependencies.clock.now(),
            other_language_url=self._context.other_language_url(request, locale),
        )
        return self._context.respond(request, page, locale)

    async def code(self, request: Request) -> Response:
        locale = self._context.locale(request)
        other = self._context.other_language_url(request, locale)
        return self._context.respond(request, CodePage(other_language_url=other, samples=self._samples), locale)

    async def browser_apps(self, request: Request) -> Response:
        locale = self._context.locale(request)
        page = browser_apps_page(
            issuer=self._dependencies.issuer,
            endpoints=self._endpoints,
            routes=self._context.routes,
            policy=self._dependencies.policy,
            other_language_url=self._context.other_language_url(request, locale),
        )
        return self._context.respond(request, page, locale)

    async def errors(self, request: Request) -> Response:
        locale = self._context.locale(request)
        return self._context.respond(
            request, errors_page(self._context.other_language_url(request, locale), self._api.problems), locale
        )

    async def token_inspector(self, request: Request) -> Response:
        """Its script may fetch our keys, and nothing else from anywhere."""
        locale, jwks = self._context.locale(request), f"{self._dependencies.issuer}{self._endpoints['jwks_uri']}"
        page = TokenInspectorPage(
            other_language_url=self._context.other_language_url(request, locale),
            issuer=self._dependencies.issuer,
            jwks_url=self._endpoints["jwks_uri"],
            texts=INSPECTOR_TEXTS,
        )
        return self._context.respond(request, page, locale, connect=jwks)

    async def changes(self, request: Request) -> Response:
        """What changes, as Atom (RFC 4287)."""
        headers = {"ETag": self._feed_etag, "Cache-Control": "public, max-age=300"}
        if request.headers.get("if-none-match") == self._feed_etag:
            return Response(None, 304, headers)
        return Response(self._feed, headers={**headers, "Content-Type": FEED_TYPE})
