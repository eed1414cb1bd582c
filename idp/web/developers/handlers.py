"""Handlers of the corner of portal teams: nobody needs to be signed in, no store is asked."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from idp.proofing.sandbox_people import APP_SECRET, PASSWORD, PEOPLE
from idp.web.admin_api.openapi import DOCUMENT
from idp.web.developers.reference import DISCOVERY_PATH, reference_page
from idp.web.page_desk import PageDesk
from idp.web.pages.developers import PART_PATHS, DevelopersPage, SandboxPerson
from idp.web.parts import Parts
from idp.web.switchboard import Route

_GET = ("GET",)


def developer_routes(parts: Parts, desk: PageDesk, endpoints: Mapping[str, str]) -> list[Route]:
    """Return the routes; `endpoints` are the routed paths by their names in discovery."""
    handlers = DeveloperHandlers(parts, desk, endpoints)
    return [
        (PART_PATHS["home"], handlers.home, _GET),
        (PART_PATHS["reference"], handlers.reference, _GET),
    ]


class DeveloperHandlers:
    """Renders what runs."""

    def __init__(self, parts: Parts, desk: PageDesk, endpoints: Mapping[str, str]) -> None:
        """Take the parts, the desk and the routed endpoints."""
        self._parts = parts
        self._desk = desk
        self._endpoints = endpoints

    async def home(self, request: Request) -> Response:
        """GET /developers."""
        issuer, locale = self._parts.issuer, self._desk.locale(request)
        page = DevelopersPage(
            other_language_url=self._desk.other_language_url(request, locale),
            issuer=issuer,
            discovery_url=f"{issuer}{DISCOVERY_PATH}",
            api_url=DOCUMENT,
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
        return self._desk.respond(request, page, locale)

    async def reference(self, request: Request) -> Response:
        """GET /developers/reference."""
        locale = self._desk.locale(request)
        page = reference_page(
            issuer=self._parts.issuer,
            endpoints=self._endpoints,
            policy=self._parts.policy,
            now=self._parts.clock.now(),
            other_language_url=self._desk.other_language_url(request, locale),
        )
        return self._desk.respond(request, page, locale)
