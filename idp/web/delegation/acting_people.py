"""Everybody who acts for an organisation, a child or oneself: the whole tree, with a button that ends each."""

from starlette.requests import Request
from starlette.responses import Response

from idp.delegation.people import PrincipalPeople
from idp.kernel.ids import MandateId
from idp.web.account.shell import AccountShell, Frame
from idp.web.delegation.dependencies import DelegationDependencies
from idp.web.delegation.mandates import PATH, entries, people_url
from idp.web.delegation.pages import ActingPeoplePage, ActingPersonEntry
from idp.web.http.page_context import PageContext
from idp.web.http.requests import query_form

_LAST_PAGE, _LONGEST_ID = 9_999, 26


class ActingPeopleHandlers:
    """GET /account/mandates/people; its buttons are those of /account/mandates."""

    def __init__(self, dependencies: DelegationDependencies, context: PageContext) -> None:
        self._people = dependencies.people
        self._clock = dependencies.web.clock
        self._context = context
        self._shell = AccountShell(dependencies.web, context)

    async def show(self, request: Request) -> Response:
        """Show a page of the tree of `under`, one's own mandate, or of oneself."""
        frame = await self._shell.visit(request, "mandates")
        query = query_form(request)
        under = MandateId((query.get("under") or "")[:_LONGEST_ID])
        found = await self._people.of(frame.view, under, _page_of(query.get("page") or ""))
        if found is None:
            return self._context.see_other(f"{PATH}?done=gone")
        return self._shell.respond(request, self._page(frame, found, under), frame)

    def _page(self, frame: Frame, found: PrincipalPeople, under: str) -> ActingPeoplePage:
        shown = entries([one.named for one in found.people], self._clock.now(), frame.locale)
        return ActingPeoplePage(
            other_language_url=frame.other_language_url,
            action=PATH,
            hidden=self._shell.hidden(frame),
            shell=frame.shell,
            principal=shown[0].principal if under and shown else "",
            people=tuple(
                ActingPersonEntry(mandate=entry, depth=one.depth, may_end=one.may_end)
                for entry, one in zip(shown, found.people, strict=True)
            ),
            page=found.page,
            pages=found.pages,
            previous_url=people_url(under, found.page - 1) if found.page > 1 else "",
            next_url=people_url(under, found.page + 1) if found.page < found.pages else "",
        )


def _page_of(typed: str) -> int:
    """Return the number of a page; the first for whatever is none."""
    return int(typed) if typed.isascii() and typed.isdigit() and 0 < int(typed[:5]) <= _LAST_PAGE else 1
