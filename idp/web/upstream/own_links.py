"""One's own links to accounts of upstream providers."""

from starlette.requests import Request
from starlette.responses import Response

from idp.kernel.locales import Locale
from idp.upstream.errors import Why
from idp.upstream.link_model import UpstreamLink
from idp.upstream.own_links import mark_of
from idp.web.account.shell import ABOUT, AccountShell, Frame
from idp.web.http.local_time import local_time
from idp.web.http.page_context import PageContext
from idp.web.http.requests import origin_of, query_form
from idp.web.http.texts import Message
from idp.web.upstream.dependencies import UpstreamDependencies
from idp.web.upstream.pages import LINK_DONE, LinkChoice, LinkedUpstream, UpstreamsPage
from idp.web.upstream.paths import LINK, OWN_LINKS

ENDS_WAITS = "waits:"


class UpstreamsHandlers:
    def __init__(self, dependencies: UpstreamDependencies, context: PageContext) -> None:
        self._dependencies = dependencies
        self._context = context
        self._shell = AccountShell(dependencies.web, context)
        self._linking = dependencies.linking

    async def show(self, request: Request) -> Response:
        frame = await self._shell.visit(request, "factors")
        return await self._page(request, frame)

    async def submit(self, request: Request) -> Response:
        """Remove a link."""
        form, _ = await self._context.accept_form(request, ABOUT)
        frame = await self._shell.strong_visit(request, "factors", "upstreams")
        mark = form.get("action") or ""
        if not await self._dependencies.own.unlink(frame.view, mark, origin_of(request)):
            return await self._page(request, frame, Message("upstream_not_unlinked"), 409)
        return self._context.see_other(f"{OWN_LINKS}?done=unlinked")

    async def link(self, request: Request) -> Response:
        """Away to a provider, to come back with what it vouches for.

        The button of a provider links it; with `waits:` before its id it ends the wait of changes.
        """
        form, browser = await self._context.accept_form(request, ABOUT)
        frame = await self._shell.strong_visit(request, "factors", "upstreams")
        if frame.view.session.shared_computer:
            return await self._page(request, frame, Message("upstream_link_shared"), 409)
        action = form.get("action") or ""
        provider = action.removeprefix(ENDS_WAITS)
        begun = await self._linking.begin(
            provider, frame.view, browser, frame.locale, ends_waits=action.startswith(ENDS_WAITS)
        )
        return self._context.see_other(f"{OWN_LINKS}?done={begun}" if isinstance(begun, Why) else begun)

    async def _page(self, request: Request, frame: Frame, error: Message | None = None, status: int = 200) -> Response:
        links = await self._dependencies.own.of(frame.view)
        known, providers = {link.provider for link in links}, self._linking.choices()
        choices = [one for one in providers if one.id not in known]
        page = UpstreamsPage(
            other_language_url=frame.other_language_url,
            action=OWN_LINKS,
            hidden=self._shell.hidden(frame),
            shell=frame.shell,
            links=tuple(self._shown(link, frame.locale) for link in links),
            link_action=LINK,
            choices=tuple(LinkChoice(id=one.id, name=one.name[frame.locale]) for one in choices),
            provers=tuple(LinkChoice(id=f"{ENDS_WAITS}{one.id}", name=one.name[frame.locale]) for one in providers),
            shared_computer=frame.view.session.shared_computer,
            done=LINK_DONE.get(query_form(request).get("done") or "") if error is None else None,
            error=error,
        )
        targets = tuple(origin for one in providers for origin in one.origins)
        return self._shell.respond(request, page, frame, status, targets=targets)

    def _shown(self, link: UpstreamLink, locale: Locale) -> LinkedUpstream:
        provider = self._dependencies.federation.provider(link.provider)
        return LinkedUpstream(
            mark=mark_of(link),
            provider_name=provider.name[locale] if provider else link.provider,
            linked_at=local_time(link.linked_at, locale),
            last_used=local_time(link.last_used_at, locale) if link.last_used_at else "",
        )
