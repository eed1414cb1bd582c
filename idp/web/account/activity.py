"""What happened on one's account, in plain words, and who got one's data."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from idp.account.activity import shown_as
from idp.account.own_portals import Release
from idp.admin.people.commands import ActReason, Purpose
from idp.audit.model import MANDATE, EventName, RecordEvent
from idp.delegation.mandates.names import NamedMandate
from idp.kernel.ids import MandateId
from idp.kernel.locales import Locale
from idp.protocol.requested_claims import claims_of
from idp.transparency.published import ACTOR_AGENCY
from idp.web.account.api_names import api_names
from idp.web.account.dependencies import AccountDependencies
from idp.web.account.identity import receipt_entries
from idp.web.account.pages import ActivityEntry, ActivityPage, ReleaseEntry, RequestsPage, SupportEntry
from idp.web.account.paths import OWN_NOT_ME
from idp.web.account.portals import client_name
from idp.web.account.released_claims import released_claims
from idp.web.account.shell import AccountShell, Frame
from idp.web.delegation.acting_names import names_in
from idp.web.http.local_time import local_time
from idp.web.http.page_context import PageContext
from idp.web.http.requests import query_form

PATH, REQUESTS = "/account/activity", "/account/requests"

_OF_SUPPORT = "admin:person:"
# The newest ones; the file of one's own data holds them all.
_RELEASES = 100


class ActivityHandlers:
    def __init__(self, dependencies: AccountDependencies, context: PageContext) -> None:
        self._dependencies = dependencies
        self._web = dependencies.web
        self._shell = AccountShell(dependencies.web, context)

    async def show(self, request: Request) -> Response:
        frame = await self._shell.visit(request, "activity")
        asked = query_form(request).get("page")
        found = await self._dependencies.activity.page(frame.view.account.person_id, asked)
        acted = await self._acted(frame, found.events)
        page = ActivityPage(
            other_language_url=frame.other_language_url,
            action=OWN_NOT_ME,
            hidden=self._shell.hidden(frame),
            shell=frame.shell,
            entries=tuple(self._entry(event, frame.locale, acted) for event in found.events),
            older_url=f"{PATH}?{urlencode({'page': found.older})}" if found.older else None,
            newest_url=PATH if asked else None,
        )
        return self._shell.respond(request, page, frame)

    async def requests(self, request: Request) -> Response:
        """Who asked for my data."""
        frame = await self._shell.visit(request, "requests")
        own = self._dependencies
        receipts = await own.receipts.of_person(frame.view.account.person_id)
        releases = await own.portals.releases(frame.view, _RELEASES)
        page = RequestsPage(
            other_language_url=frame.other_language_url,
            shell=frame.shell,
            receipts=receipt_entries(receipts, frame.locale),
            releases=tuple(self._release(release, frame) for release in releases),
        )
        return self._shell.respond(request, page, frame)

    async def _acted(self, frame: Frame, events: Sequence[RecordEvent]) -> Mapping[MandateId, NamedMandate]:
        """Return the mandates that the events name, in words; read only where there are some."""
        if not any(MANDATE in event.details for event in events):
            return {}
        return await self._dependencies.mandates.ever_of(frame.view)

    def _entry(self, event: RecordEvent, locale: Locale, acted: Mapping[MandateId, NamedMandate]) -> ActivityEntry:
        mandate = acted.get(MandateId(event.details.get(MANDATE, "")))
        return ActivityEntry(
            actor=mandate.actor_name if mandate else "",
            principal=mandate.principal_name if mandate else "",
            event=shown_as(event.name),
            at=local_time(event.at, locale),
            portal=client_name(self._web, event.client_id, locale) if event.client_id else "",
            # Where an administrator sits is nothing of the person's.
            address="" if ACTOR_AGENCY in event.details else event.origin.address,
            officer=_officer_of(event),
            support=_support_of(event),
        )

    def _release(self, release: Release, frame: Frame) -> ReleaseEntry:
        client = self._web.registry.get(release.client_id)
        return ReleaseEntry(
            at=local_time(release.at, frame.locale),
            until=local_time(release.until, frame.locale),
            portal=client_name(self._web, release.client_id, frame.locale),
            claims=released_claims(release.scope, claims_of(release.claims)),
            acting_for=names_in(self._web.sealer, (release.acting_sealed,)),
            apis=api_names(self._web.issuer, self._web.registry, client, release.resources, frame.locale),
            by_consent=client is None or client.require_consent,
        )


def _support_of(event: RecordEvent) -> SupportEntry | None:
    """Return what support did; None for every other event, and for what a person of the office reads of their own."""
    if not event.name.startswith(_OF_SUPPORT) or "case" not in event.details:
        return None
    looked = event.name is EventName.PERSON_FOUND
    return SupportEntry(
        agency=event.details.get(ACTOR_AGENCY, ""),
        purpose=next((one for one in Purpose if looked and one == event.reason), None),
        reason=next((one for one in ActReason if not looked and one == event.reason), None),
        case=event.details["case"],
    )


def _officer_of(event: RecordEvent) -> tuple[str, str, str] | None:
    reported = (event.details.get("post", ""), event.details.get("agency", ""), event.details.get("officer_code", ""))
    return reported if all(reported) else None
