"""One's own links to upstream providers: seen, and removed."""

from collections.abc import Sequence

from msgspec import Struct

from idp.account.notices.model import NoticeKind
from idp.account.notices.service import Notices
from idp.audit.model import EventName, Origin
from idp.factors.change_model import BeginChange
from idp.factors.events import owner_of
from idp.kernel.clock import Clock
from idp.kernel.effects import Ledger
from idp.sessions.model import SessionView
from idp.upstream.arrivals import upstream_event
from idp.upstream.link_model import UnlinkUpstream, UpstreamLink, UpstreamLinkReader


def mark_of(link: UpstreamLink) -> str:
    """Return what names a link on its owner's page."""
    return link.subject_index.hex()[:32]


class OwnUpstreams(Struct, frozen=True):
    """Removes links for their owner, who has shown two factors a short while ago."""

    links: UpstreamLinkReader
    ledger: Ledger
    notices: Notices
    clock: Clock

    async def of(self, view: SessionView) -> Sequence[UpstreamLink]:
        """Return the links of the account."""
        return await self.links.of_account(view.account.person_id, view.account.id)

    async def unlink(self, view: SessionView, mark: str, origin: Origin) -> bool:
        """Remove the link with this mark; False if it is gone or the last way in."""
        links, now, account = await self.of(view), self.clock.now(), view.account
        link = next((one for one in links if mark_of(one) == mark), None)
        if link is None:
            return False
        return await self.ledger.commit(
            BeginChange(person_id=account.person_id, account_id=account.id, now=now),
            UnlinkUpstream(
                person_id=account.person_id,
                account_id=account.id,
                provider=link.provider,
                subject_index=link.subject_index,
                at=now,
            ),
            upstream_event(EventName.UPSTREAM_UNLINKED, account, link.provider, origin, now),
            *self.notices.tell(owner_of(view), NoticeKind.FACTOR_REMOVED, now, {"factor": "upstream"}),
        )
